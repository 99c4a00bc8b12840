package bmp_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"runtime"
	"testing"

	reference "golang.org/x/image/bmp"

	"triptych/picture/bmp"
	"triptych/picture/failure"
	"triptych/picture/metadata"
	"triptych/picture/raster"
)

func decode(file []byte) (image.Image, error) {
	reader, err := bmp.Open(file)
	if err != nil {
		return nil, err
	}

	return raster.Image(context.Background(), reader.Layout, reader)
}

// header returns the file header of a BMP and an info header with the given length and
// fields. A length of 40 is a BITMAPINFOHEADER.
func header(length, width, height, bits, packing, colors int) []byte {
	order := binary.LittleEndian
	made := make([]byte, 14+length)
	copy(made, "BM")
	order.PutUint32(made[14:], uint32(length))

	if length == 12 { // OS/2
		copy(made[18:], []byte{byte(width), 0, byte(height), 0, 1, 0, byte(bits), 0})

		return made
	}

	order.PutUint32(made[18:], uint32(width))
	order.PutUint32(made[22:], uint32(height))
	order.PutUint16(made[26:], 1)
	order.PutUint16(made[28:], uint16(bits))

	if length >= 40 {
		order.PutUint32(made[30:], uint32(packing))
		order.PutUint32(made[46:], uint32(colors))
	}

	return made
}

// file joins the parts of a BMP. The last part is the pixels, whose offset file writes
// into the file header.
func file(parts ...[]byte) []byte {
	made := bytes.Join(parts, nil)
	binary.LittleEndian.PutUint32(made[10:], uint32(len(made)-len(parts[len(parts)-1])))

	return made
}

func masks(of ...uint32) []byte {
	var made []byte
	for _, mask := range of {
		made = binary.LittleEndian.AppendUint32(made, mask)
	}

	return made
}

// colors is a palette of four colors: black, red, green, blue.
var colors = []byte{0, 0, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0}

