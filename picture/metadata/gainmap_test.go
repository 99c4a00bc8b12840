package metadata_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/picture/failure"
	"triptych/picture/metadata"
)

const (
	idXMP = "http://ns.adobe.com/xap/1.0/\x00"
	idISO = "urn:iso:std:iso:ts:21496:-1\x00"
	idMPF = "MPF\x00"
)

// gainMapFile reads a file that .ci/gainmap.py has made.
func gainMapFile(t testing.TB, name string) []byte {
	t.Helper()

	file, err := os.ReadFile(filepath.Join("testdata", "gainmap", name+".jpg"))
	if err != nil {
		t.Fatal(err)
	}

	return file
}

// pictures splits a file with two images.
func pictures(t *testing.T, file []byte) (primary, second []byte) {
	t.Helper()

	at := bytes.Index(file, eoi) + len(eoi)
	if at == len(file) {
		t.Fatal("the file has one image")
	}

	return file[:at], file[at:]
}

// payloads returns the payloads that start with an identifier, of all segments of an
// image. It removes the identifier, and also returns the position of each payload in the
// image.
func payloads(picture []byte, identifier string) (found [][]byte, at []int) {
	for offset := 2; picture[offset+1] != sos; {
		length := int(binary.BigEndian.Uint16(picture[offset+2:]))
		if payload := picture[offset+4 : offset+2+length]; bytes.HasPrefix(payload, []byte(identifier)) {
			found, at = append(found, payload[len(identifier):]), append(at, offset+4+len(identifier))
		}

		offset += 2 + length
	}

	return found, at
}

func TestSanitize_gainMap(t *testing.T) {
	private := []string{"comment", "exif", "gps", "iptc", "makernote", "xmp"}

	for name, c := range map[string]struct {
		xmp, iso bool
		turned   bool
		removed  []string
	}{
		"libultrahdr":  {iso: true, removed: []string{"comment"}},
		"iso":          {iso: true},
		"iso-private":  {iso: true, removed: without(private, "xmp")},
		"xmp":          {xmp: true, removed: []string{"xmp"}},
		"both":         {xmp: true, iso: true, turned: true, removed: private},
		"pixel":        {xmp: true, iso: true, removed: append([]string{"trailer"}, private...)},
		"samsung":      {xmp: true, turned: true, removed: append([]string{"trailer"}, private...)},
		"adobe":        {xmp: true, iso: true, removed: append([]string{"credentials"}, private...)},
		"apple":        {iso: true, turned: true, removed: []string{"exif", "gps", "makernote", "mpf", "trailer"}},
		"own-space":    {iso: true},
		"channels":     {iso: true},
		"common":       {iso: true},
		"later-writer": {iso: true, removed: []string{"other"}},
		"container":    {xmp: true, removed: []string{"xmp"}},
		"stale-index":  {iso: true, removed: []string{"mpf"}},
		"no-index":     {iso: true},
	} {
		t.Run(name, func(t *testing.T) {
			file := gainMapFile(t, name)

			clean, report, err := sanitize(t, file)
			if err != nil {
				t.Fatal(err)
			}

			slices.Sort(c.removed)

			if diff := cmp.Diff(metadata.Report{Removed: append([]string{}, c.removed...), Kept: []string{"gainmap"}}, report); diff != "" {
				t.Error(diff)
			}

			if bytes.Contains(clean, []byte("SECRET")) {
				t.Error("private data are left")
			}

			primary, second := pictures(t, clean)
			checkIndex(t, primary, second)

			for _, picture := range [][]byte{primary, second} {
				_, scans, _ := bytes.Cut(picture, []byte{0xff, sos})
				if len(scans) == 0 || !bytes.Contains(file, scans) {
					t.Error("the pixels differ from the original's")
				}

				xmp, _ := payloads(picture, idXMP)
				iso, _ := payloads(picture, idISO)

				if (len(xmp) == 1) != c.xmp || (len(iso) == 1) != c.iso {
					t.Errorf("%d XMP packets and %d of ISO's segments", len(xmp), len(iso))
				}
			}

			if got := bytes.Contains(primary, onlyOrientation(6)); got != c.turned || bytes.Contains(second, []byte("Exif")) {
				t.Errorf("the primary keeps its orientation: %v, want %v; or the gain map has an orientation", got, c.turned)
			}

			// A dst that cannot be overwritten receives the same bytes.
			target := metadata.NewBuffer(0)
			if _, err := metadata.Sanitize(target, bytes.NewReader(file)); err != nil || !bytes.Equal(target.Bytes(), clean) {
				t.Errorf("%v; a buffer has %d bytes, a writer %d", err, target.Len(), len(clean))
			}
		})
	}
}

