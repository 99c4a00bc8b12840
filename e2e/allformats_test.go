package e2e_test

import (
	"encoding/json"
	"image/color"
	"net/http"
	"path/filepath"
	"testing"

	"triptych/e2e/fixture"
)

// everyFormat is a recipe with a variant of each format.
const everyFormat = `{"variants": [
	{"name": "one", "width": 40, "format": "jpeg"},
	{"name": "two", "width": 40, "format": "png"},
	{"name": "three", "width": 40, "format": "webp", "animated": true},
	{"name": "four", "width": 40, "format": "auto"},
	{"name": "five", "width": 40, "format": "auto", "animated": true}
]}`

// TestRecipe_everyFormat processes images with a recipe that has every format, and uses
// every command that reads the results.
func TestRecipe_everyFormat(t *testing.T) {
	t.Parallel()

	recipe := write(t, t.TempDir(), "recipe.json", []byte(everyFormat))
	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--recipe", recipe)
	folder := t.TempDir()
	translucent := fixture.Quarters(90, 60, 1101)

	for x := range 30 {
		translucent.Set(x, 10, color.RGBA{})
	}

	write(t, folder, "photo.jpg", fixture.JPEG(fixture.Quarters(90, 60, 1102)))
	write(t, folder, "drawing +é.png", fixture.PNG(translucent))
	write(t, folder, "animation.gif", fixture.GIF(50, 40, 3))

	uploads := upload(t, exitWell, up.target, folder)

	for key, result := range uploads {
		result.ready(t)

		var shown struct{ Manifest struct{ Variants []variant } }
		if err := json.Unmarshal([]byte(expect(t, exitWell, up.target, "show", "--json", key).Stdout), &shown); err != nil {
			t.Fatal(err)
		}

		if len(shown.Manifest.Variants) != 5 || len(result.Variants) != 5 {
			t.Fatalf("show %s: %+v", key, shown)
		}

		for _, one := range shown.Manifest.Variants {
			if answer := get(t, one.URL); answer.Status != http.StatusOK || len(answer.Body) != int(one.Bytes) {
				t.Errorf("%s answers %d with %d bytes, want %d bytes", one.URL, answer.Status, len(answer.Body), one.Bytes)
			}

			for _, other := range one.Alternatives {
				if answer := get(t, one.URL, "Accept", other.ContentType); len(answer.Body) != int(other.Bytes) {
					t.Errorf("%s answers with %d bytes to Accept: %s, want %d", one.URL, len(answer.Body), other.ContentType, other.Bytes)
				}
			}
		}
	}

	expect(t, exitWell, up.target, "doctor")

	if result := backfill(t, exitWell, up.target); result.Unchanged != int64(len(uploads)) {
		t.Errorf("backfill: %+v", result)
	}

	for key := range uploads {
		expect(t, exitWell, up.target, "erase", "--yes", key)

		if left := objectsUnder(t, up.target, up.Stack.VariantsBucket, key+"/-/"); len(left) > 0 {
			t.Errorf("after the erasure of %s: %q", key, left)
		}
	}

	expect(t, exitWell, up.target, "doctor")
}
