package e2e_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"triptych/e2e/fixture"
)

// TestPolyglots uploads files that are an image and another type of file at once. The
// output must be only an image, and the CDN must not allow browsers to treat it as
// another type.
func TestPolyglots(t *testing.T) {
	t.Parallel()

	const prefix = "polyglots/"

	picture := fixture.Quarters(240, 160, 61)
	files := map[string][]byte{
		"zip.jpg": fixture.ZipJPEG(picture), "pdf.jpg": fixture.PDFJPEG(picture), "script.gif": fixture.ScriptGIF(),
		"page.png": fixture.PagePNG(picture), "page.webp": fixture.PageWebP(),
		"html.html": fixture.PagePNG(picture), // S3 stores the Content-Type of an HTML page, because of the name
	}

	folder := t.TempDir()
	for name, content := range files {
		write(t, folder, name, content)
	}

	results := upload(t, exitWell, under, "--prefix", prefix, folder)

	for name, content := range files {
		t.Run(name, func(t *testing.T) {
			if name == "zip.jpg" {
				if _, err := zip.NewReader(bytes.NewReader(content), int64(len(content))); err != nil {
					t.Fatalf("the original is not an archive: %v", err)
				}
			}

			result := results[prefix+name]
			result.ready(t)

			type made struct{ url, contentType string }

			master, contentType := masterOf(t, result)
			pictures := []made{{master, contentType}}

			for _, variant := range result.Variants {
				pictures = append(pictures, made{variant.URL, variant.ContentType})
			}

			for _, one := range pictures {
				checkPictureAlone(t, one.url, one.contentType)
			}
		})
	}
}

// masterOf returns the URL and the type of the master, which is stored beside the
// variants.
func masterOf(t *testing.T, result uploaded) (address, contentType string) {
	t.Helper()

	folder := result.Variants[0].URL[:strings.LastIndex(result.Variants[0].URL, "/")]

	for extension, contentType := range map[string]string{
		"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
	} {
		if address := folder + "/original." + extension; get(t, address).Status == 200 {
			return address, contentType
		}
	}

	t.Fatalf("%s has no master", result.Key)

	return "", ""
}

// checkPictureAlone downloads an image and checks that it contains no other data.
func checkPictureAlone(t *testing.T, address, contentType string) {
	t.Helper()

	page := get(t, address)

	for _, part := range []string{fixture.Payload, "<script", "<html", "%PDF", "PK\x03\x04", fixture.Secret} {
		if bytes.Contains(page.Body, []byte(part)) {
			t.Errorf("%s contains %q", address, part)
		}
	}

	if _, err := zip.NewReader(bytes.NewReader(page.Body), int64(len(page.Body))); err == nil {
		t.Errorf("%s is an archive", address)
	}

	for name, want := range map[string]string{
		"Content-Type": contentType, "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
	} {
		if got := page.Header.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", address, name, got, want)
		}
	}
}
