package render_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/cli/internal/render"
	"triptych/shared/recipe"
)

const samples = "../../../samples/"

func TestRenderer_samples(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		original image.Point
		variants map[string]image.Point
	}{
		"rocket.jpg":  {image.Pt(640, 427), map[string]image.Point{"thumbnail": {160, 160}, "medium": {640, 427}, "large": {640, 427}}},
		"chelsea.png": {image.Pt(451, 300), map[string]image.Point{"thumbnail": {160, 160}, "medium": {451, 300}, "large": {451, 300}}},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			out := t.TempDir()
			renderer := render.Renderer{Recipe: recipe.Default(), Out: out, Repeat: 2}

			result, err := renderer.File(t.Context(), samples+name)
			if err != nil || result.Status != render.Ready || result.Code != "" {
				t.Fatalf("%+v, %v", result, err)
			}

			if got := image.Pt(result.Original.Width, result.Original.Height); got != test.original {
				t.Errorf("original %v, want %v", got, test.original)
			}

			look(t, result.Original.Path, result.Original.Bytes, test.original)

			got := map[string]image.Point{}

			for _, variant := range result.Variants {
				got[variant.Name] = image.Pt(variant.Width, variant.Height)
				look(t, variant.Path, variant.Bytes, got[variant.Name])

				if want := filepath.Join(out, name, variant.Name+".jpg"); variant.Path != want || variant.ContentType != "image/jpeg" || variant.Millis <= 0 {
					t.Errorf("%+v, want it at %s", variant, want)
				}
			}

			if diff := cmp.Diff(test.variants, got); diff != "" {
				t.Errorf("variants (-want +got):\n%s", diff)
			}

			entries, err := os.ReadDir(filepath.Join(out, name))
			if err != nil || len(entries) != 4 {
				t.Errorf("remaining files: %v, %v", entries, err)
			}
		})
	}
}

// look checks the size and the dimensions of a written image.
func look(t *testing.T, path string, size int64, want image.Point) {
	t.Helper()

	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	picture, _, err := image.DecodeConfig(bytes.NewReader(data))
	if got := image.Pt(picture.Width, picture.Height); err != nil || got != want || int64(len(data)) != size {
		t.Errorf("%s: %v of %d bytes, %v; want %v of %d", path, got, len(data), err, want, size)
	}
}

func TestRenderer_rejections(t *testing.T) {
	t.Parallel()

	whole, err := os.ReadFile(samples + "rocket.jpg")
	if err != nil {
		t.Fatal(err)
	}

	limited := func(limits recipe.Limits) recipe.Recipe {
		changed := recipe.Default()
		changed.Limits = limits

		return changed
	}

	tests := map[string]struct {
		content []byte
		recipe  recipe.Recipe
		status  string
		code    string
	}{
		"empty":            {nil, recipe.Default(), render.Rejected, "EMPTY"},
		"text":             {[]byte("hello, I am not an image"), recipe.Default(), render.Rejected, "NOT_AN_IMAGE"},
		"truncated header": {whole[:300], recipe.Default(), render.Rejected, "TRUNCATED"},
		"too many bytes":   {whole, limited(recipe.Limits{MaxBytes: 1000, MaxPixels: 1 << 30, MaxWidth: 1 << 20, MaxHeight: 1 << 20, MaxFrames: 1}), render.Rejected, "TOO_MANY_BYTES"},
		"too many pixels":  {whole, limited(recipe.Limits{MaxBytes: 1 << 30, MaxPixels: 640*427 - 1, MaxWidth: 640, MaxHeight: 427, MaxFrames: 1}), render.Rejected, "TOO_MANY_PIXELS"},
		"at all limits":    {whole, limited(recipe.Limits{MaxBytes: int64(len(whole)), MaxPixels: 640 * 427, MaxWidth: 640, MaxHeight: 427, MaxFrames: 1}), render.Ready, ""},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			out, path := t.TempDir(), filepath.Join(t.TempDir(), "picture.jpg")
			if err := os.WriteFile(path, test.content, 0o600); err != nil {
				t.Fatal(err)
			}

			renderer := render.Renderer{Recipe: test.recipe, Out: out, Repeat: 1}

			result, err := renderer.File(t.Context(), path)
			if err != nil || result.Status != test.status || result.Code != test.code || (result.Reason == "") != (test.code == "") {
				t.Errorf("%+v, %v; want %s %s", result, err, test.status, test.code)
			}

			entries, err := os.ReadDir(out)
			if err != nil || test.status == render.Rejected && len(entries) > 0 {
				t.Errorf("remaining files of a rejected image: %v, %v", entries, err)
			}
		})
	}
}

func TestRenderer_errors(t *testing.T) {
	t.Parallel()

	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}

	tests := map[string]struct{ path, out, reason string }{
		"no such file":  {"none.jpg", "", "open the file: no such file or directory"},
		"a folder":      {samples, "", "it is not a regular file"},
		"out is a file": {samples + "rocket.jpg", blocked, "create the folder: mkdir " + blocked + ": not a directory"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			renderer := render.Renderer{Recipe: recipe.Default(), Out: test.out, Repeat: 1}
			if test.out == "" {
				renderer.Out = t.TempDir()
			}

			result, err := renderer.File(t.Context(), test.path)
			if err != nil || result.Status != render.Failed || result.Reason != test.reason {
				t.Errorf("%+v, %v; want %q", result, err, test.reason)
			}
		})
	}

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()

	renderer := render.Renderer{Recipe: recipe.Default(), Out: t.TempDir(), Repeat: 1}
	if _, err := renderer.File(cancelled, samples+"rocket.jpg"); !errors.Is(err, context.Canceled) {
		t.Errorf("after Ctrl-C: %v", err)
	}
}
