package metadata_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"triptych/picture/failure"
	"triptych/picture/metadata"
)

func TestSanitize_WebP(t *testing.T) {
	camera := string(cameraEXIF(binary.LittleEndian, 6))
	upright := riffChunk("EXIF", string(cameraEXIF(binary.LittleEndian, 1)))
	six := riffChunk("EXIF", string(onlyOrientation(6)))
	xmp, icc := riffChunk("XMP ", "<x:xmpmeta/>!"), riffChunk("ICCP", iccProfile("the profile"))
	unknown := riffChunk("JUNK", "odd")
	picture, alpha := lossless(24, 16), riffChunk("ALPH", "\x00odd")
	frame := anmf(2, 4, 22, 12, lossless(22, 12))
	everything := []string{"exif", "gps", "makernote", "thumbnail"}

	for name, c := range map[string]struct {
		file    []byte
		want    []byte
		removed []string
	}{
		"simple, lossless":                 {riff(picture), riff(picture), nil},
		"simple, lossy, odd":               {riff(lossyHeader(24, 16, 31)), riff(lossyHeader(24, 16, 31)), nil},
		"simple, with other chunks":        {riff(picture, upright, xmp, unknown, picture), riff(picture), append([]string{"other", "xmp"}, everything...)},
		"simple, and noise":                {riff(picture, []byte("noise that is no chunk")), riff(picture), []string{"other"}},
		"simple, and a few bytes of noise": {riff(picture, []byte("noise")), riff(picture), []string{"other"}},
		"extended, nothing to remove": {
			riff(vp8x(withICC|withAlpha, 24, 16), icc, alpha, lossyHeader(24, 16, 4)),
			riff(vp8x(withICC|withAlpha, 24, 16), icc, alpha, lossyHeader(24, 16, 4)), nil,
		},
		"every kind of metadata": {
			riff(vp8x(withICC|withXMP|withEXIF, 24, 16), icc, unknown, picture, upright, xmp),
			riff(vp8x(withICC, 24, 16), icc, picture), append([]string{"other", "xmp"}, everything...),
		},
		"EXIF before the image": {
			riff(vp8x(withEXIF, 24, 16), riffChunk("EXIF", camera), picture),
			riff(vp8x(withEXIF, 24, 16), six, picture), everything,
		},
		"orientation": {
			riff(vp8x(withEXIF, 24, 16), picture, riffChunk("EXIF", camera)),
			riff(vp8x(withEXIF, 24, 16), picture, six), everything,
		},
		"orientation after JPEG's identifier": {
			riff(vp8x(withEXIF, 24, 16), picture, riffChunk("EXIF", "Exif\x00\x00"+camera)),
			riff(vp8x(withEXIF, 24, 16), picture, six), everything,
		},
		"only orientation": {
			riff(vp8x(withEXIF, 24, 16), picture, six), riff(vp8x(withEXIF, 24, 16), picture, six), nil,
		},
		"two orientations": {
			riff(vp8x(withEXIF, 24, 16), picture, six, riffChunk("EXIF", string(onlyOrientation(3)))),
			riff(vp8x(withEXIF, 24, 16), picture, six), []string{"exif"},
		},
		"orientation without its flag": {
			riff(vp8x(0, 24, 16), picture, six), riff(vp8x(0, 24, 16), picture), []string{"exif"},
		},
		"orientation after a simple image": {riff(picture, six), riff(picture), []string{"exif"}},
		"EXIF in front of megabytes": {
			riff(vp8x(withEXIF, 24, 16), picture, riffChunk("EXIF", string(onlyOrientation(6))+strings.Repeat("x", 1<<20))),
			riff(vp8x(withEXIF, 24, 16), picture, six), []string{"exif"},
		},
		"flags without chunks": {
			riff(vp8x(withEXIF|withXMP|withICC, 24, 16), picture), riff(vp8x(0, 24, 16), picture), nil,
		},
		"reserved bits": {
			riff(riffChunk("VP8X", "\xc1abc"+three(23)+three(15)), picture), riff(vp8x(0, 24, 16), picture), []string{"other"},
		},
		"two profiles": {
			riff(vp8x(withICC, 24, 16), icc, riffChunk("ICCP", "another"), picture), riff(vp8x(withICC, 24, 16), icc, picture), []string{"other"},
		},
		"a profile chunk without a profile": {
			riff(vp8x(withICC, 24, 16), riffChunk("ICCP", "<script>"), picture), riff(vp8x(0, 24, 16), picture), []string{"other"},
		},
		"a profile after the image": {
			riff(vp8x(withICC, 24, 16), picture, icc), riff(vp8x(0, 24, 16), picture), []string{"other"},
		},
		"padding that is not zero": {
			append(riff(lossyHeader(24, 16, 31))[:12+8+10+31], 'x'), riff(lossyHeader(24, 16, 31)), []string{"other"},
		},
		"an animation": {
			riff(vp8x(withAnimation|withAlpha, 24, 16), anim(), frame, frame),
			riff(vp8x(withAnimation|withAlpha, 24, 16), anim(), frame, frame), nil,
		},
		"an animation with metadata inside and outside of frames": {
			riff(vp8x(withAnimation|withEXIF|withXMP, 24, 16), anim(), unknown, frame,
				anmf(2, 4, 22, 12, unknown, alpha, lossyHeader(22, 12, 3), riffChunk("EXIF", camera), []byte("junk")), xmp, riffChunk("EXIF", camera)),
			riff(vp8x(withAnimation|withEXIF, 24, 16), anim(), frame, anmf(2, 4, 22, 12, alpha, lossyHeader(22, 12, 3)), six),
			append([]string{"other", "xmp"}, everything...),
		},
		"reserved bits of a frame": {
			riff(vp8x(withAnimation, 24, 16), anim(), bytes.Replace(frame, []byte("\x64\x00\x00\x02"), []byte("\x64\x00\x00\xfe"), 1)),
			riff(vp8x(withAnimation, 24, 16), anim(), frame), []string{"other"},
		},
		"bytes after the end": {append(riff(picture), "PK\x03\x04"...), riff(picture), []string{"trailer"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, report, err := sanitize(t, c.file)
			if err != nil {
				t.Fatal(err)
			}

			if !bytes.Equal(got, c.want) {
				t.Errorf("got\n%q\nwant\n%q", clip(got), clip(c.want))
			}

			if diff := cmp.Diff(sorted(c.removed), report.Removed); diff != "" {
				t.Error(diff)
			}

			// Writing forward and overwriting the header at the end gives the same
			// result.
			straight := metadata.NewBuffer(0)
			if _, err := metadata.Sanitize(straight, bytes.NewReader(c.file)); err != nil || !bytes.Equal(straight.Bytes(), got) {
				t.Errorf("into a buffer: %v, %q", err, clip(straight.Bytes()))
			}
		})
	}
}

