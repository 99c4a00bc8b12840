package objectstore

import (
	"context"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/valyala/fasthttp"
)

// maxReads is how often a read is begun anew because its key was written meanwhile.
const maxReads = 100

// GetObject implements [backend.Backend].
func (o *observed) GetObject(ctx context.Context, in *s3.GetObjectInput) (*s3.GetObjectOutput, error) {
	wanted := *in
	wanted.IfMatch, wanted.IfNoneMatch, wanted.IfModifiedSince, wanted.IfUnmodifiedSince = nil, nil, nil, nil

	out, err := steady(*in.Bucket, *in.Key,
		func() (*s3.GetObjectOutput, error) { return o.Backend.GetObject(ctx, &wanted) },
		closeBody)
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
		_ = out.Body.Close() // It was read from.
	}
}

// HeadObject implements [backend.Backend].
func (o *observed) HeadObject(ctx context.Context, in *s3.HeadObjectInput) (*s3.HeadObjectOutput, error) {
	wanted := *in
	wanted.IfMatch, wanted.IfNoneMatch, wanted.IfModifiedSince, wanted.IfUnmodifiedSince = nil, nil, nil, nil

	out, err := steady(*in.Bucket, *in.Key,
		func() (*s3.HeadObjectOutput, error) { return o.Backend.HeadObject(ctx, &wanted) },
		func(*s3.HeadObjectOutput) {})
	if err != nil || out == nil {
		return out, err
	}

	// The emulator itself looks at objects without a request.
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

// steady reads a key while its newest version stays the same.
//
// The server looks up a version's place, its size, its attributes and its content
// one after the other, by the file's name. A write between them puts another file
// there: the answer would have the size of one version and the bytes of another. A
// write renames a new file over the old one, so that the same file before and after
// means that there was none; the content is read from the file that was opened then,
// whatever takes its name later.
func steady[T any](bucket, key string, read func() (T, error), discard func(T)) (T, error) {
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

// newest describes the file of a key's newest version, relative to the folder that
// the process works in; nil where there is none.
func newest(bucket, key string) os.FileInfo {
	info, err := os.Stat(filepath.Join(bucket, key))
	if err != nil {
		return nil
	}

	return info
}

// same says whether two descriptions are of one file. A file's number may be given
// anew when it is gone; its time and size tell then.
func same(a, b os.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}

	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}
