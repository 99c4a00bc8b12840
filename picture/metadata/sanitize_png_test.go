package metadata_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image/png"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/picture/failure"
	"triptych/picture/metadata"
)

func TestSanitize_PNG(t *testing.T) {
	kept := join(
		pngChunk("gAMA", "\x00\x00\xb1\x8f"), pngChunk("cHRM", strings.Repeat("\x01", 32)), pngChunk("sRGB", "\x00"),
		pngChunk("iCCP", "name\x00\x00"+deflate(t, iccProfile("the profile"))), pngChunk("cICP", "\x01\x0d\x00\x01"), pngChunk("sBIT", "\x08\x08\x08"),
		pngChunk("bKGD", "\x00\x00\x00\x00\x00\x00"), pngChunk("tRNS", "\x00\x00\x00\x00\x00\x00"),
		pngChunk("pHYs", "\x00\x00\x0b\x13\x00\x00\x0b\x13\x01"),
		pngChunk("acTL", "\x00\x00\x00\x01\x00\x00\x00\x00"), pngChunk("fcTL", strings.Repeat("\x00", 26)),
	)
	late := pngChunk("fdAT", "\x00\x00\x00\x01data")
	camera := string(cameraEXIF(binary.LittleEndian, 6))
	six := pngChunk("eXIf", string(onlyOrientation(6)))

	for name, c := range map[string]struct {
		early, late         []byte
		wantEarly, wantLate []byte
		removed             []string
	}{
		"nothing to remove": {kept, late, kept, late, nil},
		"texts and time": {
			join(pngChunk("tEXt", "Author\x00me"), pngChunk("zTXt", "Title\x00\x00z"), pngChunk("tIME", "\x07\xea\x0b\x17\x09\x00\x00"), kept),
			join(late, pngChunk("iTXt", "Comment\x00\x00\x00\x00\x00hello")),
			kept, late,
			[]string{"comment", "text", "time"},
		},
		"XMP, EXIF and IPTC in texts": {
			join(pngChunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00<x/>"), pngChunk("zTXt", "Raw profile type exif\x00\x00z"),
				pngChunk("tEXt", "Raw profile type iptc\x00z")),
			nil, nil, nil,
			[]string{"exif", "iptc", "xmp"},
		},
		"C2PA and an unknown chunk": {
			join(pngChunk("caBX", "\x00"), pngChunk("iDOT", "\x00"), pngChunk("vpAg", "")), nil, nil, nil, []string{"credentials", "other"},
		},
		"EXIF": {
			pngChunk("eXIf", string(cameraEXIF(binary.BigEndian, 1))), nil, nil, nil, []string{"exif", "gps", "makernote", "thumbnail"},
		},
		"EXIF with orientation": {
			join(pngChunk("eXIf", camera), kept), nil, join(six, kept), nil, []string{"exif", "gps", "makernote", "thumbnail"},
		},
		"EXIF that is only orientation": {six, nil, six, nil, nil},
		"orientation in front of megabytes": {
			pngChunk("eXIf", string(onlyOrientation(6))+strings.Repeat("x", 1<<20)), nil, six, nil, []string{"exif"},
		},
		"EXIF after the pixels":  {nil, pngChunk("eXIf", camera), nil, six, []string{"exif", "gps", "makernote", "thumbnail"}},
		"EXIF on both sides":     {six, pngChunk("eXIf", string(onlyOrientation(3))), six, nil, []string{"exif"}},
		"EXIF in a text, after":  {nil, rawText(camera), nil, six, []string{"exif"}},
		"EXIF in a text, before": {rawText(camera), nil, nil, six, []string{"exif"}},
		"EXIF, and in a text":    {rawText(string(onlyOrientation(3))), six, nil, six, []string{"exif"}},
		"a long palette":         {pngChunk("PLTE", strings.Repeat("abc", 300)), nil, pngChunk("PLTE", strings.Repeat("abc", 256)), nil, []string{"other"}},
		"checksums that are wrong, where nothing is lost": {
			join(broken(pngChunk("tEXt", "key\x00value")), broken(pngChunk("gAMA", "\x00\x00\xb1\x8f")), broken(six)), nil,
			nil, nil,
			[]string{"exif", "other", "text"},
		},
		"chunks twice, too long or too short": {
			join(pngChunk("gAMA", "\x00\x00\xb1\x8f"), pngChunk("gAMA", "more"), pngChunk("pHYs", "0123456789"), pngChunk("sRGB", ""),
				pngChunk("tRNS", "1234567"), pngChunk("sBIT", "1234"), pngChunk("cHRM", strings.Repeat("<b>", 100))),
			nil,
			pngChunk("gAMA", "\x00\x00\xb1\x8f"), nil,
			[]string{"other"},
		},
		"chunks after the pixels, which no reader expects": {
			nil, join(pngChunk("gAMA", "\x00\x00\xb1\x8f"), pngChunk("tRNS", "123456"), pngChunk("acTL", "12345678")), nil, nil, []string{"other"},
		},
		"an animation with impossible numbers of frames": {
			join(pngChunk("acTL", "\x80\x00\x00\x01\x00\x00\x00\x00"), pngChunk("acTL", strings.Repeat("\x00", 8))), late, nil, nil, []string{"other"},
		},
		"an animation's chunks without an animation": {
			pngChunk("fcTL", strings.Repeat("\x00", 26)), late, nil, nil, []string{"other"},
		},
		"a profile chunk without a profile": {
			join(pngChunk("iCCP", "name\x00\x00<script>"), pngChunk("iCCP", "name\x00\x00"+deflate(t, strings.Repeat("<script>", 20)))), nil,
			nil, nil,
			[]string{"other"},
		},
		"a keyword too long": {pngChunk("tEXt", strings.Repeat("k", 200)), nil, nil, nil, []string{"text"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, report, err := sanitize(t, pngFile(t, c.early, c.late))
			if err != nil {
				t.Fatal(err)
			}

			if want := pngFile(t, c.wantEarly, c.wantLate); !bytes.Equal(got, want) {
				t.Errorf("got\n%q\nwant\n%q", clip(got), clip(want))
			}

			if c.removed == nil {
				c.removed = []string{}
			}

			if diff := cmp.Diff(c.removed, report.Removed); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// rawText builds an EXIF block as ImageMagick writes it into a text chunk.
func rawText(block string) []byte {
	text := fmt.Sprintf("Raw profile type exif\x00\nexif\n%8d\n%x\n%x\n", len(block)+6, "Exif\x00\x00"+block[:9], block[9:])

	return pngChunk("tEXt", text)
}

// TestSanitize_PNG_repairsTheEnd checks that chunks that are missing or damaged after
// the pixels are repaired.
func TestSanitize_PNG_repairsTheEnd(t *testing.T) {
	whole := pngFile(t, nil, nil)
	end := len(whole) - 12

	wrong := bytes.Clone(whole)
	wrong[end-1]++

	for name, file := range map[string][]byte{
		"without IEND": whole[:end], "cut in IEND": whole[:end+5], "cut in the data's CRC": whole[:end-2],
		"a wrong CRC of IEND": join(whole[:end], broken(whole[end:])), "IEND with data": join(whole[:end], pngChunk("IEND", "x")),
		"a wrong CRC of the data": wrong, "cut in a text": join(whole[:end], []byte("\x00\x00\x01\x00tEXtcut")),
	} {
		got, _, err := sanitize(t, file)
		if err != nil || !bytes.Equal(got, whole) {
			t.Errorf("%s: %d bytes, want %d; %v", name, len(got), len(whole), err)
		}
	}
}

// broken returns a chunk with a wrong CRC.
func broken(chunk []byte) []byte {
	chunk = bytes.Clone(chunk)
	chunk[len(chunk)-1]++

	return chunk
}

func TestSanitize_PNG_dropsTrailers(t *testing.T) {
	got, report, err := sanitize(t, append(pngFile(t, nil, nil), "PK\x03\x04"...))
	if err != nil {
		t.Fatal(err)
	}

	if !bytes.Equal(got, pngFile(t, nil, nil)) || !cmp.Equal(report.Removed, []string{"trailer"}) {
		t.Errorf("removed %v", report.Removed)
	}

	if _, err := png.Decode(bytes.NewReader(got)); err != nil {
		t.Error(err)
	}
}

func TestSanitize_PNG_rejections(t *testing.T) {
	signature := []byte("\x89PNG\r\n\x1a\n")
	header := ihdr(8, 8, 8, 2, 0)
	whole := pngFile(t, nil, nil)

	for name, c := range map[string]struct {
		file []byte
		want failure.Kind
	}{
		"only a signature":                   {signature, failure.Truncated},
		"cut in a header":                    {join(signature, header[:6]), failure.Truncated},
		"cut in its pixels":                  {whole[:len(whole)-30], failure.Truncated},
		"a chunk that claims too many bytes": {join(signature, header, []byte("\x00\x10\x00\x00tEXtshort")), failure.Truncated},
		"a chunk of 3 GiB":                   {join(signature, header, []byte("\xc0\x00\x00\x00tEXtshort")), failure.Corrupt},
		"no pixels":                          {join(signature, header, pngChunk("IEND", "")), failure.Corrupt},
		"two headers":                        {pngFile(t, header, nil), failure.Corrupt},
		"a chunk without a name":             {pngFile(t, pngChunk("\x00\x01\x02\x03", ""), nil), failure.Corrupt},
		"no header first":                    {join(signature, pngChunk("IDAT", "")), failure.Corrupt},
		"an unknown critical":                {pngFile(t, pngChunk("JDAT", ""), nil), failure.UnsupportedFormat},
		"a PNG for iOS":                      {join(signature, pngChunk("CgBI", "\x50\x00\x20\x02"), header), failure.UnsupportedFormat},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := sanitize(t, c.file); failure.KindOf(err) != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// TestSanitize_memory checks that a chunk of any claimed length is copied or dropped
// in the memory of a buffer. A profile is inspected, so it takes the memory of the
// longest profile.
func TestSanitize_memory(t *testing.T) {
	const (
		length  = 16 << 20
		longest = 4 << 20 // of a profile
	)

	chunk := func(kind string, claims uint32) []byte {
		return join([]byte("\x89PNG\r\n\x1a\n"), ihdr(8, 8, 8, 2, 0), binary.BigEndian.AppendUint32(nil, claims), []byte(kind))
	}

	for name, c := range map[string]struct {
		start []byte
		bytes int64 // that exist
		most  uint64
	}{
		"pixels":                      {chunk("IDAT", length+1), length, 1 << 20},
		"a text":                      {chunk("tEXt", length), length, 1 << 20},
		"a text that claims 2 GiB":    {chunk("tEXt", 1<<31-1), length, 1 << 20},
		"a profile":                   {chunk("iCCP", longest), longest, 6 * longest},
		"a profile that claims 4 MiB": {chunk("iCCP", longest), 100, 1 << 20},
		"a profile too long":          {chunk("iCCP", length), length, 1 << 20},
		"a gamma of megabytes":        {chunk("gAMA", length), length, 1 << 20},
		"a JPEG's scan":               {join(soi, frame(sof0, 8, 8), scan("")), length, 1 << 20},
		"a JPEG's garbage":            {join(soi, segment(app0, jfif)), length, 1 << 20},
	} {
		file := io.MultiReader(bytes.NewReader(c.start), io.LimitReader(&endless{}, c.bytes))

		var before, after runtime.MemStats

		runtime.ReadMemStats(&before)

		_, err := metadata.Sanitize(io.Discard, file)

		runtime.ReadMemStats(&after)

		// If only the scan data of a JPEG is cut, the decoder finds the cut.
		if !failure.Is(err, failure.Truncated) && name != "a JPEG's scan" {
			t.Errorf("%s: got %v", name, err)
		}

		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > c.most {
			t.Errorf("%s: allocated %d bytes", name, allocated)
		}
	}
}
