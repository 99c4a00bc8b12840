package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/recipe"
)

// fakeClaims records which uploads were claimed and superseded, and returns the configured
// errors.
type fakeClaims struct {
	refuse     error
	claimed    []string
	superseded []string
}

func (d *fakeClaims) Claim(_ context.Context, upload contract.Upload, version, _, replaces string) error {
	d.claimed = append(d.claimed, strings.TrimSpace(upload.Key+" "+version+" "+replaces))

	return d.refuse
}

func (d *fakeClaims) MarkMissing(_ context.Context, upload contract.Upload, version, _ string) error {
	d.superseded = append(d.superseded, upload.Key+" "+version)

	return errorcode.New(errorcode.Superseded, "")
}

// fakeOriginal has one object version; nil means that it does not exist.
type fakeOriginal []byte

func (s fakeOriginal) ReaderAt(context.Context, string, string, string, int64) io.ReaderAt {
	if s == nil {
		return gone{}
	}

	return bytes.NewReader(s)
}

type gone struct{}

func (gone) ReadAt([]byte, int64) (int, error) {
	return 0, fmt.Errorf("get s3://uploads/cat.jpg: %w", blobs.ErrNotFound)
}

func drawing(t *testing.T, width, height int) []byte {
	t.Helper()

	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}

	return out.Bytes()
}

const twoVariants = `{"variants":[{"name":"s","width":10},{"name":"l","width":100}],
	"limits":{"maxBytes":1000,"maxPixels":2000,"maxWidth":60,"maxHeight":90,"maxFrames":10}}`

func ask(key string, size int) contract.ValidateInput {
	input := contract.ValidateInput{Execution: "arn:execution", Recipe: twoVariants}
	input.Event.Bucket.Name = "uploads"
	input.Event.Object.Key = key
	input.Event.Object.Size = int64(size)
	input.Event.Object.ETag = "e"
	input.Event.Object.VersionID = "v1"
	input.Event.Object.Sequencer = "1F"

	return input
}

func TestHandler_plan(t *testing.T) {
	file := drawing(t, 40, 30)
	claims := &fakeClaims{}

	plan, err := handler{claims, fakeOriginal(file)}.handle(t.Context(), ask("a b+%41.jpg", len(file)))
	if err != nil {
		t.Fatal(err)
	}

	wanted, err := recipe.Parse([]byte(twoVariants))
	if err != nil {
		t.Fatal(err)
	}

	want := contract.Plan{
		Upload: contract.Upload{
			Bucket: "uploads", Key: "a b+%41.jpg", VersionID: "v1", ETag: "e", Bytes: int64(len(file)),
			Sequencer: strings.Repeat("0", 30) + "1F",
		},
		Version:  plan.Version,
		Image:    contract.Image{Format: "png", ContentType: "image/png", Width: 40, Height: 30, Orientation: 1, Frames: 1},
		Variants: wanted.Variants, MaxSeconds: 50,
	}
	if diff := cmp.Diff(want, plan); diff != "" {
		t.Error(diff)
	}

	if diff := cmp.Diff([]string{"a b+%41.jpg " + plan.Version}, claims.claimed); diff != "" {
		t.Errorf("claimed:\n%s", diff)
	}
}

