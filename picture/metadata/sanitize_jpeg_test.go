package metadata_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image/jpeg"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"triptych/picture/failure"
	"triptych/picture/metadata"
)

// sanitize sanitizes a file, and then the result again, which must not change.
func sanitize(t testing.TB, file []byte) ([]byte, metadata.Report, error) {
	t.Helper()

	var out bytes.Buffer

	report, err := metadata.Sanitize(&out, bytes.NewReader(file))
	if err != nil {
		return nil, report, err
	}

	var again bytes.Buffer

	second, err := metadata.Sanitize(&again, bytes.NewReader(out.Bytes()))
	if err != nil || !bytes.Equal(again.Bytes(), out.Bytes()) || len(second.Removed) > 0 {
		t.Errorf("sanitizing twice: %v, removed %v, %d bytes became %d", err, second.Removed, out.Len(), again.Len())
	}

	return out.Bytes(), report, nil
}

const (
	jfif  = "JFIF\x00\x01\x02\x00\x00\x48\x00\x48\x00\x00"
	adobe = "Adobe\x00\x64\x00\x00\x00\x00\x01"
)

var icc = "ICC_PROFILE\x00\x01\x01" + iccProfile("the profile")

func TestSanitize_JPEG(t *testing.T) {
	body := jpegBody(t)
	xmp := segment(app1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta/>")
	photo := frame(sof0, 300, 200)
	luma := func(data string) []byte { return scanOf("\x01", data) }
	chroma := func(data string) []byte { return scanOf("\x02\x03", data) }
	big, little := binary.BigEndian, binary.LittleEndian

	for name, c := range map[string]struct {
		file    []byte
		want    []byte
		removed []string
	}{
		"nothing to remove": {
			join(soi, segment(app0, jfif), segment(app2, icc), segment(app14, adobe), body),
			join(soi, segment(app0, jfif), segment(app2, icc), segment(app14, adobe), body), nil,
		},
		"EXIF": {
			join(soi, exifSegment(cameraEXIF(little, 1)), body),
			join(soi, body),
			[]string{"exif", "gps", "makernote", "thumbnail"},
		},
		"EXIF with orientation, before JFIF": {
			join(soi, exifSegment(cameraEXIF(little, 6)), segment(app0, jfif), body),
			join(soi, exifSegment(onlyOrientation(6)), segment(app0, jfif), body),
			[]string{"exif", "gps", "makernote", "thumbnail"},
		},
		"several EXIF segments": {
			join(soi, exifSegment(tiffFile(big, false)), exifSegment(onlyOrientation(3)), exifSegment(onlyOrientation(5)), body),
			join(soi, exifSegment(onlyOrientation(3)), body),
			[]string{"exif"},
		},
		"EXIF that is only orientation": {
			join(soi, exifSegment(onlyOrientation(8)), body), join(soi, exifSegment(onlyOrientation(8)), body), nil,
		},
		"EXIF without a block": {join(soi, segment(app1, "Exif\x00"), body), join(soi, body), []string{"exif"}},
		"EXIF after the first scan": {
			join(soi, photo, luma("one"), exifSegment(onlyOrientation(3)), chroma("two"), eoi),
			join(soi, photo, luma("one"), chroma("two"), eoi),
			[]string{"exif"},
		},
		"XMP and extended XMP": {
			join(soi, xmp, segment(app1, "http://ns.adobe.com/xmp/extension/\x00GUID"), body), join(soi, body), []string{"xmp"},
		},
		"IPTC": {
			join(soi, segment(app13, "Photoshop 3.0\x008BIM\x04\x04"), body), join(soi, body), []string{"iptc"},
		},
		"comments":              {join(soi, segment(com, "hello"), segment(com, ""), body), join(soi, body), []string{"comment"}},
		"a Multi-Picture index": {join(soi, segment(app2, "MPF\x00II*\x00"), body), join(soi, body), []string{"mpf"}},
		"C2PA":                  {join(soi, segment(app11, "JP\x00\x01"), body), join(soi, body), []string{"jumbf"}},
		"a JFXX thumbnail": {
			join(soi, segment(app0, jfif), segment(app0, "JFXX\x00\x10"), body),
			join(soi, segment(app0, jfif), body),
			[]string{"thumbnail"},
		},
		"a thumbnail within JFIF": {
			join(soi, segment(app0, jfif[:12]+"\x01\x01RGB"), body), join(soi, segment(app0, jfif), body), []string{"thumbnail"},
		},
		"bytes after the fields of JFIF and Adobe": {
			join(soi, segment(app0, jfif+"secret"), segment(app14, adobe+"secret"), body),
			join(soi, segment(app0, jfif), segment(app14, adobe), body),
			[]string{"other"},
		},
		"unknown, short and second application segments": {
			join(soi, segment(app0, jfif), segment(app0, jfif), segment(app0, "JFIF\x00"), segment(app2, "ICC_PROFILE\x00"),
				segment(app14, "Adobe"), segment(0xec, "Ducky"), segment(app1, ""), body),
			join(soi, segment(app0, jfif), body),
			[]string{"other"},
		},
		"trailing bytes": {join(soi, body, []byte("MotionPhoto ftypmp42")), join(soi, body), []string{"trailer"}},
		"a second image after the first": {
			join(soi, segment(app2, "MPF\x00"), body, soi, exifSegment(cameraEXIF(big, 1)), body),
			join(soi, body),
			[]string{"mpf", "trailer"},
		},
		"fill bytes": {join(soi, []byte("\xff\xff\xff"), body), join(soi, body), nil},
		"garbage between segments": {
			join(soi, segment(app0, jfif), []byte("lat=52.5\xff\x00\xff\xd1\xff\x02!"), body),
			join(soi, segment(app0, jfif), body),
			[]string{"other"},
		},
		"tables, DNL and restarts": {
			join(soi, segment(dri, "\x00\x02"), photo, luma("a\xff\x00b\xff\xd0c\xff\xd7"), segment(dnl, "\x00\xc8"), segment(dht, "x"), segment(dqt, "y"), chroma("d"), eoi),
			join(soi, segment(dri, "\x00\x02"), photo, luma("a\xff\x00b\xff\xd0c\xff\xd7"), segment(dnl, "\x00\xc8"), segment(dht, "x"), segment(dqt, "y"), chroma("d"), eoi),
			nil,
		},
		"comments between scans": {
			join(soi, frame(sof2, 3, 2), scan("one"), segment(com, "x"), xmp, scan("two"), eoi),
			join(soi, frame(sof2, 3, 2), scan("one"), scan("two"), eoi),
			[]string{"comment", "xmp"},
		},
		"fill bytes in a scan": {
			join(soi, photo, scan("a\xff\xff\x00b\xff\xff\xd0c\xff\xff"), eoi),
			join(soi, photo, scan("a\xff\xff\x00b\xff\xff\xd0c"), eoi),
			nil,
		},
		"a reserved marker in a scan": {
			// libjpeg rejects this file.
			join(soi, photo, scan("a\xff\x02b"), eoi), join(soi, photo, scan("a"), eoi), []string{"trailer"},
		},
		"no end marker":             {join(soi, photo, scan("data")), join(soi, photo, scan("data"), eoi), nil},
		"half an end marker":        {join(soi, photo, scan("data\xff")), join(soi, photo, scan("data"), eoi), nil},
		"no end marker, but tables": {join(soi, photo, luma("d"), segment(dht, "x")), join(soi, photo, luma("d"), eoi), []string{"other"}},
		"tables that no scan follows": {
			join(soi, frame(sof2, 3, 2), scan("one"), segment(dht, "x"), scan("two"), segment(dht, "secret"), segment(dri, "secret"), eoi),
			join(soi, frame(sof2, 3, 2), scan("one"), segment(dht, "x"), scan("two"), eoi),
			[]string{"other"},
		},
		"bytes after the last component's scan": {
			join(soi, photo, scanOf("\x02\x03", "one"), luma("two"), segment(dqt, "secret"), scan("secret"), eoi),
			join(soi, photo, scanOf("\x02\x03", "one"), luma("two"), eoi),
			[]string{"trailer"},
		},
		"scans of one component, again and again": {
			join(soi, photo, luma("one"), luma("two"), luma("three"), chroma("four"), eoi),
			join(soi, photo, luma("one"), luma("two"), luma("three"), chroma("four"), eoi), nil,
		},
		"numbers of lines with a text": {
			join(soi, photo, segment(dnl, "\x00\xc8secret"), luma("one"), segment(dnl, "secret"), chroma("two"), eoi),
			join(soi, photo, luma("one"), chroma("two"), eoi),
			[]string{"other"},
		},
		"a scan longer than any buffer": {
			join(soi, photo, scan(strings.Repeat("x", 200_000)+strings.Repeat("\xff\x00", 70_000)), eoi),
			join(soi, photo, scan(strings.Repeat("x", 200_000)+strings.Repeat("\xff\x00", 70_000)), eoi),
			nil,
		},
		"a profile in two chunks, backwards": {
			join(soi, iccChunk(2, 2, "end"), iccChunk(1, 2, iccProfile("start")), body),
			join(soi, iccChunk(2, 2, "end"), iccChunk(1, 2, iccProfile("start")), body), nil,
		},
		"a profile chunk without a profile": {
			join(soi, iccChunk(1, 1, strings.Repeat("<script>", 20)), body), join(soi, body), []string{"other"},
		},
		"chunks of a profile that no reader uses": {
			join(soi, iccChunk(1, 2, iccProfile("")), iccChunk(1, 2, iccProfile("again")), iccChunk(2, 3, "another count"),
				iccChunk(0, 2, "no number"), iccChunk(3, 2, "too many"), iccChunk(2, 2, "end"), body),
			join(soi, iccChunk(1, 2, iccProfile("")), iccChunk(2, 2, "end"), body),
			[]string{"other"},
		},
		"a profile after the first scan": {
			join(soi, photo, luma("one"), segment(app2, icc), chroma("two"), eoi),
			join(soi, photo, luma("one"), chroma("two"), eoi),
			[]string{"other"},
		},
		"tables of arithmetic coding, and of hierarchies": {
			join(soi, segment(0xcc, "secret"), segment(0xdf, "s"), body), join(soi, body), []string{"other"},
		},
		"extension segments": {join(soi, segment(0xf0, "x"), segment(0xc8, "y"), body), join(soi, body), []string{"other"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, report, err := sanitize(t, c.file)
			if err != nil {
				t.Fatal(err)
			}

			if !bytes.Equal(got, c.want) {
				t.Errorf("got\n% x\nwant\n% x", clip(got), clip(c.want))
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

// clip shortens data for readable messages.
func clip(file []byte) []byte { return file[:min(len(file), 200)] }

func TestSanitize_JPEG_rejections(t *testing.T) {
	photo := frame(sof0, 300, 200)

	for name, c := range map[string]struct {
		file []byte
		want failure.Kind
	}{
		"nothing":                       {nil, failure.Empty},
		"another format":                {[]byte("II*\x00"), failure.UnsupportedFormat},
		"not an image":                  {[]byte("hello"), failure.NotAnImage},
		"only the magic":                {[]byte{0xff, 0xd8, 0xff}, failure.Truncated},
		"cut in a length":               {join(soi, []byte{0xff, app0, 0}), failure.Truncated},
		"cut in a segment":              {join(soi, segment(app0, jfif)[:9]), failure.Truncated},
		"cut before the scan":           {join(soi, photo), failure.Truncated},
		"cut in the scan's header":      {join(soi, photo, scan("")[:7]), failure.Truncated},
		"cut in a segment after a scan": {join(soi, photo, scanOf("\x01", "x"), segment(dht, "0123")[:6]), failure.Truncated},
		"length of 0":                   {join(soi, []byte{0xff, app0, 0, 0}), failure.Corrupt},
		"an end without a scan":         {join(soi, photo, eoi), failure.Corrupt},
		"a scan without frame header":   {join(soi, scan("x"), eoi), failure.Corrupt},
		"two frame headers":             {join(soi, photo, scanOf("\x01", "x"), photo, scan("y"), eoi), failure.Corrupt},
		"tables without end": {
			join(soi, photo, scanOf("\x01", "x"), bytes.Repeat(segment(dht, strings.Repeat("x", 60_000)), 2), scan("y"), eoi), failure.Corrupt,
		},
		"a hierarchy":           {join(soi, segment(0xde, "x"), photo, scan("x"), eoi), failure.UnsupportedFormat},
		"a second start marker": {join(soi, photo, soi, scan("x"), eoi), failure.Corrupt},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := sanitize(t, c.file); failure.KindOf(err) != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// TestSanitize_keepsPixels checks that no rewriting changes the pixels.
func TestSanitize_keepsPixels(t *testing.T) {
	progressive, err := os.ReadFile("testdata/progressive.jpg")
	if err != nil {
		t.Fatal(err)
	}

	for name, plain := range map[string][]byte{"baseline": join(soi, jpegBody(t)), "progressive": progressive} {
		t.Run(name, func(t *testing.T) {
			before, err := jpeg.Decode(bytes.NewReader(plain))
			if err != nil {
				t.Fatal(err)
			}

			dirty := join(soi, exifSegment(cameraEXIF(binary.BigEndian, 6)), []byte("junk"), plain[2:], []byte("trailer"))

			clean, _, err := sanitize(t, dirty)
			if err != nil {
				t.Fatal(err)
			}

			after, err := jpeg.Decode(bytes.NewReader(clean))
			if err != nil {
				t.Fatal(err)
			}

			if diff := cmp.Diff(before, after); diff != "" {
				t.Error(diff)
			}

			if !bytes.HasSuffix(clean, plain[2+18:]) { // after SOI and JFIF
				t.Error("the bytes of tables and scans differ")
			}
		})
	}
}

// TestSanitize_errorOfTheSource checks that a broken connection is not treated as
// a truncated file.
func TestSanitize_errorOfTheSource(t *testing.T) {
	file := join(soi, frame(sof0, 3, 2), scan(strings.Repeat("x", 100_000)))

	for _, broken := range []error{errStore, io.ErrUnexpectedEOF} {
		src := io.MultiReader(bytes.NewReader(file), iotest.ErrReader(broken))

		_, err := metadata.Sanitize(io.Discard, src)
		if !errors.Is(err, broken) || failure.KindOf(err) != "" {
			t.Errorf("%v: got %v", broken, err)
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errStore }

func TestSanitize_writeError(t *testing.T) {
	for name, file := range map[string][]byte{
		"a short JPEG": join(soi, jpegBody(t)),
		"a long JPEG":  join(soi, frame(sof0, 3, 2), scan(strings.Repeat("x", 200_000)), eoi),
		"a PNG":        pngFile(t, nil, pngChunk("fdAT", strings.Repeat("x", 200_000))),
	} {
		_, err := metadata.Sanitize(brokenWriter{}, bytes.NewReader(file))
		if !errors.Is(err, errStore) || failure.KindOf(err) != "" {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// endless is a reader that repeats a byte, and counts the bytes read.
type endless struct{ taken int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}

	e.taken += len(p)

	return len(p), nil
}

// TestSanitize_stopsAtTheEnd checks that data after the end of an image is not read. It
// may be gigabytes.
func TestSanitize_stopsAtTheEnd(t *testing.T) {
	var trailer endless

	report, err := metadata.Sanitize(io.Discard, io.MultiReader(bytes.NewReader(join(soi, jpegBody(t))), &trailer))
	if err != nil {
		t.Fatal(err)
	}

	if trailer.taken > 1<<20 || !cmp.Equal(report.Removed, []string{"trailer"}) {
		t.Errorf("read %d bytes of the trailer, removed %v", trailer.taken, report.Removed)
	}
}
