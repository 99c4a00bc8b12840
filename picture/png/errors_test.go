package png_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	stdpng "image/png"
	"runtime"
	"strings"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/png"
)

func TestDecode_errors(t *testing.T) {
	gray, indexed, color := kind{0, 8, false}, kind{3, 8, false}, kind{2, 8, false}
	rows := []byte("\x00abc\x01def\x04ghi")
	whole := gray.file(3, 3, rows)
	idat := len(signature) + 25 // after IHDR

	with := func(k kind, parts ...[]byte) []byte {
		return bytes.Join(append([][]byte{[]byte(signature), k.header(3, 3)}, parts...), nil)
	}
	changed := func(at int, value byte) []byte {
		file := bytes.Clone(whole)
		file[at] = value

		return file
	}
	packed, end := chunk("IDAT", pack(rows)), chunk("IEND", "")
	adler := pack(rows)
	adler = adler[:len(adler)-1] + string(adler[len(adler)-1]^1)

	for name, c := range map[string]struct {
		file []byte
		want failure.Kind
		say  string
	}{
		"an empty file":                      {nil, failure.Truncated, "at byte 0"},
		"half a signature":                   {whole[:4], failure.Truncated, "at byte 4"},
		"another signature":                  {[]byte("GIF89a, and more"), failure.Corrupt, "signature"},
		"only a signature":                   {whole[:8], failure.Truncated, "chunk at byte 8"},
		"cut in the header":                  {whole[:20], failure.Truncated, "chunk at byte 8"},
		"cut in the image data":              {whole[:idat+12], failure.Truncated, "chunk at byte 33"},
		"a wrong byte in the header":         {changed(20, 9), failure.Corrupt, `checksum of chunk "IHDR", at byte 8`},
		"a wrong byte in the data":           {changed(idat+12, 0x55), failure.Corrupt, "in row"},
		"cut after half the data":            {with(gray, chunk("IDAT", pack(rows)[:9])), failure.Truncated, "missing"},
		"neither sum nor checksum":           {with(gray, broken(chunk("IDAT", pack(rows)[:len(pack(rows))-4])), end), failure.Corrupt, `checksum of chunk "IDAT"`},
		"a chunk of 4 GB":                    {with(gray, []byte("\xff\xff\xff\xffteXt")), failure.Corrupt, "4294967295 bytes, at byte 33"},
		"a chunk of 2 GB":                    {with(gray, []byte("\x7f\xff\xff\xffteXt")), failure.Truncated, "byte 33"},
		"another first chunk":                {append([]byte(signature), chunk("IDAT", "")...), failure.Corrupt, `first chunk is "IDAT"`},
		"a second header":                    {with(gray, gray.header(3, 3), packed, end), failure.Corrupt, "out of order, at byte 33"},
		"a header that is too short":         {append([]byte(signature), chunk("IHDR", "abc")...), failure.Corrupt, "IHDR of 3 bytes"},
		"no width":                           {gray.file(0, 3, rows), failure.Corrupt, "0 × 3"},
		"too large a height":                 {gray.file(3, 1<<31, rows), failure.Corrupt, "3 × 2147483648"},
		"3 bits":                             {kind{0, 3, false}.file(3, 3, rows), failure.Corrupt, "3 bits"},
		"color of 4 bits":                    {kind{2, 4, false}.file(3, 3, rows), failure.Corrupt, "color type 2 with 4 bits"},
		"indexes of 16 bits":                 {kind{3, 16, false}.file(3, 3, rows), failure.Corrupt, "color type 3 with 16 bits"},
		"color type 5":                       {kind{5, 8, false}.file(3, 3, rows), failure.Corrupt, "color type 5"},
		"another compression":                {resealed(changed(26, 1)), failure.Corrupt, "compression 1"},
		"another filter method":              {resealed(changed(27, 1)), failure.Corrupt, "filter 1"},
		"interlace method 2":                 {resealed(changed(28, 2)), failure.Corrupt, "interlace 2"},
		"indexes without a palette":          {indexed.file(3, 3, rows), failure.Corrupt, "no palette"},
		"an empty palette":                   {indexed.file(3, 3, rows, chunk("PLTE", "")), failure.Corrupt, "palette of 0 bytes"},
		"a palette of odd length":            {indexed.file(3, 3, rows, chunk("PLTE", "abcd")), failure.Corrupt, "palette of 4 bytes"},
		"two palettes":                       {indexed.file(3, 3, rows, chunk("PLTE", "abc"), chunk("PLTE", "abc")), failure.Corrupt, "out of order"},
		"no image data":                      {with(gray, end), failure.Corrupt, "out of order"},
		"no zlib stream":                     {with(gray, chunk("IDAT", "hello, world"), end), failure.Corrupt, "zlib"},
		"a wrong checksum of the pixels":     {with(gray, chunk("IDAT", adler), end), failure.Corrupt, "zlib: invalid checksum"},
		"an unknown filter":                  {gray.file(3, 3, []byte("\x00abc\x05def\x04ghi")), failure.Corrupt, "filter 5, in row 2"},
		"too few rows":                       {gray.file(3, 3, rows[:8]), failure.Corrupt, "not enough pixel data, in row 2"},
		"half a row":                         {gray.file(3, 3, rows[:9]), failure.Corrupt, "not enough pixel data, in row 2"},
		"image data in two parts":            {with(gray, chunk("IDAT", pack(rows)[:9]), chunk("tEXt", ""), chunk("IDAT", pack(rows)[9:]), end), failure.Corrupt, "not enough pixel data"},
		"more pixels than the data can hold": {color.file(3000, 3000, rows), failure.Corrupt, "3000 × 3000 pixels in"},
		"a size that overflows":              {kind{6, 16, true}.file(1<<31-1, 1<<31-1, rows), failure.Corrupt, "not enough"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := stdpng.Decode(bytes.NewReader(c.file)); err == nil {
				t.Error("image/png accepts it")
			}

			got, alpha, err := png.Decode(context.Background(), c.file, png.Options{})
			if failure.KindOf(err) != c.want || !strings.Contains(err.Error(), c.say) {
				t.Errorf("got %v, want %s with %q", err, c.want, c.say)
			}

			if got != nil || alpha != nil {
				t.Error("an image together with an error")
			}
		})
	}
}

