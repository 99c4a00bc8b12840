package server

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/valyala/fasthttp"
	"github.com/versity/versitygw/s3err"
)

// maxReads is how often a read is repeated because its key was written meanwhile.
const maxReads = 100

// GetObject implements [backend.Backend].
func (o *decorator) GetObject(ctx context.Context, in *s3.GetObjectInput) (*s3.GetObjectOutput, error) {
	wanted := *in
	wanted.IfMatch, wanted.IfNoneMatch, wanted.IfModifiedSince, wanted.IfUnmodifiedSince = nil, nil, nil, nil
	wanted.VersionId = o.asOnly(ctx, *in.Bucket, in.VersionId)

	read := func() (*s3.GetObjectOutput, error) { return o.Backend.GetObject(ctx, &wanted) }

	out, err := readConsistently(*in.Bucket, *in.Key, read, closeBody)
	if perhapsBeingDeleted(err, in.VersionId) {
		closeBody(out)

		out, err = readAlone(o, *in.Bucket, *in.Key, read)
	}

	if err != nil || out == nil {
		return out, err
	}

	class, err := reveal(ctx, out.Metadata, true)
	if err == nil {
		err = conditions{in.IfMatch, in.IfNoneMatch, in.IfModifiedSince, in.IfUnmodifiedSince}.check(out.ETag, out.LastModified)
	}

	if err != nil {
		closeBody(out)

		return nil, err
	}

	out.StorageClass = class

	return out, nil
}

func closeBody(out *s3.GetObjectOutput) {
	if out != nil && out.Body != nil {
		_ = out.Body.Close() // The body was only read.
	}
}

// HeadObject implements [backend.Backend].
func (o *decorator) HeadObject(ctx context.Context, in *s3.HeadObjectInput) (*s3.HeadObjectOutput, error) {
	out, err := o.head(ctx, in)
	if perhapsBeingDeleted(err, in.VersionId) {
		return readAlone(o, *in.Bucket, *in.Key, func() (*s3.HeadObjectOutput, error) { return o.head(ctx, in) })
	}

	return out, err
}

// head is HeadObject for a caller that may have the key's lock.
func (o *decorator) head(ctx context.Context, in *s3.HeadObjectInput) (*s3.HeadObjectOutput, error) {
	wanted := *in
	wanted.IfMatch, wanted.IfNoneMatch, wanted.IfModifiedSince, wanted.IfUnmodifiedSince = nil, nil, nil, nil
	wanted.VersionId = o.asOnly(ctx, *in.Bucket, in.VersionId)

	out, err := readConsistently(*in.Bucket, *in.Key,
		func() (*s3.HeadObjectOutput, error) { return o.Backend.HeadObject(ctx, &wanted) },
		func(*s3.HeadObjectOutput) {})
	if err != nil || out == nil {
		return out, err
	}

	// The emulator itself reads objects without a request.
	if _, asked := ctx.(*fasthttp.RequestCtx); !asked {
		return out, nil
	}

	if out.StorageClass, err = reveal(ctx, out.Metadata, false); err != nil {
		return nil, err
	}

	if err := (conditions{in.IfMatch, in.IfNoneMatch, in.IfModifiedSince, in.IfUnmodifiedSince}).check(out.ETag, out.LastModified); err != nil {
		return nil, err
	}

	return out, nil
}

// perhapsBeingDeleted reports whether a read of a version failed as that of a delete marker
// fails. A DeleteObject in progress has this effect, too: the server first marks the current
// version as a delete marker, and then gives the marker a version id of its own.
func perhapsBeingDeleted(err error, version *string) bool {
	return version != nil && errors.Is(err, s3err.GetAPIError(s3err.ErrMethodNotAllowed))
}

// readAlone reads a key while no other request writes it.
func readAlone[T any](o *decorator, bucket, key string, read func() (T, error)) (T, error) {
	defer o.notifier.locks.lock(bucket, key)()

	return read()
}

// readConsistently repeats a read of a key until the key's newest version stays the same.
//
// The server looks up a version's path, its size, its attributes and its content one
// after the other, by the file's name. A write in between replaces the file: the answer
// would then have the size of one version and the bytes of another. A write renames a new
// file over the old one, so the same file before and after the read means that there was
// no write. The content comes from the file that was opened during the read, even if the
// name refers to another file later.
func readConsistently[T any](bucket, key string, read func() (T, error), discard func(T)) (T, error) {
	for range maxReads - 1 {
		before := newest(bucket, key)
		out, err := read()

		if same(before, newest(bucket, key)) {
			return out, err
		}

		discard(out)
	}

	return read()
}

// newest describes the file of a key's newest version, relative to the working directory.
// It returns nil if there is no such file.
func newest(bucket, key string) os.FileInfo {
	info, err := os.Stat(filepath.Join(bucket, key))
	if err != nil {
		return nil
	}

	return info
}

// same reports whether two descriptions are of one file. The number of a removed file may
// be reused, so time and size are compared too.
func same(a, b os.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}

	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}
