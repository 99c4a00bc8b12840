package e2e_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"triptych/e2e/fixture"
)

// TestPhotos processes real photos and drawn images, and checks all output as a browser
// requests it.
func TestPhotos(t *testing.T) {
	t.Parallel()

	const prefix = "photos/"

	folder := photos(t)

	facts, err := exiftool(folder)
	if err != nil {
		t.Fatal(err)
	}

	results := upload(t, exitWell, under, "--prefix", prefix, folder)

	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) < 8 {
		t.Fatalf("photos: %q, %v", files, err)
	}

	if len(results) != len(files) {
		t.Errorf("%d files, %d results", len(files), len(results))
	}

	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			tags := facts[file]
			result := results[prefix+filepath.Base(file)]
			result.ready(t)

			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}

			orientation := max(1, number(tags, "IFD0:Orientation"))
			original, size := gridOf(t, source, orientation)

			checkVariants(t, result, original, size)
			checkManifest(t, result, source, size)
			checkMaster(t, result, source, tags)
		})
	}
}

// photos returns a folder of real photos, and of drawn images of all formats and of
// unusual sizes.
func photos(t *testing.T) string {
	t.Helper()

	folder := t.TempDir()

	from := os.Getenv("TRIPTYCH_PHOTOS")
	if from == "" {
		from = "../samples"
	}

	entries, err := os.ReadDir(from)
	if err != nil {
		t.Fatalf("the photos: %v", err)
	}

	for _, entry := range entries {
		if extension := strings.ToLower(filepath.Ext(entry.Name())); !slices.Contains([]string{".jpg", ".jpeg", ".png"}, extension) {
			continue
		}

		content, err := os.ReadFile(filepath.Join(from, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}

		write(t, folder, entry.Name(), content)
	}

	drawn := map[string][]byte{
		"odd.jpg":    fixture.JPEG(fixture.Quarters(1601, 1067, 11)),
		"tall.jpg":   fixture.JPEG(fixture.Quarters(300, 2000, 12)),
		"thread.png": fixture.PNG(fixture.Quarters(3000, 10, 13)),
		"small.png":  fixture.PNG(fixture.Quarters(120, 90, 14)),
		"dot.png":    fixture.PNG(fixture.Quarters(1, 1, 15)),
		"gray.jpg":   fixture.JPEG(gray(900, 700)),
		"glass.png":  fixture.PNG(glass(500, 400)),
	}
	for name, content := range drawn {
		write(t, folder, name, content)
	}

	return folder
}

func gray(width, height int) *image.Gray {
	picture := image.NewGray(image.Rect(0, 0, width, height))
	for i := range picture.Pix {
		picture.Pix[i] = uint8(i % width * 255 / width)
	}

	return picture
}

// glass returns an image that is fully transparent on its right side.
func glass(width, height int) *image.NRGBA {
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))

	for y := range height {
		for x := range width / 2 {
			picture.SetNRGBA(x, y, color.NRGBA{180, 60, uint8(y * 255 / height), 255})
		}
	}

	return picture
}

// checkVariants fetches each variant from the CDN and checks it.
func checkVariants(t *testing.T, result uploaded, original grid, size image.Point) {
	t.Helper()

	recipe := defaultRecipe()
	if len(result.Variants) != len(recipe) {
		t.Fatalf("variants: %+v", result.Variants)
	}

	for i, want := range recipe {
		got := result.Variants[i]
		width, height := want.size(size.X, size.Y)

		if got.Name != want.name || got.Width != width || got.Height != height || got.ContentType != "image/jpeg" {
			t.Errorf("of %v: %+v, want %s of %d×%d", size, got, want.name, width, height)
		}

		if expected := under.Stack.CDN + "/" + encode(result.Key) + "/-/" + result.Version + "/" + want.name + ".jpg"; got.URL != expected {
			t.Errorf("URL %s, want %s", got.URL, expected)
		}

		body := immutableObject(t, got.URL, "image/jpeg")
		if int64(len(body)) != got.Bytes {
			t.Errorf("%s has %d bytes, want %d", got.Name, len(body), got.Bytes)
		}

		seen, fetched := gridOf(t, body, 1)
		if fetched != image.Pt(width, height) {
			t.Errorf("%s has the size %v, want %d×%d", got.Name, fetched, width, height)
		}

		// A thumbnail shows only a part of the image, unless the image is square. Where
		// the rows are reduced to a few, the quarters cannot be distinguished.
		if (!want.cover || size.X == size.Y) && min(width, height) >= 4*gridSide {
			seen.alike(t, got.Name, original)
		}
	}
}

