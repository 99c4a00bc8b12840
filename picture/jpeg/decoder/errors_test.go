package decoder

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/jpeg/t81"
)

func picture420(c coding, interval int) []byte {
	random := rand.New(rand.NewPCG(11, 12))

	return randomDrawing(random, 60, 50, 0.3, samplings["4:2:0"]...).encode(random, c.of(3, interval))
}

func whole(file []byte) error {
	_, _, err := decodeAll(context.Background(), file, Target{}, Options{})

	return err
}

// changed replaces the n-th occurrence of some bytes. The occurrence must exist.
func changed(t *testing.T, file []byte, n int, from, to string) []byte {
	t.Helper()

	at := 0

	for i := range n {
		next := bytes.Index(file[at:], []byte(from))
		if next < 0 {
			t.Fatalf("no % x", from)
		}

		if at += next; i < n-1 {
			at++
		}
	}

	return bytes.Join([][]byte{file[:at], []byte(to), file[at+len(from):]}, nil)
}

func TestDecode_errors(t *testing.T) {
	plain, restarts, many := picture420(sequential, 0), picture420(sequential, 2), picture420(progressive, 0)

	arithmetic, err := os.ReadFile("../../testdata/arithmetic.jpg")
	if err != nil {
		t.Fatal(err)
	}

	end := "\xff\xd9"
	half := string(plain[:len(plain)*3/4])

	for name, c := range map[string]struct {
		file string
		code failure.Kind
		say  string
	}{
		"an empty file":                      {"", failure.Corrupt, "no start marker at byte 0"},
		"not a JPEG":                         {"GIF89a", failure.Corrupt, "no start marker at byte 0"},
		"only a start marker":                {"\xff\xd8", failure.Truncated, "ends at byte 2"},
		"an immediate end marker":            {"\xff\xd8\xff\xd9", failure.Corrupt, "no scan before the end marker at byte 2"},
		"a scan without a frame":             {"\xff\xd8\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00", failure.Corrupt, "scan before a frame header at byte 2"},
		"cut in its header":                  {string(plain[:100]), failure.Truncated, "ends at byte 100"},
		"cut in its scan":                    {half, failure.Truncated, "pixels are missing"},
		"cut and closed":                     {half + end, failure.Truncated, "pixels are missing"},
		"cut at the last byte":               {string(plain[:len(plain)-3]) + end, failure.Truncated, "pixels are missing"},
		"another marker in a scan":           {half + "\xff\x05" + string(plain[len(half):]), failure.Corrupt, "marker FF05 within a scan"},
		"a comment in a scan":                {half + "\xff\xfe\x00\x02" + end, failure.Corrupt, "marker FFFE within a scan"},
		"progressive, cut":                   {string(many[:len(many)-30]) + end, failure.Truncated, "pixels are missing"},
		"progressive, no end marker":         {string(many[:len(many)*9/10]), failure.Truncated, "pixels are missing"},
		"a lost interval":                    {string(changed(t, restarts, 1, "\xff\xd1", "\xff\xd3")), failure.Corrupt, "restart marker 3 where 1 is due"},
		"no restart marker":                  {string(changed(t, restarts, 1, "\xff\xd1", "\xff\xe1")), failure.Corrupt, "marker FFE1 where restart marker 1 is due"},
		"cut at a restart marker":            {string(changed(t, restarts, 1, "\xff\xd2", "\xff\xd9")) + end, failure.Truncated, "pixels are missing"},
		"a short segment":                    {"\xff\xd8\xff\xe0\x00\x01", failure.Corrupt, "segment FFE0 of length 1 at byte 2"},
		"no Huffman tables":                  {string(changed(t, plain, 1, "\xff\xc4", "\xff\xfe")), failure.Corrupt, "scan without its Huffman tables"},
		"no quantization table":              {string(changed(t, plain, 1, "\xff\xdb", "\xff\xfe")), failure.Corrupt, "scan without its quantization table"},
		"two frames":                         {string(changed(t, plain, 1, "\xff\xc4", "\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00\xff\xc4")), failure.Corrupt, "second frame header"},
		"a table of 17 codes of 4":           {"\xff\xd8\xff\xc4\x00\x24\x00\x00\x00\x00\x11" + strings.Repeat("\x00", 12) + "ABCDEFGHIJKLMNOPQ" + end, failure.Corrupt, "invalid codes or symbols"},
		"a code of ones only":                {"\xff\xd8\xff\xc4\x00\x15\x10\x02" + strings.Repeat("\x00", 15) + "AB" + end, failure.Corrupt, "invalid codes or symbols"},
		"a DC size of 16":                    {"\xff\xd8\xff\xc4\x00\x14\x00\x01" + strings.Repeat("\x00", 15) + "\x10" + end, failure.Corrupt, "invalid codes or symbols"},
		"a scan of an unknown component":     {scanOf(t, plain, "\x01\x07\x11\x00\x3f\x00"), failure.Corrupt, "scan of an unknown component 7"},
		"a component twice":                  {scanOf(t, plain, "\x02\x01\x11\x01\x11\x00\x3f\x00"), failure.Corrupt, "scan with component 1 twice"},
		"no component":                       {scanOf(t, plain, "\x00\x00\x3f\x00"), failure.Corrupt, "scan header of 4 bytes"},
		"Huffman table 4":                    {scanOf(t, plain, "\x01\x01\x14\x00\x3f\x00"), failure.Corrupt, "Huffman tables 1 and 4"},
		"a band of DC and AC":                {scanOf(t, many, "\x01\x01\x11\x00\x05\x00"), failure.Corrupt, "scan of coefficients 0 to 5"},
		"interleaved AC":                     {scanOf(t, many, "\x02\x01\x11\x02\x11\x01\x05\x00"), failure.Corrupt, "interleaved scan of AC coefficients"},
		"two bits in one scan":               {scanOf(t, many, "\x01\x01\x11\x01\x05\x31"), failure.Corrupt, "successive approximation from bit 3 to 1"},
		"11 blocks in an MCU":                {scanOf(t, changed(t, plain, 1, "\x01\x22\x00\x02\x11", "\x01\x24\x00\x02\x14"), "\x02\x01\x11\x02\x11\x00\x3f\x00"), failure.Corrupt, "12 blocks in an MCU"},
		"two components with one identifier": {string(changed(t, plain, 1, "\x01\x22\x00\x02\x11", "\x01\x22\x00\x01\x11")), failure.Corrupt, "two components with identifier 1"},
		"quantization table 4":               {string(changed(t, plain, 1, "\x01\x22\x00\x02\x11", "\x01\x22\x04\x02\x11")), failure.Corrupt, "quantization table 4"},
		"quantization of 24 bits":            {"\xff\xd8\xff\xdb\x00\x03\x20", failure.Corrupt, "quantization table 0 of precision 2"},
		"Huffman class 2":                    {"\xff\xd8\xff\xc4\x00\x13\x20" + strings.Repeat("\x00", 16), failure.Corrupt, "Huffman table 0 of class 2"},
		"half a Huffman table":               {"\xff\xd8\xff\xc4\x00\x08\x00abcde", failure.Corrupt, "Huffman table cut short"},
		"a restart interval of 3":            {"\xff\xd8\xff\xdd\x00\x05abc", failure.Corrupt, "restart interval of 3 bytes"},
		"many segments":                      {"\xff\xd8" + strings.Repeat("\xff\xfe\x00\x02", 5000), failure.Corrupt, "more than 4096 segments"},
		"12 bits":                            {frameOf("\x0c\x00\x08\x00\x08\x01\x01\x11\x00"), failure.UnsupportedFormat, "12 bits per sample at byte 2"},
		"two components":                     {frameOf("\x08\x00\x08\x00\x08\x02\x01\x11\x00\x02\x11\x00"), failure.UnsupportedFormat, "2 components"},
		"a height in a later segment":        {frameOf("\x08\x00\x00\x00\x08\x01\x01\x11\x00"), failure.UnsupportedFormat, "DNL"},
		"no width":                           {frameOf("\x08\x00\x08\x00\x00\x01\x01\x11\x00"), failure.Corrupt, "width of 0"},
		"a factor of 5":                      {frameOf("\x08\x00\x08\x00\x08\x01\x01\x51\x00"), failure.Corrupt, "sampling factors 5 × 1"},
		"arithmetic coding":                  {string(arithmetic), failure.UnsupportedFormat, "arithmetic coding"},
		"lossless":                           {string(changed(t, plain, 1, "\xff\xc0", "\xff\xc3")), failure.UnsupportedFormat, "lossless JPEG"},
		"hierarchical":                       {string(changed(t, plain, 1, "\xff\xc0", "\xff\xc5")), failure.UnsupportedFormat, "hierarchical JPEG"},
		"hierarchical, DHP":                  {"\xff\xd8\xff\xde\x00\x02", failure.UnsupportedFormat, "hierarchical JPEG"},
		"JPEG-LS":                            {"\xff\xd8\xff\xf7\x00\x02", failure.UnsupportedFormat, "JPEG-LS"},
		"too many pixels":                    {frameOf("\x08\xff\xff\xff\xff\x01\x01\x11\x00") + "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00", failure.TooManyPixels, "65535 × 65535"},
		"too little data for its size":       {frameOf("\x08\x20\x00\x20\x00\x01\x01\x11\x00") + tablesOfOne + "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00", failure.Truncated, "pixels are missing"},
	} {
		t.Run(name, func(t *testing.T) {
			err := whole([]byte(c.file))
			if failure.KindOf(err) != c.code || !strings.Contains(err.Error(), c.say) {
				t.Errorf("got %v, want %s with %q", err, c.code, c.say)
			}
		})
	}
}

