package metadata_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"triptych/picture/metadata"
)

// samplePhotos returns the paths of the repository's real photos.
func samplePhotos(t *testing.T) []string {
	t.Helper()

	photos, err := filepath.Glob("../../samples/*.[jp]*g")
	if err != nil || len(photos) == 0 {
		t.Skipf("no sample photos beside this module: %v", err)
	}

	return photos
}

func TestSanitize_realPhotos(t *testing.T) {
	for _, photo := range samplePhotos(t) {
		t.Run(filepath.Base(photo), func(t *testing.T) {
			file, err := os.ReadFile(photo)
			if err != nil {
				t.Fatal(err)
			}

			before, err := inspect(file)
			if err != nil {
				t.Fatal(err)
			}

			clean, report, err := sanitize(t, file)
			if err != nil {
				t.Fatal(err)
			}

			if after, err := inspect(clean); err != nil || after != before {
				t.Errorf("%+v became %+v, %v", before, after, err)
			}

			if !bytes.Equal(pixelData(t, clean), pixelData(t, file)) {
				t.Error("the compressed pixels differ")
			}

			if filepath.Base(photo) == "dragonfly.jpg" && !slices.Contains(report.Removed, "gps") {
				t.Errorf("removed %v, but not the position", report.Removed)
			}
		})
	}
}

// pixelData returns the part of a file from the start of its compressed pixels to the
// end. The pixels start at the first scan of these JPEGs (which have no thumbnails), or
// at the first IDAT of a PNG.
func pixelData(t *testing.T, file []byte) []byte {
	t.Helper()

	mark := []byte("IDAT")
	if bytes.HasPrefix(file, soi) {
		mark = []byte{0xff, sos, 0, 12}
	}

	at := bytes.LastIndex(file, mark)
	if at < 0 {
		t.Fatal("no pixels found")
	}

	if bytes.HasPrefix(file, soi) {
		return file[at:]
	}

	return file[at : bytes.LastIndex(file, []byte("IEND"))-4]
}

// TestSanitize_exiftoolFindsNothing checks with exiftool that a sanitized file contains no
// metadata.
func TestSanitize_exiftoolFindsNothing(t *testing.T) {
	tool, err := exec.LookPath("exiftool")
	if err != nil {
		t.Skip("exiftool is not installed")
	}

	folder := t.TempDir()
	arguments := []string{"-json", "-G1", "-a", "-u", "-ee"}

	for _, photo := range samplePhotos(t) {
		file, err := os.ReadFile(photo)
		if err != nil {
			t.Fatal(err)
		}

		var clean bytes.Buffer
		if _, err := metadata.Sanitize(&clean, bytes.NewReader(file)); err != nil {
			t.Fatal(err)
		}

		path := filepath.Join(folder, filepath.Base(photo))
		if err := os.WriteFile(path, clean.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}

		arguments = append(arguments, path)
	}

	output, err := exec.Command(tool, arguments...).Output()
	if err != nil {
		t.Fatal(err)
	}

	// A hexadecimal name such as 46480086e554 is written as a number.
	decoder := json.NewDecoder(bytes.NewReader(output))
	decoder.UseNumber()

	var files []map[string]any
	if err := decoder.Decode(&files); err != nil {
		t.Fatal(err)
	}

	for _, tags := range files {
		for tag, value := range tags {
			if !isHarmless(tag) {
				t.Errorf("%v: %s = %v", tags["SourceFile"], tag, value)
			}
		}
	}
}

// isHarmless reports whether a tag, as exiftool -G1 names it, only describes the file
// system, or the pixels and their meaning.
func isHarmless(tag string) bool {
	group, name, _ := strings.Cut(tag, ":")

	switch group {
	case "SourceFile", "ExifTool", "System", "File", "JFIF", "Adobe", "PNG", "PNG-pHYs", "Composite",
		"ICC_Profile", "ICC-header", "ICC-view", "ICC-meas":
	default:
		return false
	}

	return name != "Comment" && name != "Warning" && !strings.HasPrefix(name, "GPS") && !strings.HasPrefix(name, "Thumbnail")
}