func TestReader_pixels(t *testing.T) {
	var (
		black, red   = color.NRGBA{A: 255}, color.NRGBA{R: 255, A: 255}
		green, blue  = color.NRGBA{G: 255, A: 255}, color.NRGBA{B: 255, A: 255}
		old          = header(12, 2, 2, 24, 0, 0)
		longer       = header(108, 2, 2, 32, 3, 0)
		three        = header(56, 2, 1, 32, 3, 0)
		twoByTwo     = []color.NRGBA{green, blue, black, red} // a file stores its rows from bottom to top
		pixels24     = []byte{0, 0, 0, 0, 0, 255, 0, 0, 0, 255, 0, 255, 0, 0}
		pixels32     = masks(0x1f000000, 0x1fff0000, 0x1f00ff00, 0x1f0000ff)
		withoutColor = []color.NRGBA{black, black, black, black}
	)

	copy(longer[54:], masks(0xff, 0xff00, 0xff0000, 0xff000000))
	copy(three[54:], masks(0xff0000, 0xff00, 0xff, 0xff000000))

	for name, c := range map[string]struct {
		file          []byte
		width, height int
		want          []color.NRGBA
	}{
		"1 bit":              {file(header(40, 2, 2, 1, 0, 2), colors[:8], []byte{0x40, 0, 0, 0, 0x80, 0, 0, 0}), 2, 2, []color.NRGBA{red, black, black, red}},
		"2 bits":             {file(header(40, 2, 2, 2, 0, 4), colors, []byte{0x10, 0, 0, 0, 0xb0, 0, 0, 0}), 2, 2, twoByTwo},
		"4 bits":             {file(header(40, 2, 2, 4, 0, 4), colors, []byte{0x01, 0, 0, 0, 0x23, 0, 0, 0}), 2, 2, twoByTwo},
		"8 bits":             {file(header(40, 2, 2, 8, 0, 4), colors, []byte{0, 1, 0, 0, 2, 3, 0, 0}), 2, 2, twoByTwo},
		"8 bits, gap":        {file(header(40, 2, 2, 8, 0, 4), colors, make([]byte, 13), []byte{0, 1, 0, 0, 2, 3, 0, 0}), 2, 2, twoByTwo},
		"8 bits, no padding": {file(header(40, 2, 2, 8, 0, 4), colors, []byte{0, 1, 0, 0, 2, 3}), 2, 2, twoByTwo},
		"8 bits, beyond the palette": {
			file(header(40, 2, 2, 8, 0, 4), colors, []byte{200, 201, 0, 0, 4, 255, 0, 0}), 2, 2, withoutColor,
		},
		"16 bits":                 {file(header(40, 2, 2, 16, 0, 0), []byte{0, 0, 0, 0x7c, 0xe0, 0x03, 0x1f, 0}), 2, 2, twoByTwo},
		"16 bits, 565":            {file(header(40, 2, 2, 16, 3, 0), masks(0xf800, 0x7e0, 0x1f), []byte{0, 0, 0, 0xf8, 0xe0, 0x07, 0x1f, 0}), 2, 2, twoByTwo},
		"16 bits, masks":          {file(header(40, 2, 1, 16, 3, 0), masks(0xf, 0xf0, 0xf00), []byte{0x0f, 0, 0x31, 0x05}), 2, 1, []color.NRGBA{red, {0x11, 0x33, 0x55, 255}}},
		"24 bits":                 {file(header(40, 2, 2, 24, 0, 0), pixels24), 2, 2, twoByTwo},
		"24 bits, top-down":       {file(header(40, 2, -2, 24, 0, 0), pixels24), 2, 2, []color.NRGBA{black, red, green, blue}},
		"24 bits, OS/2":           {file(old, pixels24), 2, 2, twoByTwo},
		"24 bits, OS/2 version 2": {file(header(64, 2, 2, 24, 0, 0), pixels24), 2, 2, twoByTwo},
		"a short header":          {file(header(16, 2, 2, 24, 0, 0), pixels24), 2, 2, twoByTwo},
		"32 bits, no alpha":       {file(header(40, 2, 2, 32, 0, 0), pixels32), 2, 2, twoByTwo},
		"32 bits, V4": {
			file(longer, masks(0xff000000, 0xff0000ff, 0x8000ff00, 0x00ff0000)), 2, 2,
			[]color.NRGBA{{0, 255, 0, 128}, {0, 0, 255, 0}, black, red},
		},
		"32 bits, V3":                {file(three, masks(0x80ff0000, 0xff00ff00)), 2, 1, []color.NRGBA{{255, 0, 0, 128}, green}},
		"32 bits, BI_ALPHABITFIELDS": {file(header(40, 2, 1, 32, 6, 0), masks(0xff0000, 0xff00, 0xff, 0xff000000), masks(0x80ff0000, 0xff00ff00)), 2, 1, []color.NRGBA{{255, 0, 0, 128}, green}},
		"32 bits, 10 for each color": {
			file(header(40, 1, 1, 32, 3, 0), masks(0x3ff00000, 0xffc00, 0x3ff), masks(0x3ff<<20|0x200<<10)), 1, 1, []color.NRGBA{{255, 127, 0, 255}},
		},
		"RLE8": {
			file(header(40, 3, 3, 8, 1, 4), colors, []byte{2, 1, 1, 2, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 1, 3, 0, 1}), 3, 3,
			[]color.NRGBA{blue, black, black, red, green, blue, red, red, green},
		},
		"RLE8 with a delta":   {file(header(40, 2, 2, 8, 1, 4), colors, []byte{0, 2, 1, 1, 1, 3, 0, 1}), 2, 2, []color.NRGBA{black, blue, black, black}},
		"RLE8 beyond the end": {file(header(40, 2, 2, 8, 1, 4), colors, []byte{200, 1, 0, 0, 200, 2, 0, 0, 0, 1}), 2, 2, []color.NRGBA{green, green, red, red}},
		"RLE4":                {file(header(40, 3, 2, 4, 2, 4), colors, []byte{3, 0x12, 0, 0, 0, 3, 0x32, 0x10, 0, 1}), 3, 2, []color.NRGBA{blue, green, red, red, green, red}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decode(c.file)
			if err != nil {
				t.Fatal(err)
			}

			if got.Bounds() != image.Rect(0, 0, c.width, c.height) {
				t.Fatalf("%v pixels", got.Bounds())
			}

			for i, want := range c.want {
				if pixel := color.NRGBAModel.Convert(got.At(i%c.width, i/c.width)); pixel != want && want.A != 0 {
					t.Errorf("pixel %d is %v, want %v", i, pixel, want)
				}
			}
		})
	}
}

func TestReader_wrongPixelOffset(t *testing.T) {
	for name, at := range map[string]uint32{"no offset": 0, "the offset of the palette": 54} {
		one := file(header(40, 2, 2, 8, 0, 4), colors, []byte{0, 1, 0, 0, 2, 3, 0, 0})
		binary.LittleEndian.PutUint32(one[10:], at)

		got, err := decode(one)
		if err != nil {
			t.Fatal(err)
		}

		if pixel := color.NRGBAModel.Convert(got.At(1, 1)); pixel != (color.NRGBA{R: 255, A: 255}) {
			t.Errorf("%s: %v", name, pixel)
		}
	}
}

