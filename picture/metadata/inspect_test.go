package metadata_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/picture/failure"
	"triptych/picture/metadata"
)

func inspect(file []byte) (metadata.Info, error) {
	return metadata.Inspect(bytes.NewReader(file), int64(len(file)))
}

func TestInspect(t *testing.T) {
	progressive, err := os.ReadFile("testdata/progressive.jpg")
	if err != nil {
		t.Fatal(err)
	}

	jpegInfo := metadata.Info{
		Format: metadata.JPEG, Width: 300, Height: 200, Orientation: 1, Frames: 1,
		Components: 3, Precision: 8, Samples: 90_000,
	}
	pngInfo := metadata.Info{
		Format: metadata.PNG, Width: 24, Height: 16, Orientation: 1, Frames: 1,
		Components: 3, Precision: 8, Samples: 24 * 16 * 3,
	}
	oriented := func(info metadata.Info, orientation int) metadata.Info {
		info.Orientation = orientation

		return info
	}
	lossy := func(width, height uint16, samples int64) metadata.Info {
		return metadata.Info{
			Format: metadata.WebP, Width: int(width), Height: int(height), Orientation: 1, Frames: 1,
			Components: 3, Precision: 8, Samples: samples,
		}
	}
	megabytes := bytes.Repeat(segment(app1, "http://ns.adobe.com/xmp/extension/\x00"+strings.Repeat("x", 65_000)), 150)
	rest := join(frame(sof0, 300, 200), scan("data"), eoi)

	for name, c := range map[string]struct {
		file []byte
		want metadata.Info
	}{
		"a JPEG": {join(soi, rest), jpegInfo},
		"a progressive JPEG": {progressive, metadata.Info{
			Format: metadata.JPEG, Width: 40, Height: 24, Orientation: 1, Frames: 1,
			Components: 3, Precision: 8, Samples: 40 * 24 * 3 / 2, Passes: true,
		}},
		"ten megabytes of metadata first": {join(soi, megabytes, rest), jpegInfo},
		"fill bytes and garbage":          {join(soi, []byte("\xff\xff\xffjunk\xff\x00\xff\xd3"), rest), jpegInfo},
		"orientation in little endian": {
			join(soi, exifSegment(cameraEXIF(binary.LittleEndian, 6)), rest), oriented(jpegInfo, 6),
		},
		"orientation in big endian": {
			join(soi, exifSegment(cameraEXIF(binary.BigEndian, 8)), rest), oriented(jpegInfo, 8),
		},
		"orientation after the frame header": {
			join(soi, frame(sof0, 300, 200), exifSegment(onlyOrientation(3)), scan("data"), eoi), oriented(jpegInfo, 3),
		},
		"orientation after the first scan is ignored": {
			join(soi, frame(sof0, 300, 200), scan("data"), exifSegment(onlyOrientation(3)), scan("data"), eoi), jpegInfo,
		},
		"the first orientation counts": {
			join(soi, exifSegment(onlyOrientation(5)), exifSegment(onlyOrientation(3)), rest), oriented(jpegInfo, 5),
		},
		"an orientation that EXIF does not define": {
			join(soi, exifSegment(onlyOrientation(9)), exifSegment(onlyOrientation(2)), rest), oriented(jpegInfo, 2),
		},
		"a PNG": {pngFile(t, nil, nil), pngInfo},
		"a PNG with orientation": {
			pngFile(t, pngChunk("eXIf", string(cameraEXIF(binary.BigEndian, 7))), nil), oriented(pngInfo, 7),
		},
		"a PNG with orientation after its pixels": {
			pngFile(t, nil, pngChunk("eXIf", string(onlyOrientation(7)))), oriented(pngInfo, 7),
		},
		"a PNG with orientation in a text after its pixels": {
			pngFile(t, nil, rawText(string(onlyOrientation(7)))), oriented(pngInfo, 7),
		},
		"an animated PNG": {
			pngFile(t, pngChunk("acTL", "\x00\x00\x00\x2a\x00\x00\x00\x00"), nil),
			func() metadata.Info { info := pngInfo; info.Frames = 42; return info }(),
		},
		"an interlaced PNG of 16 bits": {
			join([]byte("\x89PNG\r\n\x1a\n"), ihdr(1<<20, 1<<20, 16, 6, 1), pngChunk("IDAT", "")),
			metadata.Info{
				Format: metadata.PNG, Width: 1 << 20, Height: 1 << 20, Orientation: 1, Frames: 1,
				Components: 4, Precision: 16, Samples: 1 << 42, Passes: true,
			},
		},
		"a simple WebP, lossy": {riff(lossyHeader(25, 15, 9)), lossy(25, 15, 25*15+2*13*8)},
		"a simple WebP, lossless": {riff(lossless(24, 16)), metadata.Info{
			Format: metadata.WebP, Width: 24, Height: 16, Orientation: 1, Frames: 1,
			Components: 3, Precision: 8, Samples: 24 * 16 * 4, Lossless: true,
		}},
		"a WebP with alpha": {
			riff(vp8x(withAlpha, 24, 16), riffChunk("ALPH", "\x00"), lossyHeader(24, 16, 9)),
			func() metadata.Info { info := lossy(24, 16, 24*16*5/2); info.Components = 4; return info }(),
		},
		"a WebP with orientation": {
			riff(vp8x(withEXIF, 24, 16), lossyHeader(24, 16, 9), riffChunk("EXIF", string(cameraEXIF(binary.BigEndian, 7)))),
			oriented(lossy(24, 16, 24*16*3/2), 7),
		},
		"a WebP with orientation after megabytes": {
			riff(vp8x(withEXIF, 24, 16), lossyHeader(24, 16, 5<<20), riffChunk("EXIF", "Exif\x00\x00"+string(onlyOrientation(8)))),
			oriented(lossy(24, 16, 24*16*3/2), 8),
		},
		"a WebP with orientation and no flag": {
			riff(vp8x(0, 24, 16), lossyHeader(24, 16, 9), riffChunk("EXIF", string(onlyOrientation(8)))), lossy(24, 16, 24*16*3/2),
		},
		"an animated WebP": {
			riff(vp8x(withAnimation, 24, 16), anim(), bytes.Repeat(anmf(2, 0, 22, 16, lossyHeader(22, 16, 9)), 501)),
			metadata.Info{
				Format: metadata.WebP, Width: 24, Height: 16, Orientation: 1, Frames: 501,
				Components: 4, Precision: 8, Samples: 22 * 16 * 3 / 2, Partial: true,
			},
		},
		"a GIF": {gifFile(t, 1, nil, nil), metadata.Info{
			Format: metadata.GIF, Width: 24, Height: 16, Orientation: 1, Frames: 1, Components: 1, Precision: 8, Samples: 24 * 16,
		}},
		"an animated GIF of an interlaced part": {
			join(gifFile(t, 1, nil, nil)[:19], bytes.Repeat([]byte("\x2c\x01\x00\x00\x00\x17\x00\x10\x00\x40\x02\x01x\x00"), 501), []byte("\x3b")),
			metadata.Info{
				Format: metadata.GIF, Width: 24, Height: 16, Orientation: 1, Frames: 501, Components: 1, Precision: 8,
				Samples: 24 * 16, Passes: true, Partial: true,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := inspect(c.file)
			if err != nil {
				t.Fatal(err)
			}

			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInspect_rejections(t *testing.T) {
	signature := []byte("\x89PNG\r\n\x1a\n")
	wrongSum := ihdr(8, 8, 8, 2, 0)
	wrongSum[len(wrongSum)-1]++

	for name, c := range map[string]struct {
		file []byte
		want failure.Kind
		say  string
	}{
		"nothing":                     {nil, failure.Empty, ""},
		"only the magic":              {[]byte{0xff, 0xd8, 0xff}, failure.Truncated, ""},
		"cut in a segment's length":   {join(soi, []byte{0xff, app0, 0}), failure.Truncated, ""},
		"cut in a segment":            {join(soi, segment(app0, "JFIF")[:6]), failure.Truncated, ""},
		"cut before the scan":         {join(soi, frame(sof0, 3, 2)), failure.Truncated, ""},
		"length of 1":                 {join(soi, []byte{0xff, app0, 0, 1, 0, 0}), failure.Corrupt, "FFE0 of length 1"},
		"no pixels across":            {join(soi, frame(sof0, 0, 2), scan("")), failure.Corrupt, "0 × 2"},
		"no pixels down":              {join(soi, frame(sof0, 2, 0), scan("")), failure.Corrupt, "2 × 0"},
		"two frame headers":           {join(soi, frame(sof0, 3, 2), frame(sof0, 9, 9), scan("")), failure.Corrupt, "second"},
		"a scan without frame header": {join(soi, scan("data"), eoi), failure.Corrupt, "scan before"},
		"an end before the scan":      {join(soi, frame(sof0, 3, 2), eoi), failure.Corrupt, "FFD9"},
		"sampling factor 0":           {join(soi, segment(sof0, "\x08\x00\x02\x00\x02\x01\x01\x01\x00"), scan("")), failure.Corrupt, "sampling"},
		"arithmetic coding":           {join(soi, frame(0xc9, 3, 2), scan("")), failure.UnsupportedFormat, "arithmetic"},
		"lossless":                    {join(soi, frame(0xc3, 3, 2), scan("")), failure.UnsupportedFormat, "lossless"},
		"hierarchical":                {join(soi, frame(0xc5, 3, 2), scan("")), failure.UnsupportedFormat, "hierarchical"},
		"JPEG-LS":                     {join(soi, frame(0xf7, 3, 2), scan("")), failure.UnsupportedFormat, "JPEG-LS"},
		"12 bits":                     {join(soi, segment(sof0, "\x0c\x00\x02\x00\x02\x01\x01\x11\x00"), scan("")), failure.UnsupportedFormat, "12 bits"},
		"2 components":                {join(soi, segment(sof0, "\x08\x00\x02\x00\x02\x02\x01\x11\x00\x02\x11\x00"), scan("")), failure.UnsupportedFormat, "2 components"},
		"thousands of segments":       {join(soi, bytes.Repeat(segment(com, ""), 5000), frame(sof0, 3, 2), scan("")), failure.Corrupt, "4096"},

		"PNG cut in its header":        {join(signature, ihdr(8, 8, 8, 2, 0)[:20]), failure.Truncated, ""},
		"PNG cut before its data":      {join(signature, ihdr(8, 8, 8, 2, 0)), failure.Truncated, ""},
		"PNG of no width":              {join(signature, ihdr(0, 8, 8, 2, 0)), failure.Corrupt, "0 × 8"},
		"PNG wider than 2³¹ − 1":       {join(signature, ihdr(1<<31, 8, 8, 2, 0)), failure.Corrupt, "2147483648"},
		"PNG of 4-bit color":           {join(signature, ihdr(8, 8, 4, 2, 0)), failure.Corrupt, "color type 2 with 4"},
		"PNG of color type 5":          {join(signature, ihdr(8, 8, 8, 5, 0)), failure.Corrupt, "color type 5"},
		"PNG of interlace 2":           {join(signature, ihdr(8, 8, 8, 2, 2)), failure.Corrupt, "interlace 2"},
		"PNG with a wrong CRC":         {join(signature, wrongSum), failure.Corrupt, "IHDR"},
		"PNG without IHDR":             {join(signature, pngChunk("IDAT", "")), failure.Corrupt, "IDAT"},
		"PNG with two IHDR":            {join(signature, ihdr(8, 8, 8, 2, 0), ihdr(9, 9, 8, 2, 0)), failure.Corrupt, "second"},
		"PNG without pixels":           {join(signature, ihdr(8, 8, 8, 2, 0), pngChunk("IEND", "")), failure.Corrupt, "without image data"},
		"PNG that ends in noise":       {join(signature, ihdr(8, 8, 8, 2, 0), []byte("\x00\x00\x00\x01\x00\x01\x02\x03")), failure.Corrupt, "no PNG chunk"},
		"PNG with thousands of chunks": {join(signature, ihdr(8, 8, 8, 2, 0), bytes.Repeat(pngChunk("tEXt", ""), 5000)), failure.Corrupt, "4096"},
		"PNG for iOS":                  {join(signature, pngChunk("CgBI", "\x50\x00\x20\x02")), failure.UnsupportedFormat, "iOS"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := inspect(c.file)
			if failure.KindOf(err) != c.want || !strings.Contains(err.Error(), c.say) {
				t.Errorf("got %v, want %s with %q", err, c.want, c.say)
			}
		})
	}
}

// TestInspect_hostileEXIF checks that no content of an EXIF block costs much time
// or memory, or makes an image unreadable.
func TestInspect_hostileEXIF(t *testing.T) {
	ring := tiffFile(binary.BigEndian, true, tag{id: 0x010f, value: 1})
	binary.BigEndian.PutUint32(ring[len(ring)-4:], 8) // IFD1 points back to IFD0

	huge := onlyOrientation(6)
	binary.BigEndian.PutUint32(huge[14:], 0x80000001) // a count of 2^31 that overflows to 2 bytes

	outside := onlyOrientation(6)
	binary.BigEndian.PutUint32(outside[4:], 1<<32-1)

	pair := onlyOrientation(6)
	binary.BigEndian.PutUint32(pair[14:], 2)

	long := onlyOrientation(6)
	binary.BigEndian.PutUint16(long[12:], 4)

	for name, block := range map[string][]byte{
		"a ring of IFDs":      ring,
		"a huge count":        huge,
		"an IFD far outside":  outside,
		"cut in its entry":    onlyOrientation(6)[:15],
		"only a byte order":   []byte("MM"),
		"nothing":             nil,
		"noise":               []byte("II*\x00\x08\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
		"of another type":     long,
		"two orientations":    pair,
		"the wrong magic":     []byte("II+\x00\x08\x00\x00\x00\x00\x00"),
		"no byte order":       []byte("XX*\x00\x08\x00\x00\x00\x00\x00"),
		"orientation 0":       onlyOrientation(0),
		"orientation 65535":   onlyOrientation(65535),
		"IFD within a header": []byte("MM\x00*\x00\x00\x00\x00\x00\x00\x00\x00"),
	} {
		t.Run(name, func(t *testing.T) {
			file := join(soi, exifSegment(block), frame(sof0, 3, 2), scan("x"), eoi)

			var before, after runtime.MemStats

			runtime.ReadMemStats(&before)

			got, err := inspect(file)

			runtime.ReadMemStats(&after)

			if err != nil || got.Orientation != 1 {
				t.Errorf("orientation %d, %v", got.Orientation, err)
			}

			if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1<<20 {
				t.Errorf("allocated %d bytes", allocated)
			}
		})
	}
}

func TestUpright(t *testing.T) {
	for orientation := 1; orientation <= 8; orientation++ {
		info := metadata.Info{Width: 3, Height: 2, Orientation: orientation}
		width, height := info.Upright()

		if swapped := width == 2 && height == 3; swapped != (orientation >= 5) {
			t.Errorf("orientation %d: %d × %d", orientation, width, height)
		}
	}
}

// counter counts the reads of a store in which every read is a request.
type counter struct {
	io.ReaderAt

	reads int
	bytes int
}

func (c *counter) ReadAt(p []byte, offset int64) (int, error) {
	c.reads++
	c.bytes += len(p)

	return c.ReaderAt.ReadAt(p, offset)
}

func TestInspect_readsLittle(t *testing.T) {
	rest := join(frame(sof0, 300, 200), scan(strings.Repeat("x", 5<<20)), eoi)

	for name, c := range map[string]struct {
		file         []byte
		reads, bytes int
	}{
		"a photo": {join(soi, exifSegment(cameraEXIF(binary.BigEndian, 1)), rest), 1, 64 << 10},
		"40 MiB of metadata first": {
			join(soi, bytes.Repeat(segment(app2, strings.Repeat("x", 65_000)), 640), rest), 50, 45 << 20,
		},
		"a WebP with EXIF at its end": {
			riff(vp8x(withEXIF, 24, 16), lossyHeader(24, 16, 20<<20), riffChunk("EXIF", string(onlyOrientation(8)))), 2, 128 << 10,
		},
		"a GIF of 9 MB": {
			gifFile(t, 1, append([]byte{0x21, 0xfe}, append(bytes.Repeat(append([]byte{255}, make([]byte, 255)...), 36_000), 0)...), nil), 13, 10 << 20,
		},
	} {
		t.Run(name, func(t *testing.T) {
			file := &counter{ReaderAt: bytes.NewReader(c.file)}
			if _, err := metadata.Inspect(file, int64(len(c.file))); err != nil {
				t.Fatal(err)
			}

			if file.reads > c.reads || file.bytes > c.bytes {
				t.Errorf("%d reads of %d bytes, want at most %d of %d", file.reads, file.bytes, c.reads, c.bytes)
			}
		})
	}
}

var errStore = errors.New("the store is away")

type brokenStore struct{}

func (brokenStore) ReadAt([]byte, int64) (int, error) { return 0, errStore }

func TestInspect_errorOfTheStore(t *testing.T) {
	_, err := metadata.Inspect(brokenStore{}, 1000)
	if !errors.Is(err, errStore) || failure.KindOf(err) != "" {
		t.Errorf("got %v", err)
	}
}

// TestInspect_fileShorterThanItsSize checks that a file that is shorter than the given
// size is treated as cut or replaced.
func TestInspect_fileShorterThanItsSize(t *testing.T) {
	_, err := metadata.Inspect(bytes.NewReader(soi), 1000)
	if !failure.Is(err, failure.Truncated) {
		t.Errorf("got %v", err)
	}
}
