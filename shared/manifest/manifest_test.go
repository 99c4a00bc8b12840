package manifest_test

import (
	"context"
	"errors"
	"testing"

	"triptych/shared/blobs"
	"triptych/shared/errorcode"
	"triptych/shared/manifest"
)

type fakeBucket struct {
	text string
	err  error
}

func (b fakeBucket) Get(_ context.Context, _, key, _ string, maxBytes int64) ([]byte, string, error) {
	if key != "a.jpg/-/manifest.json" || maxBytes != manifest.MaxBytes {
		return nil, "", errors.ErrUnsupported
	}

	return []byte(b.text), "etag", b.err
}

func TestRead(t *testing.T) {
	read, etag, err := manifest.Read(t.Context(), fakeBucket{text: `{"key":"a.jpg","version":"v"}`}, "made", "a.jpg")
	if err != nil || etag != "etag" || read.Key != "a.jpg" || read.Version != "v" {
		t.Errorf("got %+v, %q, %v", read, etag, err)
	}
}

func TestRead_errors(t *testing.T) {
	for name, c := range map[string]struct {
		bucket fakeBucket
		want   error
	}{
		"nothing is published": {fakeBucket{err: blobs.ErrNotFound}, blobs.ErrNotFound},
		"not JSON":             {fakeBucket{text: "{"}, manifest.ErrInvalid},
		"text after the JSON":  {fakeBucket{text: "{}{}"}, manifest.ErrInvalid},
		"too large":            {fakeBucket{err: errorcode.New(errorcode.TooManyBytes, "")}, manifest.ErrInvalid},
		"an expired deadline":  {fakeBucket{err: context.DeadlineExceeded}, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := manifest.Read(t.Context(), c.bucket, "made", "a.jpg"); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}
