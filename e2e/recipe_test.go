package e2e_test

import (
	"bytes"
	"image"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"triptych/e2e/fixture"
)

// wanted is a variant of the default recipe.
type wanted struct {
	name          string
	width, height int
	cover         bool
}

func defaultRecipe() []wanted {
	return []wanted{
		{"thumbnail", 160, 160, true},
		{"medium", 800, 800, false},
		{"large", 1600, 1600, false},
	}
}

// size returns the size that sharp gives an upright image of width × height, with
// withoutEnlargement: 4000×3000 becomes 150×113 if both sides are limited to 150.
func (w wanted) size(width, height int) (int, int) {
	if w.cover {
		factor := min(1, max(float64(w.width)/float64(width), float64(w.height)/float64(height)))

		return min(w.width, round(float64(width)*factor)), min(w.height, round(float64(height)*factor))
	}

	shrink := max(1, float64(width)/float64(w.width), float64(height)/float64(w.height))

	return round(float64(width) / shrink), round(float64(height) / shrink)
}

// round rounds to the nearest integer, halves up, and returns at least 1.
func round(side float64) int { return max(1, int(math.Floor(side+0.5))) }

// ownRecipe has other variants and stricter limits than the default recipe.
const ownRecipe = `{
  "variants": [
    { "name": "icon", "width": 64, "height": 48, "fit": "cover", "format": "png" },
    { "name": "wide", "width": 300 },
    { "name": "low", "height": 100, "quality": 30 }
  ],
  "limits": { "maxBytes": 200000, "maxPixels": 300000 }
}`

// TestRecipe runs an emulator with its own recipe, and renders with the same recipe on
// disk.
func TestRecipe(t *testing.T) {
	t.Parallel()

	folder := t.TempDir()
	recipe := write(t, folder, "recipe.json", []byte(ownRecipe))
	photo := write(t, folder, "photo.jpg", fixture.Photo(fixture.Quarters(600, 450, 151), 8))
	large := write(t, folder, "large.jpg", fixture.JPEG(fixture.Quarters(640, 480, 152)))
	heavy := write(t, folder, "heavy.jpg", append(fixture.JPEG(fixture.Quarters(64, 48, 153)), make([]byte, 200_000)...))

	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--recipe", recipe)

	results := upload(t, exitRejected, up.target, photo, large, heavy)
	rejected(t, results["large.jpg"], "TOO_MANY_PIXELS")
	rejected(t, results["heavy.jpg"], "TOO_MANY_BYTES")

	result := results["photo.jpg"]
	result.ready(t)

	out := filepath.Join(folder, "out")
	expect(t, exitWell, up.target, "render", photo, "--recipe", recipe, "--out", out)

	want := []variant{
		{Name: "icon", Width: 64, Height: 48, ContentType: "image/png"},
		{Name: "wide", Width: 300, Height: 225, ContentType: "image/jpeg"},
		{Name: "low", Width: 133, Height: 100, ContentType: "image/jpeg"},
	}
	if len(result.Variants) != len(want) {
		t.Fatalf("variants: %+v", result.Variants)
	}

	for i, got := range result.Variants {
		wanted := want[i]
		if got.Name != wanted.Name || got.Width != wanted.Width || got.Height != wanted.Height || got.ContentType != wanted.ContentType {
			t.Errorf("%+v, want %+v", got, wanted)
		}

		body := immutableObject(t, got.URL, wanted.ContentType)

		config, format, err := image.DecodeConfig(bytes.NewReader(body))
		if err != nil || "image/"+format != wanted.ContentType || config.Width != wanted.Width || config.Height != wanted.Height {
			t.Errorf("%s is a %s of %d×%d: %v", got.Name, format, config.Width, config.Height, err)
		}

		files, _ := filepath.Glob(filepath.Join(out, "photo.jpg", got.Name+".*"))
		if len(files) != 1 {
			t.Fatalf("%s rendered to %q", got.Name, files)
		}

		if rendered, err := os.ReadFile(files[0]); err != nil || !slices.Equal(rendered, body) {
			t.Errorf("%s: the bytes on disk differ from those at the CDN: %v", got.Name, err)
		}
	}
}

// TestWrongRecipe checks that the error for a recipe with several mistakes lists all of
// them, each with its position.
func TestWrongRecipe(t *testing.T) {
	t.Parallel()

	recipe := write(t, t.TempDir(), "recipe.json", []byte(`{
  "variants": [
    { "name": "a", "width": 0, "color": true },
    { "name": "b", "fit": "cover", "width": 10 }
  ],
  "limits": { "maxPixels": -1 }
}`))

	for _, arguments := range [][]string{
		{"up", "--data", filepath.Join(t.TempDir(), "data"), "--recipe", recipe, "--aws", ":0", "--cdn", ":0", "--console", ":0"},
		{"render", "x.jpg", "--out", t.TempDir(), "--recipe", recipe},
	} {
		out := expect(t, exitUsage, under, arguments...)
		mentions(t, out.Stderr, "variants[0].width", "variants[0].color", "variants[1]", "limits.maxPixels")

		if strings.Contains(out.Stderr, "goroutine") {
			t.Errorf("triptych crashed: %s", out.Stderr)
		}
	}
}