// broken returns a chunk with a wrong checksum.
func broken(chunk []byte) []byte {
	chunk = bytes.Clone(chunk)
	chunk[len(chunk)-1] ^= 1

	return chunk
}

// A file with all pixels and a formal defect yields the same image as the file without
// it.
func TestDecode_toleratesFormalDefects(t *testing.T) {
	gray, indexed, color := kind{0, 8, false}, kind{3, 2, false}, kind{2, 8, false}
	rows, indices := []byte("\x00abc\x01def\x04ghi"), []byte("\x00\x1b\x00\x1b\x00\x1b")
	packed, end := chunk("IDAT", pack(rows)), chunk("IEND", "")
	palette := chunk("PLTE", "abcdefghijkl")

	with := func(k kind, parts ...[]byte) []byte {
		return bytes.Join(append([][]byte{[]byte(signature), k.header(3, 3)}, parts...), nil)
	}
	sound, soundIndexed := with(gray, packed, end), with(indexed, palette, chunk("IDAT", pack(indices)), end)
	soundColor := with(color, chunk("IDAT", pack([]byte("\x00abcdefghi\x00abcdefghi\x00abcdefghi"))), end)

	for name, c := range map[string]struct{ file, sound []byte }{
		"without IEND":                 {sound[:len(sound)-12], sound},
		"cut in IEND":                  {sound[:len(sound)-3], sound},
		"cut in the data's checksum":   {sound[:len(sound)-14], sound},
		"cut in a text after the data": {append(with(gray, packed), "\x00\x00\x00\x50tEXtcut"...), sound},
		"a wrong checksum of IEND":     {with(gray, packed, broken(end)), sound},
		"IEND with data":               {with(gray, packed, chunk("IEND", "x")), sound},
		"a wrong checksum of the data": {with(gray, broken(packed), end), sound},
		"a wrong checksum of a text":   {with(gray, broken(chunk("tEXt", "k\x00v")), packed, end), sound},
		"a wrong checksum of tRNS":     {with(gray, broken(chunk("tRNS", "\x00a")), packed, end), sound},
		"no checksum of the pixels":    {with(gray, chunk("IDAT", pack(rows)[:len(pack(rows))-4]), end), sound},
		"bytes after the stream":       {with(gray, chunk("IDAT", pack(rows)+"rest"), end), sound},
		"an additional row":            {with(gray, chunk("IDAT", pack(append(bytes.Clone(rows), "\x00xyz"...))), end), sound},
		"a palette in gray":            {with(gray, palette, packed, end), sound},
		"tRNS of odd length":           {with(gray, chunk("tRNS", "abc"), packed, end), sound},
		"more colors than indexes":     {with(indexed, chunk("PLTE", "abcdefghijklxyz"), chunk("IDAT", pack(indices)), end), soundIndexed},
		"257 colors":                   {with(indexed, chunk("PLTE", "abcdefghijkl"+strings.Repeat("x", 253*3)), chunk("IDAT", pack(indices)), end), soundIndexed},
		"tRNS before its palette":      {with(indexed, chunk("tRNS", "a"), palette, chunk("IDAT", pack(indices)), end), soundIndexed},
		"tRNS of 257 bytes":            {with(indexed, palette, chunk("tRNS", strings.Repeat("a", 257)), chunk("IDAT", pack(indices)), end), soundIndexed},
		"a long suggested palette":     {append(with(color, chunk("PLTE", strings.Repeat("x", 300*3))), soundColor[len(signature)+25:]...), soundColor},
	} {
		t.Run(name, func(t *testing.T) {
			want, err := stdpng.Decode(bytes.NewReader(c.sound))
			if err != nil {
				t.Fatal(err)
			}

			got, alpha, err := png.Decode(context.Background(), c.file, png.Options{})
			if err != nil {
				t.Fatal(err)
			}

			if off := differs(t, got, alpha, want); off != "" {
				t.Error(off)
			}
		})
	}
}

