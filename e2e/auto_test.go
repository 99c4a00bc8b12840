package e2e_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"triptych/e2e/fixture"
)

// TestAutoFormat requests a variant of the format `auto` as old and new browsers do. The
// functions of the CDN choose the file, and Vary names the header that decides.
func TestAutoFormat(t *testing.T) {
	t.Parallel()

	recipe := write(t, t.TempDir(), "recipe.json", []byte(`{
		"variants": [{"name": "small", "width": 48, "height": 48, "fit": "inside", "format": "auto"}],
		"limits": {"maxBytes": 1000000, "maxPixels": 1000000, "maxFrames": 10}
	}`))
	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--recipe", recipe)

	file := write(t, t.TempDir(), "photo.jpg", fixture.JPEG(fixture.Quarters(64, 48, 71)))
	url := upload(t, exitWell, up.target, file)["photo.jpg"].Variants[0].URL

	if !strings.HasSuffix(url, "/small.auto.jpg") {
		t.Fatalf("the variant is at %s, want …/small.auto.jpg", url)
	}

	etags := map[string]string{}

	for name, test := range map[string]struct {
		headers []string
		want    string
	}{
		"an old browser":              {nil, "image/jpeg"},
		"curl":                        {[]string{"Accept", "*/*"}, "image/jpeg"},
		"a new browser":               {[]string{"Accept", "image/avif,image/webp,image/apng,*/*;q=0.8"}, "image/webp"},
		"a browser that rejects WebP": {[]string{"Accept", "image/webp;q=0,*/*"}, "image/jpeg"},
	} {
		answer := get(t, url, test.headers...)
		if answer.Status != http.StatusOK || answer.Header.Get("Content-Type") != test.want {
			t.Errorf("%s: status %d and type %s, want type %s", name, answer.Status, answer.Header.Get("Content-Type"), test.want)
		}

		answer.header(t, "Vary", "Accept")
		answer.header(t, "Cache-Control", immutable)

		etags[test.want] = answer.Header.Get("ETag")
	}

	if len(etags) != 2 || etags["image/jpeg"] == etags["image/webp"] {
		t.Errorf("the two files have the ETags %v", etags)
	}

	// A browser revalidates its cached copy with the ETag of the file that it received.
	kept := get(t, url, "Accept", "image/webp", "If-None-Match", etags["image/webp"])
	if kept.Status != http.StatusNotModified {
		t.Errorf("revalidating a cached WebP: %d, want 304", kept.Status)
	}

	kept.header(t, "Vary", "Accept")

	if other := get(t, url, "If-None-Match", etags["image/webp"]); other.Status != http.StatusOK {
		t.Errorf("requesting the JPEG with the ETag of the WebP: %d, want 200", other.Status)
	}

	// A manifest and a missing file have no Vary header.
	get(t, up.Stack.CDN+"/photo.jpg/-/manifest.json").header(t, "Vary", "")
	get(t, strings.Replace(url, "small", "none", 1)).header(t, "Vary", "")
}
