package png_test

import (
	"bytes"
	"context"
	"errors"
	stdpng "image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/inflate"
	"triptych/picture/planes"
	"triptych/picture/png"
)

// check compares the image of a file with that of image/png.
func check(t *testing.T, file []byte) (*planes.Image, *planes.Plane) {
	t.Helper()

	want, err := stdpng.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("image/png: %v", err)
	}

	got, alpha, err := png.Decode(context.Background(), file, png.Options{})
	if err != nil {
		t.Fatal(err)
	}

	if said := differs(t, got, alpha, want); said != "" {
		t.Fatal(said)
	}

	return got, alpha
}

// Every color type, depth and interlace method, with each filter and a mixture, in sizes
// that leave passes empty, bytes half used and words half filled.
func TestDecode_equalsStandardLibrary(t *testing.T) {
	sizes := [][2]int{{1, 1}, {2, 1}, {1, 3}, {3, 2}, {5, 5}, {8, 8}, {9, 4}, {17, 13}, {64, 3}, {67, 35}}

	for _, k := range kinds() {
		t.Run(k.String(), func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, uint64(k.color*16+k.depth)))

			for _, size := range sizes {
				for filter := range byte(6) {
					choose := func() byte { return filter }
					if filter == 5 {
						choose = func() byte { return byte(random.Uint32() % 5) }
					}

					check(t, k.file(size[0], size[1], k.rows(random, size[0], size[1], choose), k.colored(256)))
				}
			}
		})
	}
}

func TestTransparency_equalsStandardLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))

	for _, k := range kinds() {
		if k.color >= 4 {
			continue
		}

		t.Run(k.String(), func(t *testing.T) {
			rows := k.rows(random, 40, 23, func() byte { return 0 })
			copy(rows[1:], "\x00\x01\x00\x01\x00\x01\x00\x01\x00\x01\x00\x01") // The samples that are named below.

			for name, transparency := range map[string]string{
				"0": "\x00\x00", "1": "\x00\x01", "all bits": k.white(), "high bits that mean nothing": "\xab\x01",
			} {
				switch k.color {
				case 2:
					transparency += transparency + transparency
				case 3:
					transparency = "\x00\xff\x80" + transparency
					transparency = transparency[:min(len(transparency), 1<<k.depth)]
				}

				t.Run(name, func(t *testing.T) { check(t, k.file(40, 23, rows, k.colored(256), chunk("tRNS", transparency))) })
			}
		})
	}
}

// Only as many bits of tRNS are used as a sample has (W3C PNG, 11.3.1.1). image/png
// compares more bits.
func TestTransparency_ignoresHighBits(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 3))

	for _, k := range kinds() {
		if k.color != 0 && k.color != 2 || k.depth == 16 {
			continue
		}

		t.Run(k.String(), func(t *testing.T) {
			channels := 1 + k.color
			rows := k.rows(random, 40, 23, func() byte { return 0 })
			copy(rows[1:], strings.Repeat("\xff", channels)) // White.

			_, want := check(t, k.file(40, 23, rows, chunk("tRNS", strings.Repeat(k.white(), channels))))

			file := k.file(40, 23, rows, chunk("tRNS", strings.Repeat("\xff\xff", channels)))

			_, got, err := png.Decode(context.Background(), file, png.Options{})
			if err != nil {
				t.Fatal(err)
			}

			if got == nil || !bytes.Equal(got.Pix, want.Pix) {
				t.Error("white is not transparent where tRNS has all bits set")
			}
		})
	}
}

func TestDecode_alphaOnlyIfTransparent(t *testing.T) {
	gray, color, indexed := kind{0, 8, false}, kind{6, 8, true}, kind{3, 8, false}

	for name, c := range map[string]struct {
		file []byte
		want bool
	}{
		"tRNS of an existing sample":   {gray.file(3, 1, []byte("\x00abc"), chunk("tRNS", "\x00b")), true},
		"tRNS of a missing sample":     {gray.file(3, 1, []byte("\x00abc"), chunk("tRNS", "\x00d")), false},
		"all opaque":                   {color.file(1, 1, []byte("\x00abc\xff")), false},
		"nearly opaque":                {color.file(1, 1, []byte("\x00abc\xfe")), true},
		"a used transparent index":     {indexed.file(3, 1, []byte("\x00\x00\x01\x02"), indexed.colored(4), chunk("tRNS", "\xff\xff\x10")), true},
		"an unused transparent index":  {indexed.file(3, 1, []byte("\x00\x00\x01\x01"), indexed.colored(4), chunk("tRNS", "\xff\xff\x10")), false},
		"late in the image":            {kind{4, 8, false}.file(1, 4, []byte("\x00a\xff\x00b\xff\x00c\x00\x00d\xff")), true},
		"late in the interlaced image": {kind{4, 8, true}.file(1, 4, []byte("\x00a\xff\x00b\xff\x00c\x00\x00d\xff")), true},
	} {
		t.Run(name, func(t *testing.T) {
			if _, alpha := check(t, c.file); (alpha != nil) != c.want {
				t.Errorf("a plane of alpha: %t", alpha != nil)
			}
		})
	}
}

