package tiff_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"testing"

	reference "golang.org/x/image/tiff"

	"triptych/picture/failure"
	meta "triptych/picture/metadata/tiff"
	"triptych/picture/raster"
	"triptych/picture/tiff"
)

func decode(file []byte) (image.Image, error) {
	reader, err := tiff.Open(file)
	if err != nil {
		return nil, err
	}

	return raster.Image(context.Background(), reader.Layout, reader)
}

// layouts returns all kinds of strips and tiles of a spec.
func layouts(s spec) map[string]spec {
	made := map[string]spec{}

	for _, compression := range []int{meta.Plain, meta.LZW, oldLZW, meta.Deflate, meta.OldDeflate, meta.PackBits} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			for _, shape := range []string{"one strip", "strips", "tiles", "planes", "planes of tiles"} {
				for _, predictor := range []bool{false, true} {
					one := s
					one.compression, one.order, one.predictor = compression, order, predictor

					lzwOrDeflate := compression != meta.Plain && compression != meta.PackBits
					if predictor && (s.bits < 8 || s.bits == 12 || !lzwOrDeflate) {
						continue
					}

					switch shape {
					case "strips":
						one.rows = 7
					case "tiles":
						one.tile = 16
					case "planes":
						one.separate, one.rows = true, 5
					case "planes of tiles":
						one.separate, one.tile = true, 16
					}

					made[fmt.Sprintf("%s, compression %d, %v, predictor %v", shape, compression, order, predictor)] = one
				}
			}
		}
	}

	return made
}

func TestReader_rows(t *testing.T) {
	const gray, rgb, cmyk = meta.BlackIsZero, meta.RGB, meta.CMYK

	for name, s := range map[string]spec{
		"1 bit":                      {bits: 1, samples: 1, photometric: gray},
		"2 bits":                     {bits: 2, samples: 1, photometric: gray},
		"4 bits":                     {bits: 4, samples: 1, photometric: gray},
		"8 bits":                     {bits: 8, samples: 1, photometric: gray},
		"12 bits":                    {bits: 12, samples: 1, photometric: gray},
		"16 bits":                    {bits: 16, samples: 1, photometric: gray},
		"gray, alpha":                {bits: 8, samples: 2, photometric: gray, extra: []int{2}},
		"deep gray, alpha":           {bits: 16, samples: 2, photometric: gray, extra: []int{2}},
		"gray, ignored, alpha":       {bits: 8, samples: 3, photometric: gray, extra: []int{0, 2}},
		"RGB":                        {bits: 8, samples: 3, photometric: rgb},
		"RGB of 4 bits":              {bits: 4, samples: 3, photometric: rgb},
		"deep RGB":                   {bits: 16, samples: 3, photometric: rgb},
		"RGBA":                       {bits: 8, samples: 4, photometric: rgb, extra: []int{2}},
		"RGBA without ExtraSamples":  {bits: 8, samples: 4, photometric: rgb},
		"RGBX":                       {bits: 8, samples: 4, photometric: rgb, extra: []int{0}},
		"RGBA and two more samples":  {bits: 8, samples: 6, photometric: rgb, extra: []int{2, 0, 0}},
		"deep RGBA":                  {bits: 16, samples: 4, photometric: rgb, extra: []int{2}},
		"CMYK":                       {bits: 8, samples: 4, photometric: cmyk},
		"deep CMYK and more samples": {bits: 16, samples: 5, photometric: cmyk, extra: []int{0}},
	} {
		t.Run(name, func(t *testing.T) {
			s.width, s.height = 23, 19

			for name, one := range layouts(s) {
				t.Run(name, func(t *testing.T) { rowsAre(t, one) })
			}
		})
	}
}

// rowsAre compares the rows of a file with the written samples.
func rowsAre(t *testing.T, s spec) {
	t.Helper()

	reader, err := tiff.Open(s.file())
	if err != nil {
		t.Fatal(err)
	}

	kept := []int{0}

	switch s.photometric {
	case meta.RGB:
		kept = []int{0, 1, 2}
	case meta.CMYK:
		kept = []int{0, 1, 2, 3}
	}

	if reader.Layout.Alpha {
		alpha := len(kept)

		for i, kind := range s.extra {
			if kind == 2 {
				alpha += i
			}
		}

		kept = append(kept, alpha)
	}

	if len(kept) != reader.Layout.Samples() {
		t.Fatalf("%d samples, want %d", reader.Layout.Samples(), len(kept))
	}

	for y := range s.height {
		row, err := reader.Next()
		if err != nil {
			t.Fatal(err)
		}

		for x := range s.width {
			for i, c := range kept {
				want := s.sample(x, y, c)
				at := x*len(kept) + i
				got := uint32(row[min(at, len(row)-1)])

				switch s.bits {
				case 16:
					got = uint32(binary.BigEndian.Uint16(row[2*at:]))
				case 12:
					got, want = uint32(binary.BigEndian.Uint16(row[2*at:])), want*16+want/256 // Its bits are repeated.
				default:
					want = want * 255 / (1<<s.bits - 1)
				}

				if got != want {
					t.Fatalf("pixel %d,%d, sample %d: %d, want %d", x, y, c, got, want)
				}
			}
		}
	}
}