func without(all []string, one string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(each string) bool { return each == one })
}

// checkIndex reads the Multi-Picture index of a master (CIPA DC-007, 5.2).
func checkIndex(t *testing.T, primary, second []byte) {
	t.Helper()

	index, at := payloads(primary, idMPF)
	if len(index) != 1 {
		t.Fatalf("%d Multi-Picture indexes", len(index))
	}

	entries := index[0][50:] // after a header, three entries, and the offset of the next directory
	for i, want := range []struct{ size, offset uint32 }{
		{uint32(len(primary)), 0}, {uint32(len(second)), uint32(len(primary) - at[0])},
	} {
		size, offset := binary.BigEndian.Uint32(entries[16*i+4:]), binary.BigEndian.Uint32(entries[16*i+8:])
		if size != want.size || offset != want.offset {
			t.Errorf("image %d: %d bytes at %d, want %d at %d", i, size, offset, want.size, want.offset)
		}
	}
}

// TestSanitize_gainMapDropped checks that a gain map that cannot be kept is dropped
// without any change to the photo.
func TestSanitize_gainMapDropped(t *testing.T) {
	iso, xmp := gainMapFile(t, "iso"), gainMapFile(t, "xmp")
	primary, second := pictures(t, iso)
	replaced := func(file []byte, old, replacement string) []byte {
		if !bytes.Contains(file, []byte(old)) {
			t.Fatalf("%q does not stand there", old)
		}

		return bytes.ReplaceAll(file, []byte(old), []byte(replacement))
	}
	// patched changes bytes after ISO's identifier in the gain map.
	patched := func(at int, values ...byte) []byte {
		inner := bytes.Clone(second)
		copy(inner[bytes.Index(inner, []byte(idISO))+len(idISO)+at:], values)

		return join(primary, inner)
	}
	frameAt := bytes.Index(second, []byte{0xff, sof0})
	resized := bytes.Clone(second)
	copy(resized[frameAt+5:], "\x00\x31\x00\x41") // 65 × 49

	// These pixels have codes that are in no Huffman table.
	noise := bytes.Clone(second)

	scanAt := bytes.Index(noise, []byte{0xff, 0xda}) + 14
	for at := scanAt; at < len(noise)-len(eoi); at++ {
		noise[at] = 0xfe
	}

	for name, c := range map[string]struct {
		file    []byte
		removed []string
	}{
		"damaged pixels":                    {join(primary, noise), []string{"gainmap", "mpf", "trailer"}},
		"fewer pixels than its header says": {join(primary, second[:scanAt+8], eoi), []string{"gainmap", "mpf", "trailer"}},
		"Apple's own metadata only":         {gainMapFile(t, "apple-only"), []string{"gainmap", "trailer", "mpf"}},
		"nothing after the primary":         {primary, []string{"gainmap", "mpf"}},
		"cut in its header":                 {iso[:len(primary)+40], []string{"gainmap", "mpf", "trailer"}},
		"cut in its pixels":                 {iso[:len(iso)-9], []string{"gainmap", "mpf", "trailer"}},
		"without its end":                   {iso[:len(iso)-2], []string{"gainmap", "mpf", "trailer"}},
		"cut in the primary's pixels":       {primary[:len(primary)-9], []string{"gainmap", "mpf"}},
		"a later version that is needed":    {patched(0, 0, 1), []string{"gainmap", "mpf", "trailer"}},
		"unknown flags":                     {patched(4, 0x50), []string{"gainmap", "mpf", "trailer"}},
		"more channels than there are":      {patched(4, 0xc0), []string{"gainmap", "mpf", "trailer"}},
		"a denominator of 0":                {patched(9, 0, 0, 0, 0), []string{"gainmap", "mpf", "trailer"}},
		"a headroom beyond all displays":    {patched(13, 0xff, 0xff), []string{"gainmap", "mpf", "trailer"}},
		"a minimum above the maximum":       {patched(21, 0x10), []string{"gainmap", "mpf", "trailer"}},
		"a gamma of 0":                      {patched(37, 0, 0, 0, 0), []string{"gainmap", "mpf", "trailer"}},
		"larger than its primary":           {join(primary, resized), []string{"gainmap", "mpf", "trailer"}},
		"another version of hdrgm":          {replaced(xmp, `hdrgm:Version="1.0"`, `hdrgm:Version="2.0"`), []string{"gainmap", "mpf", "trailer", "xmp"}},
		"no maximum":                        {replaced(xmp, `hdrgm:GainMapMax=`, `hdrgm:GainMapXxx=`), []string{"gainmap", "mpf", "trailer", "xmp"}},
		"a maximum that is not a number":    {replaced(xmp, `hdrgm:GainMapMax="2.5"`, `hdrgm:GainMapMax="NaN"`), []string{"gainmap", "mpf", "trailer", "xmp"}},
		"a hexadecimal number":              {replaced(xmp, `hdrgm:Gamma="1"`, `hdrgm:Gamma="0x1p0"`), []string{"gainmap", "mpf", "trailer", "xmp"}},
		"a minimum above the maximum, XMP":  {replaced(xmp, `hdrgm:GainMapMin="0"`, `hdrgm:GainMapMin="3"`), []string{"gainmap", "mpf", "trailer", "xmp"}},
		"neither true nor false":            {replaced(xmp, `HDR="False"`, `HDR="Maybe"`), []string{"gainmap", "mpf", "trailer", "xmp"}},
		"XMP that is not well-formed":       {replaced(xmp, `</rdf:RDF>`, `</rdf:RDX>`), []string{"gainmap", "mpf", "trailer", "xmp"}},
	} {
		t.Run(name, func(t *testing.T) {
			clean, report, err := sanitize(t, c.file)
			if err != nil {
				t.Fatal(err)
			}

			slices.Sort(c.removed)

			got := without(without(without(report.Removed, "exif"), "gps"), "makernote")
			if diff := cmp.Diff(c.removed, got); diff != "" || report.Kept != nil {
				t.Errorf("kept %v\n%s", report.Kept, diff)
			}

			if at := bytes.Index(clean, eoi); at != len(clean)-len(eoi) || bytes.Contains(clean, []byte(idISO)) || bytes.Contains(clean, []byte("hdrgm")) {
				t.Error("something of the gain map is left")
			}
		})
	}
}