// Some files have indexes after the end of their palette.
func TestDecode_indexesAfterPaletteAreBlack(t *testing.T) {
	for _, k := range []kind{{3, 1, false}, {3, 2, true}, {3, 4, false}, {3, 4, true}, {3, 8, false}, {3, 8, true}} {
		rows := k.rows(rand.New(rand.NewPCG(3, 3)), 30, 20, func() byte { return 0 })
		check(t, k.file(30, 20, rows, k.colored(1)))
		check(t, k.file(30, 20, rows, k.colored(1), chunk("tRNS", "\x80\x40")))
	}
}

func TestDecode_manyImageDataChunks(t *testing.T) {
	k := kind{2, 8, false}
	packed := pack(k.rows(rand.New(rand.NewPCG(4, 4)), 50, 40, func() byte { return 4 }))
	parts := [][]byte{[]byte(signature), k.header(50, 40), chunk("PLTE", "abc"), chunk("gAMA", "\x00\x00\xb1\x8f"), chunk("IDAT", "")}

	for i := 0; i < len(packed); i += 7 {
		parts = append(parts, chunk("IDAT", packed[i:min(len(packed), i+7)]), chunk("IDAT", ""))
	}

	check(t, bytes.Join(append(parts, chunk("tEXt", "k\x00v"), chunk("IEND", ""), []byte("a trailer")), nil))
}

// A row that is longer than the reader of the image data returns at a time is read in
// parts.
func TestDecode_longRows(t *testing.T) {
	for _, k := range []kind{{2, 8, false}, {2, 8, true}, {6, 16, false}} {
		random := rand.New(rand.NewPCG(51, 52))
		width := 1 + 8*(inflate.MaxNext+random.IntN(9))/k.bitsPerPixel()

		check(t, k.file(width, 3, k.rows(random, width, 3, func() byte { return byte(random.Uint32() % 5) })))
		check(t, k.file(width-1, 2, k.rows(random, width-1, 2, func() byte { return 4 })))
	}
}

// The offset of an error is in the image data, or directly after it, also if the image
// data consists of many chunks.
func TestDecode_errorOffset(t *testing.T) {
	k := kind{0, 8, false}
	random := rand.New(rand.NewPCG(53, 54))
	packed := pack(k.rows(random, 50, 40, func() byte { return 1 }))
	rejected := 0

	for at := range packed {
		wrong := []byte(packed)
		wrong[at] ^= 0x10

		file := append([]byte(signature), k.header(50, 40)...)
		begin := len(file)

		for i := 0; i < len(wrong); i += 60 {
			file = append(file, chunk("IDAT", string(wrong[i:min(len(wrong), i+60)]))...)
		}

		end := len(file)
		file = append(file, chunk("IEND", "")...)

		_, _, err := png.Decode(context.Background(), file, png.Options{})
		if err == nil { // All pixels are present, and the end of the stream is missing.
			continue
		}

		broken, ok := errors.AsType[*failure.Error](err)
		if !ok || broken.Kind != failure.Corrupt || broken.Offset < int64(begin) || broken.Offset > int64(end) {
			t.Fatalf("byte %d: %v, at %d", at, err, broken.Offset)
		}

		rejected++
	}

	if rejected < len(packed)/2 {
		t.Errorf("only %d of %d files are rejected", rejected, len(packed))
	}
}

func TestDecode_samplesAndLargeImages(t *testing.T) {
	files, err := filepath.Glob("../../samples/*.png")
	if err != nil || len(files) == 0 {
		t.Skip("no sample photos beside this module")
	}

	for _, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}

		check(t, file)
	}

	// Rows longer than the window of inflate.
	k := kind{6, 16, false}
	check(t, k.file(9000, 3, k.rows(rand.New(rand.NewPCG(5, 5)), 9000, 3, func() byte { return 4 })))
}
