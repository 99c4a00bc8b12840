package metadata_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"triptych/picture/metadata"
)

// jumbf builds an APP11 segment with a part of a box of the given kind.
func jumbf(number, part byte, kind string) []byte {
	return segment(app11, "JP\x00"+string(number)+"\x00\x00\x00"+string(part)+
		"\x00\x00\x10\x00jumb\x00\x00\x00\x26jumd"+kind+"\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71\x03name\x00")
}

// TestReport_contentCredentials checks that Content Credentials are named in each format
// that can hold them, and that similar data is not.
func TestReport_contentCredentials(t *testing.T) {
	const (
		pointer = `<rdf:Description xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="self#jumbf=c2pa"/>`
		terms   = `<rdf:Description xmlns:dcterms="http://purl.org/dc/terms/" dcterms:title="of no provenance"/>`
		uuid    = "\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81"
	)

	body, plain, picture := jpegBody(t), pngFile(t, nil, nil), lossless(24, 16)
	xmp := "http://ns.adobe.com/xap/1.0/\x00"
	iTXt := func(text string) []byte { return pngChunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+text) }
	gifXMP := func(text string) []byte {
		magic := make([]byte, 258) // leads from any byte of the text to the end (XMP, part 3, 1.1.2)
		for i := range 256 {
			magic[1+i] = byte(255 - i)
		}

		magic[0] = 1

		return join([]byte("\x21\xff\x0bXMP DataXMP"), []byte(text), magic)
	}
	tiff := func(entries ...[2]uint32) []byte { // tag, and offset or value
		file := []byte("II*\x00\x08\x00\x00\x00")
		file = binary.LittleEndian.AppendUint16(file, uint16(len(entries)))

		for _, one := range entries {
			file = binary.LittleEndian.AppendUint16(file, uint16(one[0]))
			file = binary.LittleEndian.AppendUint16(file, 7)
			file = binary.LittleEndian.AppendUint32(file, uint32(len(pointer)))
			file = binary.LittleEndian.AppendUint32(file, one[1])
		}

		return append(append(file, 0, 0, 0, 0), pointer...)
	}
	box := func(kind, data string) []byte {
		return append(binary.BigEndian.AppendUint32(nil, uint32(8+len(data))), kind+data...)
	}
	longBox := func(kind, data string) []byte {
		header := binary.BigEndian.AppendUint64([]byte("\x00\x00\x00\x01"+kind), uint64(16+len(data)))

		return append(header, data...)
	}

	for name, c := range map[string]struct {
		file []byte
		want bool
	}{
		"JPEG":                        {join(soi, jumbf(1, 1, "c2pa"), jumbf(1, 2, "more"), body), true},
		"JPEG, another box":           {join(soi, jumbf(1, 1, "abcd"), body), false},
		"JPEG, XMP":                   {join(soi, segment(app1, xmp+pointer), body), true},
		"JPEG, XMP of a gain map":     {join(soi, segment(app1, xmp+pointer+"http://ns.adobe.com/hdr-gain-map/1.0/"), body), true},
		"JPEG, XMP with other terms":  {join(soi, segment(app1, xmp+terms), body), false},
		"PNG":                         {pngFileOf(plain, pngChunk("caBX", "manifest"), nil), true},
		"PNG, XMP":                    {pngFileOf(plain, iTXt(pointer), nil), true},
		"PNG, XMP with other terms":   {pngFileOf(plain, iTXt(terms), nil), false},
		"PNG, text":                   {pngFileOf(plain, pngChunk("tEXt", "c2pa\x00"+pointer), nil), false},
		"WebP":                        {riff(vp8x(0, 24, 16), picture, riffChunk("C2PA", "manifest")), true},
		"WebP, XMP":                   {riff(vp8x(withXMP, 24, 16), picture, riffChunk("XMP ", pointer)), true},
		"WebP, XMP with other terms":  {riff(vp8x(withXMP, 24, 16), picture, riffChunk("XMP ", terms)), false},
		"WebP, an unknown chunk":      {riff(vp8x(0, 24, 16), picture, riffChunk("C2PB", pointer)), false},
		"GIF":                         {gifFile(t, 1, extension(0xff, "C2PA_GIF\x01\x00\x00", "manifest"), nil), true},
		"GIF, XMP":                    {gifFile(t, 1, gifXMP(pointer), nil), true},
		"GIF, XMP with other terms":   {gifFile(t, 1, gifXMP(terms), nil), false},
		"TIFF":                        {tiff([2]uint32{0xcd41, 0}), true},
		"TIFF, XMP":                   {tiff([2]uint32{700, 26}), true},
		"TIFF, XMP that is not there": {tiff([2]uint32{700, 4000}), false},
		"HEIC":                        {join(sample(t, "gray.heic"), box("uuid", uuid+"manifest")), true},
		"HEIC, a box of 64 bits":      {join(sample(t, "gray.heic"), longBox("uuid", uuid+"manifest")), true},
		"HEIC, another box":           {join(sample(t, "gray.heic"), box("uuid", "0123456789abcdef"+uuid)), false},
		"HEIC, a box of no length":    {join(sample(t, "gray.heic"), []byte("\x00\x00\x00\x04uuid"+uuid)), false},
		"AVIF":                        {join(sample(t, "p3.avif"), box("uuid", uuid+"manifest")), true},
		"AVIF, nothing after its end": {sample(t, "p3.avif"), false},
	} {
		t.Run(name, func(t *testing.T) {
			kinds, err := removedFrom(c.file)
			if err != nil {
				t.Fatal(err)
			}

			if got := slices.Contains(kinds, "credentials"); got != c.want {
				t.Errorf("removed %v", kinds)
			}
		})
	}
}

// removedFrom names the kinds that are removed from a file, whether it is rewritten or
// decoded.
func removedFrom(file []byte) ([]string, error) {
	kinds, err := metadata.Carried(bytes.NewReader(file), int64(len(file)))
	if err != nil || len(kinds) > 0 {
		return kinds, err
	}

	var clean bytes.Buffer

	report, err := metadata.Sanitize(&clean, bytes.NewReader(file))
	if err != nil {
		return kinds, nil //nolint:nilerr // The other formats are not rewritten.
	}

	return report.Removed, nil
}

func sample(t *testing.T, name string) []byte {
	t.Helper()

	file, err := os.ReadFile(filepath.Join("..", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}

	return file
}