// Both decoders yield the same pixels for files that both can read.
func TestReader_equalsXImage(t *testing.T) {
	palette := make([]uint16, 3*256)
	for i := range palette {
		palette[i] = uint16(i * 8191)
	}

	for name, s := range map[string]spec{
		"bilevel":          {bits: 1, samples: 1, photometric: meta.WhiteIsZero},
		"gray":             {bits: 8, samples: 1, photometric: meta.WhiteIsZero},
		"deep gray":        {bits: 16, samples: 1, photometric: meta.WhiteIsZero},
		"palette":          {bits: 8, samples: 1, photometric: meta.Palette, colors: palette},
		"RGB":              {bits: 8, samples: 3, photometric: meta.RGB},
		"associated":       {bits: 8, samples: 4, photometric: meta.RGB, extra: []int{1}},
		"deep, associated": {bits: 16, samples: 4, photometric: meta.RGB, extra: []int{1}},
		"RGBA":             {bits: 8, samples: 4, photometric: meta.RGB, extra: []int{2}},
		"deep RGBA":        {bits: 16, samples: 4, photometric: meta.RGB, extra: []int{2}},
	} {
		t.Run(name, func(t *testing.T) {
			s.width, s.height = 35, 21

			read := 0

			for name, one := range layouts(s) {
				file := one.file()

				want, err := reference.Decode(bytes.NewReader(file))
				if one.separate || one.compression == oldLZW || err != nil {
					continue // x/image supports neither planes nor the old LZW.
				}

				read++

				got, err := decode(file)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}

				if at, ok := alike(got, want); !ok {
					t.Fatalf("%s: pixel %v is %v, want %v", name, at, got.At(at.X, at.Y), want.At(at.X, at.Y))
				}
			}

			if read < 20 {
				t.Errorf("x/image reads %d of the files", read)
			}
		})
	}
}

// alike compares pixels of 8 bits. x/image yields other colors if a color exceeds its
// alpha.
func alike(got, want image.Image) (image.Point, bool) {
	if got.Bounds() != want.Bounds() {
		return image.Point{}, false
	}

	for y := range got.Bounds().Dy() {
		for x := range got.Bounds().Dx() {
			r, g, b, a := want.At(x, y).RGBA()
			if max(r, g, b) > a {
				continue
			}

			if high(got.At(x, y)) != high(want.At(x, y)) {
				return image.Pt(x, y), false
			}
		}
	}

	return image.Point{}, true
}

// high returns a color with only the high bytes, like rows.
func high(shade color.Color) color.Color {
	if deep, ok := shade.(color.NRGBA64); ok {
		return color.NRGBA{uint8(deep.R >> 8), uint8(deep.G >> 8), uint8(deep.B >> 8), uint8(deep.A >> 8)}
	}

	return color.NRGBAModel.Convert(shade)
}

// The LZW table becomes full, and is cleared, several times.
func TestLZW_fullTable(t *testing.T) {
	for _, compression := range []int{meta.LZW, oldLZW} {
		s := spec{width: 200, height: 100, bits: 8, samples: 3, photometric: meta.RGB, compression: compression}
		rowsAre(t, s)

		s.predictor = true
		rowsAre(t, s)
	}
}

// Defects that other readers tolerate are tolerated. The pixels equal those of the same
// file without the defect.
func TestReader_toleratedDefects(t *testing.T) {
	plain := spec{width: 30, height: 20, bits: 8, samples: 3, photometric: meta.RGB, rows: 7}
	packed := plain
	packed.compression = meta.LZW

	reversed := packed
	reversed.reversed = true

	for name, s := range map[string]spec{
		"one BitsPerSample":             plain.with(field{258, 3, []int{8}}),
		"too many BitsPerSample":        plain.with(field{258, 3, []int{8, 8, 8, 8}}),
		"BitsPerSample of bytes":        plain.with(field{258, 1, []int{8, 8, 8}}),
		"a size of signed numbers":      plain.with(field{256, 9, []int{30}}, field{257, 8, []int{20}}),
		"a compression for each sample": plain.with(field{259, 3, []int{1, 1, 1}}),
		"no strip lengths":              plain.with(field{279, 3, nil}),
		"wrong strip lengths":           plain.with(field{279, 3, []int{5, 5, 5}}),
		"strip lengths of 0":            packed.with(field{279, 4, []int{0, 0, 0}}),
		"strip lengths beyond the end":  packed.with(field{279, 4, []int{1 << 30, 1 << 30, 1 << 30}}),
		"reversed bit order":            reversed,
		"an unknown sample format":      plain.with(field{339, 3, []int{4, 4, 4}}),
		"a predictor without LZW":       plain.with(field{317, 3, []int{2}}),
		"compression 0":                 plain.with(field{259, 3, []int{0}}),
	} {
		t.Run(name, func(t *testing.T) { rowsAre(t, s) })
	}
}