// scanOf returns a file with another header for its first scan.
func scanOf(t *testing.T, file []byte, header string) string {
	t.Helper()

	at := bytes.Index(file, []byte{0xff, t81.SOS})
	if at < 0 {
		t.Fatal("no scan")
	}

	end := at + 2 + int(binary.BigEndian.Uint16(file[at+2:]))

	return string(file[:at]) + "\xff\xda\x00" + string(rune(2+len(header))) + header + string(file[end:])
}

// frameOf returns a file that has only a frame header.
func frameOf(header string) string {
	return "\xff\xd8\xff\xc0\x00" + string(rune(2+len(header))) + header
}

// tablesOfOne has a quantization table, and Huffman tables with one code each: a zero bit
// for the symbol 0.
var tablesOfOne = "\xff\xdb\x00\x43\x00" + strings.Repeat("\x01", 64) +
	"\xff\xc4\x00\x26\x00\x01" + strings.Repeat("\x00", 16) + "\x10\x01" + strings.Repeat("\x00", 16)

// Damage that costs no pixel is ignored.
func TestDecode_ignoresHarmlessDamage(t *testing.T) {
	plain, restarts, many := picture420(sequential, 0), picture420(sequential, 2), picture420(progressive, 0)

	for name, pair := range map[string][2][]byte{
		"bytes before a segment":             {plain, changed(t, plain, 1, "\xff\xc4", "hello\xff\x00\xff\xff\xc4")},
		"a stray restart marker":             {plain, changed(t, plain, 1, "\xff\xc4", "\xff\xd5\xff\xc4")},
		"an unknown extension":               {plain, changed(t, plain, 1, "\xff\xc4", "\xff\xf0\x00\x03x\xff\xc4")},
		"no end marker":                      {plain, plain[:len(plain)-2]},
		"progressive, no end marker needed":  {many, many[:len(many)-2]},
		"bytes after the scan":               {plain, changed(t, plain, 1, "\xff\xd9", "hello\xff\xd9")},
		"bytes after the end marker":         {plain, append(bytes.Clone(plain), "hello"...)},
		"bytes before a restart":             {restarts, changed(t, restarts, 1, "\xff\xd1", "\x00\x01\xff\xff\xd1")},
		"an old restart marker":              {restarts, changed(t, restarts, 1, "\xff\xd1", "\xff\xd0\xff\xd1")},
		"a wrong restart marker":             {restarts, changed(t, restarts, 1, "\xff\xd1", "\xff\xd5")},
		"an unnecessary last restart marker": {restarts, changed(t, restarts, 1, "\xff\xd9", "\xff\xd3\xff\xd9")},
		"a long Adobe segment":               {plain, changed(t, plain, 1, "\xff\xc4", "\xff\xee\x00\x10Adobe\x00\x64\x00\x00\x00\x00\x01xy\xff\xc4")},
		"a number of lines (DNL)":            {plain, changed(t, plain, 1, "\xff\xd9", "\xff\xdc\x00\x04\x00\x32\xff\xd9")},
		"arithmetic coding conditioning":     {plain, changed(t, plain, 1, "\xff\xc4", "\xff\xcc\x00\x04\x00\x00\xff\xc4")},
	} {
		t.Run(name, func(t *testing.T) {
			want, _, err := decodeAll(context.Background(), pair[0], Target{}, Options{})
			if err != nil {
				t.Fatal(err)
			}

			got, _, err := decodeAll(context.Background(), pair[1], Target{}, Options{})
			if err != nil {
				t.Fatal(err)
			}

			for i := range want.Planes {
				if !bytes.Equal(want.Planes[i].Pix, got.Planes[i].Pix) {
					t.Errorf("component %d differs", i)
				}
			}
		})
	}
}

