package e2e_test

import (
	"bytes"
	"image"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"triptych/e2e/fixture"
)

// TestPhonesAndScans uploads images of the formats whose master is made from their
// pixels. Each master must be upright, a JPEG or a PNG, and without metadata of the
// maker.
func TestPhonesAndScans(t *testing.T) {
	t.Parallel()

	const prefix = "phones/"

	upright := quarters(600, 400)
	lying := fixture.Store(upright, 6)

	tests := map[string]struct {
		file           []byte
		format, master string
	}{
		"phone.heic": {file: fixture.Phone("phone.heic"), format: "heic", master: "jpg"},
		"side.heic":  {file: fixture.Phone("side.heic"), format: "heic", master: "jpg"},
		"phone.avif": {file: fixture.Phone("phone.avif"), format: "avif", master: "jpg"},
		"side.avif":  {file: fixture.Phone("side.avif"), format: "avif", master: "jpg"},
		"scan.tif":   {file: fixture.TIFF(upright, 1), format: "tiff", master: "png"},
		"lying.tif":  {file: fixture.TIFF(lying, 6), format: "tiff", master: "png"},
		"old.bmp":    {file: fixture.BMP(upright), format: "bmp", master: "png"},
	}

	folder := t.TempDir()
	for name, test := range tests {
		write(t, folder, name, test.file)
	}

	results := upload(t, exitWell, under, "--prefix", prefix, folder)
	masters := t.TempDir()

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			result := results[prefix+name]
			result.ready(t)

			want, size := gridOf(t, fixture.PNG(upright), 1)
			checkVariants(t, result, want, size)

			contentType := map[string]string{"jpg": "image/jpeg", "png": "image/png"}[test.master]
			address := under.Stack.CDN + "/" + path.Join(encode(result.Key), "-", result.Version, "original."+test.master)
			master := immutableObject(t, address, contentType)
			write(t, masters, name+"."+test.master, master)

			seen, found := gridOf(t, master, 1)
			if found != size {
				t.Errorf("the master is %v", found)
			}

			seen.alike(t, "the master", want)

			source := fetchManifest(t, under, result.Key).Source
			if source.Format != test.format || source.Width != 600 || source.Height != 400 || source.Bytes != int64(len(test.file)) {
				t.Errorf("source %+v", source)
			}
		})
	}

	facts, err := exiftool(masters)
	if err != nil {
		t.Fatal(err)
	}

	for file, tags := range facts {
		for tag, value := range tags {
			group, _, _ := strings.Cut(tag, ":")
			if slices.Contains([]string{"IFD0", "ExifIFD", "GPS", "IFD1", "XMP", "IPTC"}, group) {
				t.Errorf("%s: %s is %v", filepath.Base(file), tag, value)
			}
		}
	}
}

const modernRecipe = `{
  "variants": [
    { "name": "small", "width": 200, "format": "auto" },
    { "name": "modern", "width": 300, "format": "webp", "quality": 70 },
    { "name": "moving", "width": 64, "format": "auto", "animated": true }
  ],
  "limits": { "maxFramePixels": 1000000 }
}`

// TestModernFormats uses a recipe with WebP, both as the only format and as the
// alternative of `auto`, and checks which file the CDN serves to which client.
func TestModernFormats(t *testing.T) {
	t.Parallel()

	folder := t.TempDir()
	recipe := write(t, folder, "recipe.json", []byte(modernRecipe))
	pictures := t.TempDir()
	write(t, pictures, "photo.jpg", fixture.JPEG(fixture.Quarters(600, 400, 171)))
	write(t, pictures, "glass.png", fixture.PNG(glass(400, 300)))
	write(t, pictures, "animation.gif", fixture.AnimatedGIF(120, 80, quarters(120, 80), image.White, quarters(120, 80)))
	write(t, pictures, "long.gif", fixture.GIF(100, 100, 101))

	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--recipe", recipe)
	results := upload(t, exitRejected, up.target, pictures)
	rejected(t, results["long.gif"], "TOO_MANY_FRAMES")

	for key, extension := range map[string]string{"photo.jpg": "jpg", "glass.png": "png", "animation.gif": "jpg"} {
		t.Run(key, func(t *testing.T) {
			result := results[key]
			result.ready(t)

			small, modern, moving := result.Variants[0], result.Variants[1], result.Variants[2]
			if !strings.HasSuffix(small.URL, "/small.auto."+extension) || !strings.HasSuffix(modern.URL, "/modern.webp") {
				t.Errorf("URLs %s and %s", small.URL, modern.URL)
			}

			if modern.ContentType != "image/webp" || len(modern.Alternatives) > 0 {
				t.Errorf("the variant modern: %+v", modern)
			}

			for _, two := range []variant{small, moving} {
				if len(two.Alternatives) != 1 {
					t.Fatalf("%s has %d alternatives", two.Name, len(two.Alternatives))
				}

				other := two.Alternatives[0]
				if other.ContentType != "image/webp" || other.Width != two.Width || !strings.HasSuffix(other.URL, "."+"auto.webp") {
					t.Errorf("the alternative: %+v", other)
				}

				// Each file is served under its own name, and the alternative also under
				// the name of the primary, by the Accept header.
				plain := accepting(t, two.URL, "image/png,*/*")
				if http.DetectContentType(plain) != two.ContentType || int64(len(plain)) != two.Bytes {
					t.Errorf("%s is served as %s of %d bytes", two.Name, http.DetectContentType(plain), len(plain))
				}

				chosen := accepting(t, two.URL, "image/avif,image/webp,*/*")
				if http.DetectContentType(chosen) != "image/webp" || int64(len(chosen)) != other.Bytes {
					t.Errorf("%s is served as %s of %d bytes with Accept: image/webp", two.Name, http.DetectContentType(chosen), len(chosen))
				}
			}

			animation := accepting(t, moving.Alternatives[0].URL, "*/*")
			if frames := bytes.Count(animation, []byte("ANMF")); (frames == 3) != (key == "animation.gif") {
				t.Errorf("the animation has %d frames", frames)
			}
		})
	}

	out := filepath.Join(folder, "out")
	expect(t, exitWell, up.target, "render", filepath.Join(pictures, "photo.jpg"), "--recipe", recipe, "--out", out)

	for name, kind := range map[string]string{
		"small.auto.jpg": "image/jpeg", "small.auto.webp": "image/webp", "modern.webp": "image/webp",
	} {
		file, err := os.ReadFile(filepath.Join(out, "photo.jpg", name))
		if got := http.DetectContentType(file); err != nil || got != kind {
			t.Errorf("render wrote %s as %s, %v", name, got, err)
		}
	}
}

// accepting returns the file that the CDN serves for an Accept header.
func accepting(t *testing.T, address, accept string) []byte {
	t.Helper()

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}

	request.Header.Set("Accept", accept)

	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()

	var body bytes.Buffer
	if _, err := body.ReadFrom(answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %d, %v", address, answer.StatusCode, err)
	}

	return body.Bytes()
}