// TestSanitize_WebP_withoutLastPadding checks that the size in the header need not count
// the padding at the end of the file. Some writers write such a size.
func TestSanitize_WebP_withoutLastPadding(t *testing.T) {
	whole := riff(lossyHeader(24, 16, 31))
	short := bytes.Clone(whole[:len(whole)-1])
	binary.LittleEndian.PutUint32(short[4:], uint32(len(short)-8))

	got, report, err := sanitize(t, short)
	if err != nil || !bytes.Equal(got, whole) || len(report.Removed) > 0 {
		t.Errorf("%v, removed %v, got %q", err, report.Removed, got)
	}
}

func TestSanitize_WebP_intoAFile(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "clean.webp"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()

	dirty := riff(vp8x(withXMP, 24, 16), riffChunk("JUNK", strings.Repeat("x", 300_000)), lossyHeader(24, 16, 300_000), riffChunk("XMP ", "<x/>"))
	if _, err := metadata.Sanitize(file, bytes.NewReader(dirty)); err != nil {
		t.Fatal(err)
	}

	got, err := os.ReadFile(file.Name())
	if err != nil || !bytes.Equal(got, riff(vp8x(0, 24, 16), lossyHeader(24, 16, 300_000))) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// webpErrors returns damaged WebPs with the expected errors.
func webpErrors() map[string]struct {
	file []byte
	want failure.Kind
	say  string
} {
	picture := lossless(24, 16)
	frame := anmf(0, 0, 24, 16, picture)
	extended := vp8x(0, 24, 16)
	animation := join(vp8x(withAnimation, 24, 16), anim())
	whole := riff(extended, picture)

	return map[string]struct {
		file []byte
		want failure.Kind
		say  string
	}{
		"only the magic":                 {[]byte("RIFF\x24\x00\x00\x00WEBP"), failure.Truncated, ""},
		"cut in a chunk's header":        {whole[:15], failure.Truncated, ""},
		"cut in VP8X":                    {whole[:25], failure.Truncated, ""},
		"cut in the image":               {whole[:len(whole)-8], failure.Truncated, ""},
		"cut in its last byte":           {whole[:len(whole)-1], failure.Truncated, ""},
		"no room for a chunk":            {[]byte("RIFF\x05\x00\x00\x00WEBPVP8L\x01\x00\x00\x00\x2f\x00"), failure.Corrupt, "of 5 bytes"},
		"a chunk of 4 GiB":               {riff(extended, []byte("VP8L\xff\xff\xff\xff")), failure.Corrupt, "at byte 30 goes beyond"},
		"a chunk one byte too long":      {riff(extended, []byte("VP8L\x03\x00\x00\x00\x2f\x00")), failure.Corrupt, "goes beyond"},
		"begins with EXIF":               {riff(riffChunk("EXIF", "MM"), picture), failure.Corrupt, "EXIF"},
		"VP8X of 9 bytes":                {riff(riffChunk("VP8X", "123456789"), picture), failure.Corrupt, "VP8X"},
		"two VP8X":                       {riff(extended, extended, picture), failure.Corrupt, "at byte 30"},
		"more than 2^32 pixels":          {riff(vp8x(0, 1<<24, 1<<24), picture), failure.Corrupt, "16777216"},
		"no image":                       {riff(extended), failure.Corrupt, "without an image"},
		"only alpha":                     {riff(extended, riffChunk("ALPH", "\x00")), failure.Corrupt, "without an image"},
		"an image of another size":       {riff(vp8x(0, 25, 16), picture), failure.Corrupt, "24 × 16 pixels, not 25 × 16"},
		"two images":                     {riff(extended, picture, picture), failure.Corrupt, "VP8L"},
		"alpha twice":                    {riff(extended, riffChunk("ALPH", "\x00"), riffChunk("ALPH", "\x00"), lossyHeader(24, 16, 4)), failure.Corrupt, "one too many"},
		"alpha of a lossless image":      {riff(extended, riffChunk("ALPH", "\x00"), picture), failure.Corrupt, "one too many"},
		"lossless of a wrong signature":  {riff(riffChunk("VP8L", "\x2e1234")), failure.Corrupt, "header of"},
		"lossless of a wrong version":    {riff(riffChunk("VP8L", "\x2f\x00\x00\x00\x20")), failure.Corrupt, "header of"},
		"lossless of 4 bytes":            {riff(riffChunk("VP8L", "\x2f123")), failure.Corrupt, "header of"},
		"lossy of a wrong signature":     {riff(riffChunk("VP8 ", "\x10\x02\x00\x9d\x01\x2b\x01\x00\x01\x00")), failure.Corrupt, "header of"},
		"lossy, and no key frame":        {riff(riffChunk("VP8 ", "\x11\x02\x00\x9d\x01\x2a\x01\x00\x01\x00")), failure.Corrupt, "header of"},
		"lossy of no width":              {riff(lossyHeader(0, 16, 4)), failure.Corrupt, "header of"},
		"lossy of no bytes":              {riff(riffChunk("VP8 ", "")), failure.Corrupt, "header of"},
		"a frame in a static image":      {riff(extended, anim(), frame), failure.Corrupt, "ANIM"},
		"a frame before ANIM":            {riff(vp8x(withAnimation, 24, 16), frame), failure.Corrupt, "ANMF"},
		"a static image in an animation": {riff(animation, picture), failure.Corrupt, "VP8L"},
		"an animation without a frame":   {riff(animation), failure.Corrupt, "without an image"},
		"ANIM twice":                     {riff(animation, anim(), frame), failure.Corrupt, "ANIM"},
		"ANIM of 7 bytes":                {riff(vp8x(withAnimation, 24, 16), riffChunk("ANIM", "1234567"), frame), failure.Corrupt, "ANIM"},
		"a frame of 15 bytes":            {riff(animation, riffChunk("ANMF", strings.Repeat("\x00", 15))), failure.Corrupt, "ANMF"},
		"a frame without an image":       {riff(animation, anmf(0, 0, 24, 16)), failure.Corrupt, "image"},
		"a frame beyond its canvas":      {riff(animation, anmf(2, 0, 24, 16, picture)), failure.Corrupt, "beyond its canvas"},
		"a frame of another size":        {riff(animation, anmf(0, 0, 20, 16, picture)), failure.Corrupt, "24 × 16"},
		"a chunk longer than its frame":  {riff(animation, anmf(0, 0, 24, 16, []byte("VP8L\x40\x00\x00\x00\x2f")), riffChunk("JUNK", strings.Repeat("x", 99))), failure.Corrupt, "goes beyond"},
		"two images in a frame":          {riff(animation, anmf(0, 0, 24, 16, picture, picture)), failure.Corrupt, "one too many"},
	}
}

func TestSanitize_WebP_damaged(t *testing.T) {
	for name, c := range webpErrors() {
		t.Run(name, func(t *testing.T) {
			if _, err := inspect(c.file); failure.KindOf(err) != c.want || !strings.Contains(err.Error(), c.say) {
				t.Errorf("inspect: got %v, want %s with %q", err, c.want, c.say)
			}

			if _, _, err := sanitize(t, c.file); failure.KindOf(err) != c.want || !strings.Contains(err.Error(), c.say) {
				t.Errorf("sanitize: got %v, want %s with %q", err, c.want, c.say)
			}
		})
	}

	// Only Sanitize reads the contents of later frames.
	animation := riff(vp8x(withAnimation, 24, 16), anim(), anmf(0, 0, 24, 16, lossless(24, 16)), anmf(0, 0, 24, 16))
	if _, _, err := sanitize(t, animation); !failure.Is(err, failure.Corrupt) {
		t.Errorf("a second frame without an image: %v", err)
	}
}

// TestSanitize_WebP_cutAnywhere checks that a WebP that is cut at any length is
// rejected as truncated.
func TestSanitize_WebP_cutAnywhere(t *testing.T) {
	frame := anmf(2, 4, 22, 12, riffChunk("ALPH", "\x00odd"), lossyHeader(22, 12, 3))

	for name, file := range map[string][]byte{
		"WebP": riff(vp8x(withAnimation|withEXIF|withICC, 24, 16), riffChunk("ICCP", iccProfile("odd")), anim(), frame, frame,
			riffChunk("EXIF", string(cameraEXIF(binary.BigEndian, 6))), riffChunk("XMP ", "<x/>")),
	} {
		for length := len(file) - 1; length > 12; length-- {
			if _, err := inspect(file[:length]); !failure.Is(err, failure.Truncated) {
				t.Errorf("%s: inspect at %d of %d: %v", name, length, len(file), err)
			}

			if _, _, err := sanitize(t, file[:length]); !failure.Is(err, failure.Truncated) {
				t.Errorf("%s: sanitize at %d of %d: %v", name, length, len(file), err)
			}
		}
	}
}

// TestSanitize_WebPAndGIF_memory checks that any claimed length takes only the memory
// of a buffer.
func TestSanitize_WebPAndGIF_memory(t *testing.T) {
	const length = 16 << 20

	long := func(kind string) []byte { return append([]byte(kind), 0xf0, 0xff, 0xff, 0x7f) } // nearly 2 GiB

	cut := func(chunks ...[]byte) []byte {
		file := riff(chunks...)
		binary.LittleEndian.PutUint32(file[4:], 1<<32-2)

		return file
	}

	for name, start := range map[string][]byte{
		"an image":        cut(vp8x(0, 24, 16), long("VP8 "), lossyHeader(24, 16, 0)[8:]),
		"unknown":         cut(vp8x(0, 24, 16), long("JUNK")),
		"EXIF":            cut(vp8x(withEXIF, 24, 16), long("EXIF")),
		"a profile":       cut(vp8x(withICC, 24, 16), long("ICCP")),
		"within a frame":  cut(vp8x(withAnimation, 24, 16), anim(), long("ANMF"), anmf(0, 0, 24, 16)[8:], []byte("JUNK\x00\x00\x00\x70")),
		"simple, unknown": cut(lossyHeader(24, 16, 0), long("JUNK")),
		"GIF, a comment":  join(gifFile(t, 1, nil, nil)[:19], []byte{0x21, 0xfe}),
		"GIF, a program":  join(gifFile(t, 1, nil, nil)[:19], []byte{0x21, 0xff}),
		"GIF, an image":   join(gifFile(t, 1, nil, nil)[:19], []byte("\x2c\x00\x00\x00\x00\x18\x00\x10\x00\x00\x02")),
	} {
		var before, after runtime.MemStats

		runtime.ReadMemStats(&before)

		_, err := metadata.Sanitize(discard{}, io.MultiReader(bytes.NewReader(start), io.LimitReader(&endless{}, length)))

		runtime.ReadMemStats(&after)

		if !failure.Is(err, failure.Truncated) && (name != "GIF, an image" || !failure.Is(err, failure.Corrupt)) {
			t.Errorf("%s: got %v", name, err)
		}

		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1<<20 {
			t.Errorf("%s: allocated %d bytes", name, allocated)
		}
	}
}

// discard is an output that keeps nothing.
type discard struct{}

func (discard) Write(p []byte) (int, error)            { return len(p), nil }
func (discard) WriteAt(p []byte, _ int64) (int, error) { return len(p), nil }

// forwardOnly is an output that cannot be overwritten.
type forwardOnly struct{ discard }

func (forwardOnly) WriteAt([]byte, int64) (int, error) { return 0, errStore }

func TestSanitize_WebP_writeError(t *testing.T) {
	file := riff(vp8x(withXMP, 24, 16), lossyHeader(24, 16, 200_000), riffChunk("XMP ", "<x/>"))

	for name, dst := range map[string]io.Writer{"forward": brokenWriter{}, "the header": forwardOnly{}} {
		if _, err := metadata.Sanitize(dst, bytes.NewReader(file)); !errors.Is(err, errStore) || failure.KindOf(err) != "" {
			t.Errorf("%s: got %v", name, err)
		}
	}

	var buffer metadata.Buffer
	if _, err := buffer.WriteAt([]byte("x"), 0); err == nil {
		t.Error("a buffer was written beyond its end")
	}
}

// TestSanitize_WebPAndGIF_readNoFurther checks, as for JPEG and PNG, that data after the
// end is not read, and that a broken connection is not treated as a cut file. The data
// after the end may be gigabytes.
func TestSanitize_WebPAndGIF_readNoFurther(t *testing.T) {
	for name, file := range map[string][]byte{
		"WebP": riff(vp8x(withXMP, 24, 16), lossyHeader(24, 16, 100_000), riffChunk("XMP ", "<x/>")),
		"GIF":  gifFile(t, 2, extension(0xfe, strings.Repeat("x", 255)), nil),
	} {
		var trailer endless

		report, err := metadata.Sanitize(io.Discard, io.MultiReader(bytes.NewReader(file), &trailer))
		if err != nil || trailer.taken > 1<<20 || !slices.Contains(report.Removed, "trailer") {
			t.Errorf("%s: read %d bytes of the trailer, removed %v, %v", name, trailer.taken, report.Removed, err)
		}

		for _, broken := range []error{errStore, io.ErrUnexpectedEOF} {
			for _, length := range []int{5, 15, 25, len(file) / 2, len(file) - 1} {
				src := io.MultiReader(bytes.NewReader(file[:length]), iotest.ErrReader(broken))

				_, err := metadata.Sanitize(io.Discard, src)
				if !errors.Is(err, broken) || failure.KindOf(err) != "" {
					t.Errorf("%s, broken at %d: got %v", name, length, err)
				}
			}
		}
	}
}