func TestHandler_replaces(t *testing.T) {
	claims, file := &fakeClaims{}, drawing(t, 40, 30)
	in := ask("cat.png", len(file))
	in.Replaces = "arn:failed"

	plan, err := handler{claims, fakeOriginal(file)}.handle(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff([]string{"cat.png " + plan.Version + " arn:failed"}, claims.claimed); diff != "" {
		t.Error(diff)
	}
}

// animation returns a GIF with frames of one pixel.
func animation(frames int) fakeOriginal {
	return fakeOriginal("GIF89a\x01\x00\x01\x00\x00\x00\x00" +
		strings.Repeat("\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00", frames) + "\x3b")
}

func TestHandler_countsFrames(t *testing.T) {
	plan, err := handler{&fakeClaims{}, animation(10)}.handle(t.Context(), ask("animation.gif", len(animation(10))))
	if err != nil {
		t.Fatal(err)
	}

	want := contract.Image{Format: "gif", ContentType: "image/gif", Width: 1, Height: 1, Orientation: 1, Frames: 10}
	if diff := cmp.Diff(want, plan.Image); diff != "" {
		t.Error(diff)
	}
}

func TestHandler_rejections(t *testing.T) {
	small, large, wide := drawing(t, 40, 30), drawing(t, 100, 30), drawing(t, 61, 2)

	tests := map[string]struct {
		key    string
		file   fakeOriginal
		size   int
		refuse error
		want   errorcode.Code
		claims int
	}{
		"a bad key is not claimed": {"a/-/b", small, len(small), nil, errorcode.BadKey, 0},
		"empty":                    {"cat.jpg", fakeOriginal{}, 0, nil, errorcode.Empty, 1},
		"text":                     {"cat.jpg", fakeOriginal("a text file"), 11, nil, errorcode.NotAnImage, 1},
		"too many bytes, rejected without a read": {"cat.jpg", nil, 1001, nil, errorcode.TooManyBytes, 1},
		"too many pixels":                         {"cat.jpg", large, len(large), nil, errorcode.TooManyPixels, 1},
		"too wide":                                {"cat.jpg", wide, len(wide), nil, errorcode.TooManyPixels, 1},
		"too many frames":                         {"cat.jpg", animation(11), len(animation(11)), nil, errorcode.TooManyFrames, 1},
		"the version no longer exists":            {"cat.jpg", nil, 100, nil, errorcode.Superseded, 1},
		"the event arrives twice":                 {"cat.jpg", small, len(small), errorcode.New(errorcode.AlreadyDone, ""), errorcode.AlreadyDone, 1},
		"a newer event has arrived":               {"cat.jpg", small, len(small), errorcode.New(errorcode.Superseded, ""), errorcode.Superseded, 1},
		"the ledger throttles":                    {"cat.jpg", small, len(small), errorcode.New(errorcode.Transient, ""), errorcode.Transient, 1},
		"the ledger denies access":                {"cat.jpg", small, len(small), errors.New("access denied"), "", 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			claims := &fakeClaims{refuse: test.refuse}

			_, err := handler{claims, test.file}.handle(t.Context(), ask(test.key, test.size))
			if err == nil || errorcode.CodeOf(err) != test.want {
				t.Errorf("want %s, got %v", test.want, err)
			}

			if len(claims.claimed) != test.claims {
				t.Errorf("claimed %v", claims.claimed)
			}

			// Every upload gets a final status. A missing original is recorded as
			// superseded.
			if ended := test.file == nil && test.want == errorcode.Superseded; ended != (len(claims.superseded) == 1) {
				t.Errorf("superseded %v", claims.superseded)
			}
		})
	}
}

func TestHandler_invalidRecipe(t *testing.T) {
	input := ask("cat.jpg", 1)
	input.Recipe = "{}"

	_, err := handler{&fakeClaims{}, fakeOriginal("x")}.handle(t.Context(), input)
	if err == nil || errorcode.CodeOf(err) != "" {
		t.Errorf("want an error that no Catcher handles, got %v", err)
	}
}

// The JSON names of the input are those in the Arguments of the state machine.
func TestInput_namesOfTheDefinition(t *testing.T) {
	var input contract.ValidateInput
	if err := json.Unmarshal([]byte(`{"event":{"bucket":{"name":"b"},"object":{"key":"k"}},"execution":"e","recipe":"r"}`), &input); err != nil {
		t.Fatal(err)
	}

	if input.Event.Bucket.Name+input.Event.Object.Key+input.Execution+input.Recipe != "bker" {
		t.Errorf("got %+v", input)
	}
}
