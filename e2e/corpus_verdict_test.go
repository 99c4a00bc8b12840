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

// checkVerdicts holds what Triptych calls each file against what exiftool takes it
// for: what is made into variants is a picture for both, and no picture of a common
// format is called none.
func checkVerdicts(t *testing.T, specimens []*specimen) {
	t.Helper()

	kinds := kindsOf(t, specimens)

	for _, one := range specimens {
		kind := kinds[one.path]
		picture := slices.Contains([]string{
			"JPEG", "MPO", "JPS", "PNG", "APNG", "GIF", "WEBP", "Extended WEBP", "BMP", "TIFF", "HEIC", "HEIF", "AVIF",
		}, kind)

		switch {
		case strange(one.name):
		case one.status == "READY" && !picture:
			t.Errorf("%s/%s is READY; exiftool takes it for %q", one.corpus, one.name, kind)
		case picture && slices.Contains([]string{"NOT_AN_IMAGE", "EMPTY", "BAD_KEY"}, one.code):
			t.Errorf("%s/%s is %s; exiftool takes it for %s", one.corpus, one.name, one.code, kind)
		}
	}
}

// strange names the files about which exiftool is wrong, or as right as Triptych.
func strange(name string) bool {
	// exiftool 12.57 takes the brand avis, an AVIF with a sequence beside its still, for MP4.
	if strings.HasPrefix(filepath.Base(name), "colors-animated-") && strings.HasSuffix(name, ".avif") {
		return true
	}

	return slices.Contains([]string{
		"exiv2-bug855.jpg",  // a JPEG whose EXIF has a tag of DNG's
		"badheadersize.bmp", // its header is of a size that no BMP has
	}, filepath.Base(name))
}

// kindsOf asks exiftool for the type of each file, by its content.
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

	// It fails where it cannot read a file, and says what it can all the same.
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