// TestSanitize_gainMapProperties checks that the lists of three channels are written
// again, with the same values.
func TestSanitize_gainMapProperties(t *testing.T) {
	clean, _, err := sanitize(t, gainMapFile(t, "adobe"))
	if err != nil {
		t.Fatal(err)
	}

	primary, second := pictures(t, clean)
	inner, _ := payloads(second, idXMP)
	outer, _ := payloads(primary, idXMP)
	text := strings.ReplaceAll(string(inner[0]), `"`, "'")

	for _, want := range []string{
		"hdrgm:Version='1.0' hdrgm:HDRCapacityMin='0' hdrgm:HDRCapacityMax='2.5'>",
		"<hdrgm:GainMapMin><rdf:Seq><rdf:li>-0.5</rdf:li><rdf:li>0</rdf:li><rdf:li>0.1</rdf:li></rdf:Seq></hdrgm:GainMapMin>",
		"<hdrgm:Gamma><rdf:Seq><rdf:li>1</rdf:li><rdf:li>1.1</rdf:li><rdf:li>1.2</rdf:li></rdf:Seq></hdrgm:Gamma>",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s has no %s", text, want)
		}
	}

	if !strings.Contains(string(outer[0]), `Item:Semantic="GainMap" Item:Mime="image/jpeg" Item:Length="`) {
		t.Errorf("the primary's packet: %s", outer[0])
	}
}

// TestSanitize_gainMapOfABrokenSource checks that a connection that breaks within a gain
// map is not treated as a damaged gain map.
func TestSanitize_gainMapOfABrokenSource(t *testing.T) {
	file := gainMapFile(t, "iso")

	_, err := metadata.Sanitize(io.Discard, io.MultiReader(bytes.NewReader(file[:len(file)-100]), errReader{}))
	if err == nil || failure.KindOf(err) != "" {
		t.Errorf("got %v", err)
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errStore }

// TestSanitize_gainMapWithoutEnd checks that a gain map without an end is read only up to
// the maximum length.
func TestSanitize_gainMapWithoutEnd(t *testing.T) {
	var trailer endless

	file := gainMapFile(t, "iso")

	report, err := metadata.Sanitize(io.Discard, io.MultiReader(bytes.NewReader(file[:len(file)-2]), &trailer))
	if err != nil || !slices.Contains(report.Removed, "gainmap") {
		t.Errorf("removed %v, %v", report.Removed, err)
	}

	if trailer.taken > 33<<20 {
		t.Errorf("read %d bytes", trailer.taken)
	}
}