// A file that is cut at any byte yields an error. The same holds if an end marker follows
// the cut, except when nothing is missing.
func TestDecode_truncatedFile(t *testing.T) {
	for name, c := range map[string]struct {
		coding  coding
		between bool // cuts between scans look like fewer scans
	}{"sequential": {sequential, false}, "separate": {separate, false}, "progressive": {progressive, true}} {
		file := picture420(c.coding, 3)
		header, _ := ReadHeader(file)
		first := bytes.Index(file, []byte{0xff, t81.SOS})

		for cut := range len(file) - 2 {
			if err := whole(file[:cut]); cut > 1 && !failure.Is(err, failure.Truncated) {
				t.Errorf("%s, cut at %d: %v", name, cut, err)
			}

			closed := append(bytes.Clone(file[:cut]), 0xff, t81.EOI)
			if err := whole(closed); !c.between && cut > first+1 && !failure.Is(err, failure.Truncated) {
				t.Errorf("%s of %v, cut at %d and closed: %v", name, header, cut, err)
			}
		}
	}
}

func TestDecode_limitsWork(t *testing.T) {
	// A scan of AC coefficients that ends the band in 32,767 blocks with one symbol.
	file := []byte(frameOf("\x08\x04\x00\x04\x00\x01\x01\x11\x00") + "\xff\xdb\x00\x43\x00" + strings.Repeat("\x01", 64) +
		"\xff\xc4\x00\x26\x00\x01" + strings.Repeat("\x00", 16) + "\x10\x01" + strings.Repeat("\x00", 15) + "\xe0")
	file[3] = t81.SOF2
	file = append(file, "\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00"...)
	file = append(file, make([]byte, 1<<14/8)...)
	scan := "\xff\xda\x00\x08\x01\x01\x00\x01\x3f\x00\x00\x00\x00\x00"

	for count, want := range map[int]failure.Kind{10: "", 10_000: failure.Corrupt} {
		bomb := append(append(bytes.Clone(file), strings.Repeat(scan, count)...), 0xff, t81.EOI)
		if err := whole(bomb); failure.KindOf(err) != want {
			t.Errorf("%d scans: %v", count, err)
		}
	}
}

func TestDecode_contextCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()

	for name, coding := range map[string]coding{"sequential": sequential, "progressive": progressive} {
		for threads := range 3 {
			_, _, err := decodeAll(ctx, picture420(coding, 0), Target{}, Options{Threads: threads})
			if !errors.Is(err, context.Canceled) || failure.KindOf(err) != "" {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestDecode_checksOptions(t *testing.T) {
	file := picture420(sequential, 0)

	for _, scale := range []int{-1, 3, 16} {
		if _, _, err := decodeAll(context.Background(), file, Target{Scale: scale}, Options{}); err == nil || failure.KindOf(err) != "" {
			t.Errorf("scale %d: %v", scale, err)
		}
	}

	if _, _, err := decodeAll(context.Background(), file, Target{}, Options{MaxPixels: 2999}); !failure.Is(err, failure.TooManyPixels) {
		t.Errorf("3000 pixels where 2999 are allowed: %v", err)
	}

	if _, region, err := decodeAll(context.Background(), file, Target{Region: image.Rect(500, 500, 600, 600)}, Options{}); err != nil || region != image.Rect(0, 0, 60, 50) {
		t.Errorf("a region outside the image: %v, %v", region, err)
	}
}