// image/png treats these files differently. The differential fuzz test allows no other
// difference.
func TestDecode_differencesFromStandardLibrary(t *testing.T) {
	gray := kind{0, 8, false}
	rows := []byte("\x00abc\x01def\x04ghi")
	end := chunk("IEND", "")

	for name, c := range map[string]struct {
		file         []byte
		ours, theirs bool // whether the file is accepted
	}{
		// image/png stops reading at the end of the stream. It checks the rest of the
		// input, except for the bytes that it had buffered.
		"many bytes after the zlib stream": {
			bytes.Join([][]byte{
				[]byte(signature), gray.header(3, 3), chunk("IDAT", pack(rows)+strings.Repeat("x", 10_000)), end,
			}, nil), true, false,
		},
		// image/png accepts any unknown chunk before the header (5.6: IHDR comes first).
		"a chunk before the header": {
			bytes.Join([][]byte{[]byte(signature), chunk("tEXt", "k\x00v"), gray.header(3, 3), chunk("IDAT", pack(rows)), end}, nil), false, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, theirs := stdpng.Decode(bytes.NewReader(c.file))
			_, _, ours := png.Decode(context.Background(), c.file, png.Options{})

			if (ours == nil) != c.ours || (theirs == nil) != c.theirs {
				t.Errorf("ours: %v, image/png: %v", ours, theirs)
			}
		})
	}
}