// with returns a spec whose file has other fields.
func (s spec) with(more ...field) spec {
	s.more = more

	return s
}

func TestReader_errors(t *testing.T) {
	plain := spec{width: 30, height: 20, bits: 8, samples: 3, photometric: meta.RGB, rows: 7}
	packed := plain
	packed.compression = meta.Deflate

	whole := plain.file()

	for name, c := range map[string]struct {
		file []byte
		want failure.Kind
	}{
		"two widths":                          {plain.with(field{256, 3, []int{30, 8}}).file(), failure.Corrupt},
		"a width at another offset":           {plain.with(field{256, 4, []int{30, 8}}).file(), failure.Corrupt},
		"a fractional width":                  {plain.with(field{256, 5, []int{30}}).file(), failure.Corrupt},
		"a negative height":                   {plain.with(field{257, 9, []int{-20}}).file(), failure.Corrupt},
		"no width":                            {plain.with(field{256, 3, nil}).file(), failure.Corrupt},
		"RGB of one sample":                   {plain.with(field{277, 3, []int{1}}).file(), failure.Corrupt},
		"RGB without a number of samples":     {plain.with(field{277, 3, nil}).file(), failure.Corrupt},
		"two BitsPerSample for three":         {plain.with(field{258, 3, []int{8, 8}}).file(), failure.Corrupt},
		"samples of different bits":           {plain.with(field{258, 3, []int{5, 6, 5}}).file(), failure.UnsupportedFormat},
		"32 bits":                             {plain.with(field{258, 3, []int{32, 32, 32}}).file(), failure.UnsupportedFormat},
		"floating point":                      {plain.with(field{339, 3, []int{3, 3, 3}}).file(), failure.UnsupportedFormat},
		"a thousand samples":                  {plain.with(field{277, 3, []int{1000}}, field{258, 3, []int{8}}).file(), failure.UnsupportedFormat},
		"too few strips":                      {plain.with(field{273, 4, []int{8}}).file(), failure.Corrupt},
		"strip offsets that are not integers": {plain.with(field{273, 5, []int{8, 8, 8}}).file(), failure.Corrupt},
		"a strip after the end":               {plain.with(field{273, 4, []int{8, 8, 1 << 30}}).file(), failure.Truncated},
		"tiles without a height":              {plain.with(field{322, 3, []int{16}}).file(), failure.Corrupt},
		"tiles of one pixel":                  {plain.with(field{322, 3, []int{1}}, field{323, 3, []int{1}}, field{324, 4, make([]int, 600)}).file(), failure.Corrupt},
		"very large tiles":                    {plain.with(field{322, 4, []int{1 << 30}}, field{323, 3, []int{16}}, field{324, 4, []int{8, 8}}).file(), failure.Corrupt},
		"a palette without colors":            {plain.with(field{262, 3, []int{3}}).file(), failure.Corrupt},
		"JPEG":                                {plain.with(field{259, 3, []int{7}}).file(), failure.UnsupportedFormat},
		"a strip that is not Deflate":         {plain.with(field{259, 3, []int{8}}).file(), failure.Corrupt},
		"a strip that is not LZW":             {plain.with(field{259, 3, []int{5}}).file(), failure.Corrupt},
		"short strips":                        {packed.with(field{279, 4, []int{9, 9, 9}}).file(), failure.Corrupt},
		"more pixels than the file can hold": {
			packed.with(field{256, 4, []int{60_000}}, field{257, 3, []int{2}}).file(), failure.Corrupt,
		},
		"truncated in its directory": {whole[:len(whole)-20], failure.Truncated},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := decode(c.file); failure.KindOf(err) != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// A color map of 8 bits is read as such, like in libtiff. An index without a color is
// black.
func TestReader_palettes(t *testing.T) {
	s := spec{width: 16, height: 16, bits: 4, samples: 1, photometric: meta.Palette}

	for name, c := range map[string]struct {
		colors []uint16
		want   color.RGBA
	}{
		"16 bits": {[]uint16{0, 0xabcd, 0, 0x1234, 0, 0x5678}, color.RGBA{0xab, 0x12, 0x56, 255}},
		"8 bits":  {[]uint16{0, 0xab, 0, 0x12, 0, 0x56}, color.RGBA{0xab, 0x12, 0x56, 255}},
	} {
		t.Run(name, func(t *testing.T) {
			s.colors = c.colors

			got, err := decode(s.file())
			if err != nil {
				t.Fatal(err)
			}

			for y := range 16 {
				for x := range 16 {
					want := color.RGBA{A: 255}
					if s.sample(x, y, 0) == 1 {
						want = c.want
					}

					if got.At(x, y) != want {
						t.Fatalf("pixel %d,%d of index %d: %v", x, y, s.sample(x, y, 0), got.At(x, y))
					}
				}
			}
		})
	}
}
