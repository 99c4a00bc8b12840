package blobs

import (
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/shared/errorcode"
)

// The first ranged GET fetches firstWindowBytes. The header of nearly every image fits
// into this size, including EXIF and the color profile. Each further request fetches
// twice as much as the one before, up to lastWindowBytes. Large requests are for
// animations, which are read to their end to count the frames.
const (
	firstWindowBytes int64 = 128 << 10
	lastWindowBytes  int64 = 8 << 20
)

// maxWindows limits the requests of one reader. A hostile file could otherwise make its
// parser read at any number of offsets.
const maxWindows = 64

// ReaderAt reads parts of one object by ranged GETs, and keeps the last part.
type ReaderAt struct {
	store                  *Store
	ctx                    context.Context //nolint:containedctx // io.ReaderAt has no context; this lives for one call.
	bucket, key, versionID string
	size                   int64

	window  []byte
	start   int64
	next    int64 // size of the next request
	windows int
}

// ReaderAt returns a reader of one object version of size bytes. The reader uses ctx for
// its requests, so it can be used only while ctx is valid.
func (s *Store) ReaderAt(ctx context.Context, bucket, key, versionID string, size int64) io.ReaderAt {
	return &ReaderAt{store: s, ctx: ctx, bucket: bucket, key: key, versionID: versionID, size: size, next: firstWindowBytes}
}

// ReadAt implements [io.ReaderAt]. It is not safe for concurrent use.
func (r *ReaderAt) ReadAt(p []byte, offset int64) (int, error) {
	read := 0

	for read < len(p) {
		at := offset + int64(read)
		if at < 0 || at >= r.size {
			return read, io.EOF
		}

		if at < r.start || at >= r.start+int64(len(r.window)) {
			if err := r.fetch(at); err != nil {
				return read, err
			}
		}

		read += copy(p[read:], r.window[at-r.start:])
	}

	return read, nil
}

func (r *ReaderAt) fetch(at int64) error {
	if r.windows++; r.windows > maxWindows {
		return errorcode.New(errorcode.Corrupt, "reading its header takes more than %d requests", maxWindows)
	}

	last := min(at+r.next, r.size) - 1
	span := fmt.Sprintf("bytes=%d-%d", at, last)

	out, err := r.store.client.GetObject(r.ctx, &s3.GetObjectInput{
		Bucket: &r.bucket, Key: &r.key, VersionId: optional(r.versionID), Range: &span,
	})
	if err != nil {
		return failure(err, "get "+span+" of", r.bucket, r.key)
	}
	defer out.Body.Close()

	window := make([]byte, last-at+1)
	if _, err := io.ReadFull(out.Body, window); err != nil {
		return failure(err, "read "+span+" of", r.bucket, r.key)
	}

	r.window, r.start = window, at
	r.next = min(2*r.next, lastWindowBytes)

	return nil
}