func TestReader_errors(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		want failure.Kind
	}{
		"JPEG in a BMP":      {file(header(40, 2, 2, 0, 4, 0), make([]byte, 9)), failure.UnsupportedFormat},
		"3 bits":             {file(header(40, 2, 2, 3, 0, 0), make([]byte, 99)), failure.UnsupportedFormat},
		"RLE8 with 24 bits":  {file(header(40, 2, 2, 24, 1, 0), make([]byte, 99)), failure.UnsupportedFormat},
		"Huffman 1D of OS/2": {file(header(64, 2, 2, 1, 3, 0), make([]byte, 99)), failure.UnsupportedFormat},
		"masks with gaps":    {file(header(40, 2, 2, 16, 3, 0), masks(0xf0f, 0, 0), make([]byte, 99)), failure.UnsupportedFormat},
		"no width":           {file(header(40, 0, 2, 24, 0, 0), make([]byte, 99)), failure.Corrupt},
		"a height of -2^31": {
			file(header(40, 2, -1<<31, 24, 0, 0), make([]byte, 99)), failure.Truncated,
		},
		"truncated":               {file(header(40, 20, 20, 24, 0, 0), make([]byte, 99)), failure.Truncated},
		"truncated run lengths":   {file(header(40, 2, 2, 8, 1, 4), colors, []byte{2, 1, 0}), failure.Truncated},
		"a truncated literal run": {file(header(40, 2, 2, 8, 1, 4), colors, []byte{0, 9, 1, 1}), failure.Truncated},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := decode(c.file); failure.KindOf(err) != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// Any bytes yield an error with a rejection code, or pixels. The memory stays within the
// value that Memory returns.
func FuzzDecode(f *testing.F) {
	for _, seed := range [][]byte{
		file(header(40, 2, 2, 8, 0, 4), colors, []byte{0, 1, 0, 0, 2, 3, 0, 0}),
		file(header(40, 3, 3, 8, 1, 4), colors, []byte{2, 1, 1, 2, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 1, 3, 0, 1}),
		file(header(40, 3, 2, 4, 2, 4), colors, []byte{3, 0x12, 0, 0, 0, 3, 0x32, 0x10, 0, 1}),
		file(header(40, 2, 2, 16, 3, 0), masks(0xf800, 0x7e0, 0x1f), []byte{0, 0, 0, 0xf8, 0xe0, 0x07, 0x1f, 0}),
		file(header(40, 2, 2, 24, 0, 0), make([]byte, 16)), file(header(124, 2, 2, 32, 3, 0), make([]byte, 16)),
		file(header(16, 2, -2, 1, 0, 0), make([]byte, 16)), file(header(12, 2, 1, 24, 0, 0), make([]byte, 16)),
	} {
		f.Add(seed)
	}

	f.Fuzz(func(t *testing.T, file []byte) {
		info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
		if err == nil && info.Format != metadata.BMP || err == nil && info.Width*info.Height > 100_000 {
			return
		}

		var before, after runtime.MemStats

		runtime.ReadMemStats(&before)

		reader, failed := bmp.Open(file)
		if err != nil && failed == nil {
			return // Inspect rejects a file that does not begin with "BM". Open does not check this.
		}

		if (err == nil) != (failed == nil) {
			t.Fatalf("inspected: %v, opened: %v", err, failed)
		}

		if failed != nil {
			return
		}

		for range reader.Layout.Height {
			if _, err := reader.Next(); err != nil {
				if failure.KindOf(err) == "" {
					t.Fatalf("no rejection code: %v", err)
				}

				return
			}
		}

		runtime.ReadMemStats(&after)

		if allocated := int64(after.TotalAlloc - before.TotalAlloc); allocated > 2*reader.Memory()+2<<20 {
			t.Fatalf("allocated %d bytes for %d", allocated, reader.Memory())
		}

		want, err := reference.Decode(bytes.NewReader(file))
		if err != nil || reader.Layout.Alpha || want.ColorModel() == color.NRGBAModel {
			return // x/image uses the fourth byte as alpha even if the file has no alpha mask.
		}

		got, err := decode(file)
		if err != nil {
			t.Fatal(err)
		}

		for i := range info.Width * info.Height {
			x, y := i%info.Width, i/info.Width
			if color.NRGBAModel.Convert(got.At(x, y)) != color.NRGBAModel.Convert(want.At(x, y)) {
				t.Fatalf("pixel %d,%d is %v, want %v", x, y, got.At(x, y), want.At(x, y))
			}
		}
	})
}
