package hevc_test

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"triptych/picture/heif/hevc"
	"triptych/picture/metadata/bmff"
)

// TestCorpus compares all HEVC items of other projects' test images, sample by sample, with
// libde265. `make corpus` downloads the images, and sets TRIPTYCH_CORPUS to their folder.
func TestCorpus(t *testing.T) {
	folder := os.Getenv("TRIPTYCH_CORPUS")
	if folder == "" {
		t.Skip("TRIPTYCH_CORPUS is not set")
	}

	const command = "libde265-dec265"
	if _, err := exec.LookPath(command); err != nil {
		t.Fatalf("%s is not installed (Debian: libde265-examples)", command)
	}

	files, equal := 0, 0

	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		extensions := []string{".heic", ".heif", ".hif"}
		if err != nil || !entry.Type().IsRegular() || !slices.Contains(extensions, strings.ToLower(filepath.Ext(path))) {
			return err
		}

		files++
		equal += compareItems(t, path)

		return nil
	})
	if err != nil {
		t.Fatal(err)
	}

	if equal == 0 {
		t.Errorf("no item of %d files under %s was compared", files, folder)
	}

	t.Logf("%d files: %d items have the samples of libde265", files, equal)
}

// compareItems compares the items of a file, and returns the number of equal ones. Many
// files of the corpora are damaged on purpose, so the first rejection of a file is only logged.
func compareItems(t *testing.T, path string) (equal int) {
	t.Helper()

	var rejection error

	defer func() {
		if rejection != nil {
			t.Logf("%s: %v", path, rejection)
		}
	}()

	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	file, err := bmff.Open(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		rejection = err

		return 0
	}

	for _, item := range file.Items() {
		if item.Kind != bmff.KindHEVC {
			continue
		}

		data, err := file.Read(item, int64(len(content)))
		if err != nil {
			rejection = cmp.Or(rejection, fmt.Errorf("item %d: %w", item.ID, err))

			continue
		}

		config := item.Find("hvcC")

		got, err := hevc.Decode(t.Context(), config, data, hevc.Options{})
		if err != nil {
			rejection = cmp.Or(rejection, fmt.Errorf("item %d: %w", item.ID, err))

			continue
		}

		samples, want := planesOf(got), reference(t, byteStream(config, data))
		if got.Chroma == hevc.Gray { // libde265-dec265 adds gray chroma to gray pictures.
			want = want[:min(len(want), len(samples))]
		}

		if bytes.Equal(samples, want) {
			equal++
		} else {
			t.Errorf("%s: item %d: other samples than libde265's", path, item.ID)
		}
	}

	return equal
}

// byteStream converts a configuration record and the data of an item to a byte stream with
// start codes (ITU-T H.265, annex B; ISO/IEC 14496-15, 8.3.3.1).
func byteStream(config, data []byte) (stream []byte) {
	start := []byte{0, 0, 0, 1}

	lengthBytes := int(config[21]&3) + 1 //nolint:mnd // lengthSizeMinusOne

	for arrays, rest := config[22], config[23:]; arrays > 0 && len(rest) >= 3; arrays-- {
		units := binary.BigEndian.Uint16(rest[1:])

		for rest = rest[3:]; units > 0; units-- {
			length := int(binary.BigEndian.Uint16(rest))
			stream = append(append(stream, start...), rest[2:][:length]...)
			rest = rest[2+length:]
		}
	}

	for len(data) >= lengthBytes {
		length := 0
		for _, part := range data[:lengthBytes] {
			length = length<<8 | int(part)
		}

		data = data[lengthBytes:]
		length = min(length, len(data))
		stream = append(append(stream, start...), data[:length]...)
		data = data[length:]
	}

	return stream
}
