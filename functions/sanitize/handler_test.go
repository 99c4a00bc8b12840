package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/errorcode"
)

// memory is a fake store. The key of an object in the map is bucket/key@version.
type memory map[string]blobs.Object

func (m memory) Open(_ context.Context, bucket, key, versionID string) (io.ReadCloser, error) {
	object, found := m[bucket+"/"+key+"@"+versionID]
	if !found {
		return nil, fmt.Errorf("get %s: %w", key, blobs.ErrNotFound)
	}

	return io.NopCloser(bytes.NewReader(object.Body)), nil
}

func (m memory) Put(_ context.Context, bucket, key string, object blobs.Object) error {
	m[bucket+"/"+key+"@"] = object

	return nil
}

func (m memory) Delete(_ context.Context, bucket, key string) error {
	delete(m, bucket+"/"+key+"@")

	return nil
}

// withComment returns a JPEG without and with a COM segment directly after SOI.
func withComment(t *testing.T, comment string) (plain, commented []byte) {
	t.Helper()

	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}

	plain = out.Bytes()

	segment := append([]byte{0xFF, 0xFE, 0, byte(len(comment) + 2)}, comment...)

	return plain, slices.Concat(plain[:2], segment, plain[2:])
}

func ask(size int) contract.SanitizeInput {
	return contract.SanitizeInput{Execution: "arn:execution", Plan: contract.Plan{
		Upload:  contract.Upload{Bucket: "uploads", Key: "cat.jpg", VersionID: "v1", Bytes: int64(size)},
		Version: "0123456789ab", Image: contract.Image{Format: "jpeg"},
	}}
}

func TestHandler_removesMetadata(t *testing.T) {
	plain, commented := withComment(t, "where I live")
	store := memory{"uploads/cat.jpg@v1": {Body: commented}}

	master, err := handler{store, "variants"}.handle(t.Context(), ask(len(commented)))
	if err != nil {
		t.Fatal(err)
	}

	want := contract.Master{
		Key: "cat.jpg/-/0123456789ab/original.jpg", ContentType: "image/jpeg",
		Bytes: int64(len(plain)), Stripped: []string{"comment"},
	}
	if diff := cmp.Diff(want, master); diff != "" {
		t.Error(diff)
	}

	written := store["variants/"+want.Key+"@"]
	if !bytes.Equal(written.Body, plain) {
		t.Error("the master is not the file without its comment")
	}

	if written.ContentType != "image/jpeg" || written.CacheControl != blobs.Immutable {
		t.Errorf("headers %q, %q", written.ContentType, written.CacheControl)
	}
}

// TestHandler_webp checks that the length and the flags in the header of a WebP file match
// the master, which has no metadata.
func TestHandler_webp(t *testing.T) {
	const plain = "RIFF\x30\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00" + "\x00\x00\x00\x00\x03\x00\x00\x02\x00\x00" +
		"VP8L\x11\x00\x00\x00\x2f\x03\x80\x00\x00\x07\x50\x8f\x22\x17\xa5\xff\x81\x88\xe8\x7f\x00\x00"

	withXMP := []byte(plain + "XMP \x04\x00\x00\x00<x/>")
	withXMP[4] += 12
	withXMP[20] = 1 << 2 // the VP8X flag for XMP

	store := memory{"uploads/cat.jpg@v1": {Body: withXMP}}
	in := ask(len(withXMP))
	in.Plan.Image.Format = "webp"

	master, err := handler{store, "variants"}.handle(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}

	want := contract.Master{
		Key: "cat.jpg/-/0123456789ab/original.webp", ContentType: "image/webp", Bytes: int64(len(plain)), Stripped: []string{"xmp"},
	}
	if diff := cmp.Diff(want, master); diff != "" {
		t.Error(diff)
	}

	if written := store["variants/"+want.Key+"@"]; string(written.Body) != plain || written.ContentType != "image/webp" {
		t.Errorf("%q as %s", written.Body, written.ContentType)
	}
}

func TestHandler_errors(t *testing.T) {
	_, commented := withComment(t, "hello")

	tests := map[string]struct {
		store memory
		want  errorcode.Code
	}{
		"no such version":  {memory{"uploads/cat.jpg@v2": {Body: commented}}, errorcode.Superseded},
		"truncated header": {memory{"uploads/cat.jpg@v1": {Body: commented[:8]}}, errorcode.Truncated},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := handler{test.store, "variants"}.handle(t.Context(), ask(len(commented)))
			if !errorcode.Is(err, test.want) {
				t.Errorf("want %s, got %v", test.want, err)
			}

			if len(test.store) != 1 {
				t.Errorf("an object was written: %v", test.store)
			}
		})
	}
}
