package e2e_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// checkVerdicts compares the results of Triptych with the file types of exiftool:
// exiftool must recognize every READY file as an image, and no image of a common format
// may be rejected with NOT_AN_IMAGE.
func checkVerdicts(t *testing.T, specimens []*specimen) {
	t.Helper()

	kinds := kindsOf(t, specimens)

	for _, one := range specimens {
		kind := kinds[one.path]
		picture := slices.Contains([]string{
			"JPEG", "MPO", "JPS", "PNG", "APNG", "GIF", "WEBP", "Extended WEBP", "BMP", "TIFF", "HEIC", "HEIF", "AVIF",
		}, kind)

		switch {
		case exiftoolDiffers(one.name):
		case one.status == "READY" && !picture:
			t.Errorf("%s/%s is READY; exiftool says that it is %q", one.corpus, one.name, kind)
		case picture && slices.Contains([]string{"NOT_AN_IMAGE", "EMPTY", "BAD_KEY"}, one.code):
			t.Errorf("%s/%s is %s; exiftool says that it is %s", one.corpus, one.name, one.code, kind)
		}
	}
}

// exiftoolDiffers reports whether exiftool may name another file type than Triptych:
// exiftool is wrong about the file, or the file fits both types.
func exiftoolDiffers(name string) bool {
	// exiftool 12.57 reports MP4 for the brand avis, which is an AVIF with an image
	// sequence and a static image.
	if strings.HasPrefix(filepath.Base(name), "colors-animated-") && strings.HasSuffix(name, ".avif") {
		return true
	}

	return slices.Contains([]string{
		"exiv2-bug855.jpg",  // a JPEG whose EXIF has a DNG tag
		"badheadersize.bmp", // a BMP with an invalid header size
	}, filepath.Base(name))
}

// kindsOf returns the type of each file by its content, as exiftool reports it.
func kindsOf(t *testing.T, specimens []*specimen) map[string]string {
	t.Helper()

	var list strings.Builder
	for _, one := range specimens {
		list.WriteString(one.path + "\n")
	}

	names := filepath.Join(t.TempDir(), "names")
	if err := os.WriteFile(names, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}

	var stdout bytes.Buffer

	// exiftool exits with an error if it cannot read a file, but still reports the other
	// files.
	command := exec.Command("exiftool", "-json", "-fast2", "-FileType", "-@", names)
	command.Stdout = &stdout
	_ = command.Run()

	var files []struct{ SourceFile, FileType string }
	if err := json.Unmarshal(stdout.Bytes(), &files); err != nil {
		t.Fatal(err)
	}

	kinds := map[string]string{}
	for _, file := range files {
		kinds[file.SourceFile] = file.FileType
	}

	return kinds
}