func TestDecode_tooManyPixels(t *testing.T) {
	// The planes, two rows after their filter bytes, and rows for alpha, for the pixels
	// of an interlaced image, and for samples that do not have 8 bits.
	for name, c := range map[string]struct {
		file []byte
		need int64
	}{
		"gray":                {kind{0, 8, false}.file(30, 20, make([]byte, 31*20)), 600 + 62},
		"gray of one bit":     {kind{0, 1, false}.file(30, 20, make([]byte, 5*20)), 600 + 10 + 30},
		"color":               {kind{2, 8, false}.file(30, 20, make([]byte, 91*20)), 1800 + 182},
		"alpha":               {kind{6, 16, false}.file(30, 20, make([]byte, 241*20)), 2400 + 482 + 30 + 120},
		"a transparent color": {kind{0, 8, false}.file(30, 20, make([]byte, 31*20), chunk("tRNS", "\x00\x01")), 1200 + 62 + 30},
		"interlaced":          {kind{2, 8, true}.file(1, 1, make([]byte, 4)), 3 + 8 + 3},
		"one row":             {kind{6, 16, false}.file(1000, 1, make([]byte, 8001)), 4000 + 16002 + 1000 + 4000},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := png.Decode(context.Background(), c.file, png.Options{MaxBytes: c.need}); err != nil {
				t.Error(err)
			}

			_, _, err := png.Decode(context.Background(), c.file, png.Options{MaxBytes: c.need - 1})
			if !failure.Is(err, failure.TooManyPixels) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// If an image breaks both rules, the error is that of the limit.
func TestDecode_limitBeforeTruncation(t *testing.T) {
	for _, side := range []int{20_000, 1<<31 - 1} {
		file := kind{6, 16, true}.file(side, side, make([]byte, 100))
		if _, _, err := png.Decode(context.Background(), file, png.Options{MaxBytes: 360 << 20}); !failure.Is(err, failure.TooManyPixels) {
			t.Errorf("%d × %d: %v", side, side, err)
		}
	}
}

// A file of a few bytes must not cause an allocation for the pixels in its header.
func TestDecode_headerAllocatesNothing(t *testing.T) {
	file := kind{6, 8, false}.file(20_000, 20_000, make([]byte, 1000))

	var before, after runtime.MemStats

	runtime.ReadMemStats(&before)

	_, _, err := png.Decode(context.Background(), file, png.Options{})

	runtime.ReadMemStats(&after)

	if allocated := after.TotalAlloc - before.TotalAlloc; !failure.Is(err, failure.Corrupt) || allocated > 1<<20 {
		t.Errorf("%d bytes allocated, %v", allocated, err)
	}
}

func TestDecode_allocatesWithinLimit(t *testing.T) {
	const room = 256 << 10 // the window and the tables of inflate, and all headers

	for _, k := range []kind{{0, 8, false}, {2, 16, true}, {3, 4, true}, {6, 8, false}, {6, 16, false}} {
		width, height := 900, 400
		file := k.file(width, height, k.rows(fixed(), width, height, func() byte { return 4 }), k.colored(9), k.half())

		allowed, err := png.Memory(file)
		if err != nil {
			t.Fatal(err)
		}

		var before, after runtime.MemStats

		runtime.ReadMemStats(&before)

		_, _, err = png.Decode(context.Background(), file, png.Options{MaxBytes: allowed})

		runtime.ReadMemStats(&after)

		if allocated := int64(after.TotalAlloc - before.TotalAlloc); err != nil || allocated > allowed+room {
			t.Errorf("%s: %d bytes allocated, %d allowed, %v", k, allocated, allowed, err)
		}
	}
}

// An image with the highest compression of deflate is accepted.
func TestDecode_highestCompression(t *testing.T) {
	check(t, kind{0, 8, false}.file(2000, 500, make([]byte, 2001*500)))
	check(t, kind{0, 1, false}.file(1, 20_000, make([]byte, 2*20_000)))
	check(t, kind{0, 1, true}.file(1, 20_000, make([]byte, 2*20_000)))
}

func TestDecode_contextCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()

	for _, k := range []kind{{0, 8, false}, {0, 8, true}} {
		got, _, err := png.Decode(ctx, k.file(1, 1, []byte("\x00a")), png.Options{})
		if got != nil || !errors.Is(err, context.Canceled) || failure.KindOf(err) != "" {
			t.Errorf("got %v", err)
		}
	}
}

// A file that is cut before its last pixel is rejected as truncated. A file that is cut
// later, or that has a wrong byte later, is rejected or yields the same image.
func TestDecode_truncatedFile(t *testing.T) {
	file := kind{3, 2, true}.file(9, 7, kind{3, 2, true}.rows(fixed(), 9, 7, func() byte { return 1 }), kind{3, 2, true}.colored(4))
	behind := len(file) - 12 - 4 // the IEND chunk, and the checksum of the image data

	want, err := stdpng.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}

	same := func(file []byte) error {
		got, alpha, err := png.Decode(context.Background(), file, png.Options{})
		if err == nil && differs(t, got, alpha, want) != "" {
			return errors.New("another picture")
		}

		return err
	}

	for length := range file {
		if err := same(file[:length]); length < behind && !failure.Is(err, failure.Truncated) || length >= behind && err != nil {
			t.Errorf("cut at %d: %v", length, err)
		}
	}

	for at := range file {
		wrong := bytes.Clone(file)
		wrong[at] ^= 1 << (at % 8)

		if err := same(wrong); err != nil && failure.KindOf(err) == "" {
			t.Errorf("byte %d wrong: %v", at, err)
		}

		if sealed := resealed(wrong); binary.BigEndian.Uint32(sealed[8:]) == 13 {
			compare(t, sealed)
		}
	}
}
