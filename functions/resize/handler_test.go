package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/recipe"
)

// memory is a store of objects by bucket/key.
type memory map[string]blobs.Object

func (m memory) Get(_ context.Context, bucket, key, _ string, maxBytes int64) ([]byte, string, error) {
	object, found := m[bucket+"/"+key]
	if !found {
		return nil, "", fmt.Errorf("get %s: %w", key, blobs.ErrNotFound)
	}

	if int64(len(object.Body)) > maxBytes {
		return nil, "", errorcode.New(errorcode.TooManyBytes, "")
	}

	return object.Body, "etag", nil
}

func (m memory) Put(_ context.Context, bucket, key string, object blobs.Object) error {
	m[bucket+"/"+key] = object

	return nil
}

func (m memory) Exists(_ context.Context, bucket, key string) (bool, error) {
	_, found := m[bucket+"/"+key]

	return found, nil
}

func (m memory) Delete(_ context.Context, bucket, key string) error {
	delete(m, bucket+"/"+key)

	return nil
}

// vanishing is a store whose master disappears after it has been read.
type vanishing struct{ memory }

func (v vanishing) Get(ctx context.Context, bucket, key, version string, maxBytes int64) ([]byte, string, error) {
	body, etag, err := v.memory.Get(ctx, bucket, key, version, maxBytes)
	delete(v.memory, bucket+"/"+key)

	return body, etag, err
}

const masterKey = "cat.jpg/-/0123456789ab/original.jpg"

func ask(size int) contract.ResizeInput {
	return contract.ResizeInput{
		Execution: "arn:execution",
		Plan:      contract.Plan{Upload: contract.Upload{Key: "cat.jpg"}, Version: "0123456789ab"},
		Master:    contract.Master{Key: masterKey, Bytes: int64(size)},
		Variant:   recipe.Variant{Name: "small", Width: 20, Fit: recipe.Inside, Format: recipe.JPEG, Quality: 80},
	}
}

func photo(t *testing.T) []byte {
	t.Helper()

	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewYCbCr(image.Rect(0, 0, 40, 30), image.YCbCrSubsampleRatio420), nil); err != nil {
		t.Fatal(err)
	}

	return out.Bytes()
}

func TestHandler_variant(t *testing.T) {
	master := photo(t)
	store := memory{"variants/" + masterKey: {Body: master}}

	variant, err := handler{store, "variants"}.handle(t.Context(), ask(len(master)))
	if err != nil {
		t.Fatal(err)
	}

	written := store["variants/cat.jpg/-/0123456789ab/small.jpg"]
	want := contract.Variant{
		Name: "small", Key: "cat.jpg/-/0123456789ab/small.jpg", Width: 20, Height: 15,
		Bytes: int64(len(written.Body)), ContentType: "image/jpeg",
		// This is the color of a JFIF file whose samples are all 0.
		Placeholder: "C/oABYAAAAAAAAAAAAAAAAAAAAAA", Color: "#008700",
	}

	if diff := cmp.Diff(want, variant); diff != "" {
		t.Error(diff)
	}

	if written.CacheControl != blobs.Immutable || written.ContentType != "image/jpeg" {
		t.Errorf("headers %q, %q", written.ContentType, written.CacheControl)
	}

	made, err := jpeg.DecodeConfig(bytes.NewReader(written.Body))
	if err != nil || made.Width != 20 || made.Height != 15 {
		t.Errorf("made %+v, %v", made, err)
	}
}

// An erasure removes the master first. A variant without a master is therefore removed.
// The master may disappear during this attempt. It may also disappear earlier, and then
// an earlier attempt may have written the variant.
func TestHandler_removesVariantWithoutMaster(t *testing.T) {
	master := photo(t)
	variant := "variants/cat.jpg/-/0123456789ab/small.jpg"

	for name, store := range map[string]store{
		"the master disappears during the attempt":  vanishing{memory{"variants/" + masterKey: {Body: master}}},
		"the master disappeared before the attempt": memory{variant: {Body: []byte("of an attempt that died")}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := handler{store, "variants"}.handle(t.Context(), ask(len(master)))
			if !errorcode.Is(err, errorcode.Superseded) {
				t.Errorf("got %v", err)
			}

			if left, _ := store.Exists(t.Context(), "variants", "cat.jpg/-/0123456789ab/small.jpg"); left {
				t.Error("the variant is there")
			}
		})
	}
}

func TestHandler_errors(t *testing.T) {
	master := photo(t)

	tests := map[string]struct {
		store memory
		want  errorcode.Code
	}{
		"the master is gone":      {memory{}, errorcode.Superseded},
		"the master is truncated": {memory{"variants/" + masterKey: {Body: master[:len(master)*3/4]}}, errorcode.Truncated},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before := len(test.store)

			_, err := handler{test.store, "variants"}.handle(t.Context(), ask(len(master)))
			if !errorcode.Is(err, test.want) {
				t.Errorf("want %s, got %v", test.want, err)
			}

			if len(test.store) != before {
				t.Error("something was written")
			}
		})
	}
}