// checkManifest compares the manifest with the upload and its result.
func checkManifest(t *testing.T, result uploaded, source []byte, size image.Point) {
	t.Helper()

	found := fetchManifest(t, under, result.Key)

	if diff := cmp.Diff(result.Variants, found.Variants); diff != "" {
		t.Errorf("variants of the result and of the manifest (-result +manifest):\n%s", diff)
	}

	if found.Key != result.Key || found.Version != result.Version || found.Sequencer == "" || found.CreatedAt.IsZero() {
		t.Errorf("manifest %+v of %+v", found, result)
	}

	head, err := under.s3().HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &under.Stack.UploadsBucket, Key: &result.Key})
	if err != nil {
		t.Fatal(err)
	}

	if trimmed := strings.Trim(*head.ETag, `"`); strings.Trim(found.Source.ETag, `"`) != trimmed {
		t.Errorf("source's ETag %s, want %s", found.Source.ETag, trimmed)
	}

	_, format, err := image.DecodeConfig(bytes.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}

	if got := found.Source; got.Bytes != int64(len(source)) || got.Width != size.X || got.Height != size.Y || got.Format != format {
		t.Errorf("source %+v, want %d bytes, %s of %v", got, len(source), format, size)
	}
}

// checkMaster checks that the master has exactly the pixels of the source.
func checkMaster(t *testing.T, result uploaded, source []byte, tags map[string]any) {
	t.Helper()

	contentType, _ := tags["File:MIMEType"].(string)
	extension := map[string]string{"image/jpeg": "jpg", "image/png": "png"}[contentType]
	address := under.Stack.CDN + "/" + path.Join(encode(result.Key), "-", result.Version, "original."+extension)
	master := immutableObject(t, address, contentType)

	want, _, err := image.Decode(bytes.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}

	got, _, err := image.Decode(bytes.NewReader(master))
	if err != nil {
		t.Fatalf("decode the master: %v", err)
	}

	if !samePixels(got, want) {
		t.Error("the pixels of the master differ from those of the source")
	}
}

func samePixels(got, want image.Image) bool {
	if got.Bounds() != want.Bounds() {
		return false
	}

	// Comparing memory is a hundred times faster than comparing colors.
	switch want := want.(type) {
	case *image.YCbCr:
		got, ok := got.(*image.YCbCr)

		return ok && bytes.Equal(got.Y, want.Y) && bytes.Equal(got.Cb, want.Cb) && bytes.Equal(got.Cr, want.Cr)
	case *image.RGBA:
		got, ok := got.(*image.RGBA)

		return ok && bytes.Equal(got.Pix, want.Pix)
	default:
		return cmp.Equal(got, want)
	}
}

// TestVariants_grayStaysGray checks that the variants of a gray image have one component,
// which saves two thirds of the work.
func TestVariants_grayStaysGray(t *testing.T) {
	t.Parallel()

	const key = "gray/gray.jpg"

	file := write(t, t.TempDir(), "gray.jpg", fixture.JPEG(gray(900, 700)))
	result := upload(t, exitWell, under, "--prefix", "gray/", file)[key]
	result.ready(t)

	for _, made := range result.Variants {
		config, err := jpeg.DecodeConfig(bytes.NewReader(get(t, made.URL).Body))
		if err != nil || config.ColorModel != color.GrayModel {
			t.Errorf("%s is not gray: %v, %v", made.Name, config.ColorModel, err)
		}
	}
}

// TestCDN_doesNotServe requests originals and missing objects, with paths that a careless
// server would normalize.
func TestCDN_doesNotServe(t *testing.T) {
	t.Parallel()

	const prefix = "door/"

	source := fixture.Photo(fixture.Quarters(640, 480, 21), 1)
	result := upload(t, exitWell, under, "--prefix", prefix, write(t, t.TempDir(), "closed.jpg", source))[prefix+"closed.jpg"]
	result.ready(t)

	uploads, key := under.Stack.UploadsBucket, result.Key
	folder := "/" + key + "/-/"

	paths := map[string]string{
		"unknown":                  "/nobody/knows.jpg/-/0123456789ab/large.jpg",
		"unknown variant":          folder + result.Version + "/huge.jpg",
		"unknown version":          folder + "0123456789ab/large.jpg",
		"the root":                 "/",
		"the folder":               folder,
		"the version's folder":     folder + result.Version + "/",
		"the original's key":       "/" + key,
		"with a version":           "/" + key + "?versionId=null",
		"by its bucket":            "/" + uploads + "/" + key,
		"dots":                     "/../" + uploads + "/" + key,
		"encoded dots":             "/%2e%2e/" + uploads + "/" + key,
		"encoded slashes":          "/..%2f" + uploads + "%2f" + key,
		"twice encoded":            "/%252e%252e%252f" + uploads + "%252f" + key,
		"dots in the fold":         folder + "../../../../" + uploads + "/" + key,
		"encoded dots, fold":       folder + "%2e%2e/%2e%2e/%2e%2e/%2e%2e/" + uploads + "/" + key,
		"back to the key":          folder + "..",
		"backslashes":              `/..%5C` + uploads + `%5C` + key,
		"two slashes":              "//" + uploads + "/" + key,
		"an encoded first slash":   "/%2F" + uploads + "/" + key,
		"a dot":                    "/./" + key,
		"NUL":                      "/" + key + "%00/-/" + result.Version + "/large.jpg",
		"a list of the bucket":     "/?list-type=2",
		"a list of all buckets":    "/?x-id=ListBuckets",
		"the bucket's policy":      "/?policy",
		"the upload path":          "/-/upload/" + key,
		"an absolute path of S3's": "/" + under.Stack.VariantsBucket + folder + result.Version + "/large.jpg",
	}

	for name, path := range paths {
		t.Run(name, func(t *testing.T) {
			for _, headers := range [][]string{
				nil,
				{"Host", uploads + ".s3.amazonaws.com"},
				{"X-Forwarded-Host", uploads + ".s3.amazonaws.com", "X-Original-URL", "/" + uploads + "/" + key, "X-Rewrite-URL", "/" + uploads + "/" + key},
			} {
				answer := getPath(t, under.Stack.CDN, path, headers...)
				// On the upload path, the signature is checked first. A foreign Host is
				// refused only on paths that could belong to a variant.
				refused := name == "the upload path"
				foreignHost := len(headers) > 0 && headers[0] == "Host" && answer.Status == http.StatusForbidden

				if want := map[bool]int{false: http.StatusNotFound, true: http.StatusForbidden}[refused]; answer.Status != want && !foreignHost {
					t.Errorf("GET %s %q: %d, want %d", path, headers, answer.Status, want)
				}

				if bytes.Contains(answer.Body, []byte(fixture.Secret)) || bytes.Contains(answer.Body, []byte("<Contents>")) {
					t.Errorf("GET %s %q returned %d bytes", path, headers, len(answer.Body))
				}
			}
		})
	}

	// Write and delete requests must be refused, too.
	for _, method := range []string{http.MethodPut, http.MethodPost, http.MethodDelete} {
		request, err := http.NewRequestWithContext(t.Context(), method, result.Variants[0].URL, bytes.NewReader([]byte("x")))
		if err != nil {
			t.Fatal(err)
		}

		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}

		response.Body.Close()

		if response.StatusCode != http.StatusMethodNotAllowed && response.StatusCode != http.StatusForbidden {
			t.Errorf("%s of a variant: %d", method, response.StatusCode)
		}
	}

	immutableObject(t, result.Variants[0].URL, "image/jpeg")
}
