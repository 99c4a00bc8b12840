package decoder

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/jpeg/t81"
	"triptych/picture/planes"
)

// onlyHere lists parts of the errors of image/jpeg for files that it rejects and this
// package accepts.
var onlyHere = []string{
	"luma/chroma subsampling",       // any sampling factors
	"unknown color model",           // CMYK without Adobe's segment
	"bad Td value",                  // baseline files with more than two tables
	"bad Ta value",                  // the same
	"bad Th value",                  // the same
	"unknown marker",                // those that libjpeg ignores: TEM, DAC, DNL, extensions
	"Huffman table has zero length", // as in libjpeg, if the table is not used
	"missing 0xff00 sequence",       // fill bytes before a stuffed zero
	"bad RST marker",                // markers with wrong numbers, if later numbers are right again
}

// onlyThere lists parts of the errors of this package for files that image/jpeg accepts.
var onlyThere = []string{
	"without its quantization table", // image/jpeg uses zeros
	"invalid codes or symbols",       // not a prefix code, a code of ones only, a DC size over 15
	"pixels are missing",             // a component without a scan; a scan that was cut at scale 1/8
	"misplaced Huffman code",         // EOBn in a sequential scan, a DC size of 16, a run out of the block
	"visit each block more than",     // bounds
	"more than 500 scans",            //
	"more than 4096 segments",        //
	"quantization table cut short",   // image/jpeg accepts a table that has only its number
	"width of 0", "(DNL)",            // image/jpeg accepts images without pixels
	"hierarchical JPEG",          // DHP, EXP: unknown to image/jpeg
	"bit 0 to 14", "bit 0 to 15", // low bits that no coefficient has (G.1.1.1.1)
	"without its Huffman tables",      // a table that no block of the scan uses
	"restart marker", "where restart", // in scans of one component, image/jpeg counts other MCUs
	"within a scan", "second frame", //
}

// peculiar reports whether image/jpeg is known to read a file differently.
func peculiar(t *testing.T, file []byte, header Header) bool {
	t.Helper()

	first := bytes.Index(file, []byte{0xff, t81.SOS})
	scans := bytes.Count(file, []byte{0xff, t81.SOS})
	single := scans > 1 && len(header.Sampling) > 1

	switch {
	case bytes.LastIndex(file, []byte{0xff, t81.DQT}) > first:
		return true // It uses the last table.
	case bytes.Contains(file, []byte{0xff, t81.TEM}):
		return true // It reads a length after this marker.
	case bytes.Contains(file, []byte{0xff, 0xff, 0}):
		return true // It mistakes the zero after fill bytes for a marker.
	case !header.Progressive && scans > 1 && scans != len(header.Sampling):
		return true // It continues after complete data.
	case single && bytes.Contains(file, []byte{0xff, t81.DRI}):
		return true // It counts restart intervals in MCUs of the frame.
	}

	for _, s := range header.Sampling {
		if single && (s.Across == 2 && header.Sampling[0].Across == 4) {
			return true // It reads blocks that do not exist in a scan of one component.
		}
	}

	return header.Progressive && runsOut(file)
}

// runsOut reports whether a run of blocks leads out of a progressive scan. image/jpeg
// continues such a run in the next scan.
func runsOut(file []byte) (out bool) {
	if d := lookOver(file); d != nil {
		for _, s := range d.scans {
			out = out || s.from > 0 && s.run > 0
		}
	}

	return out
}

// asRead returns the part of a file that Decode reads, plus an end marker, because
// image/jpeg continues after complete data.
func asRead(file []byte) []byte {
	end := len(file)

	if d := lookOver(file); d != nil && !d.frame.progressive && d.allScanned() {
		end, _ = d.nextMarker(d.scans[len(d.scans)-1].bits.pos)
	}

	return append(bytes.Clone(file[:end]), 0xff, t81.EOI)
}

// lookOver decodes a file without a target, if its beginning is valid.
func lookOver(data []byte) *decoder {
	d := &decoder{file: file{data: data}, ctx: context.Background(), side: 1, thorough: true}
	if d.open(0) != nil {
		return nil
	}

	d.arrange()

	if d.run() != nil {
		return nil
	}

	return d
}

// Decode returns an error or an image for any bytes. The result is that of image/jpeg,
// except for the listed differences.
func FuzzDecode(f *testing.F) {
	random := rand.New(rand.NewPCG(3, 4))

	for _, name := range slices.Sorted(maps.Keys(samplings)) {
		factors := samplings[name]
		for _, c := range []coding{sequential, separate, progressive} {
			c = c.of(len(factors), random.IntN(2)*2)
			c.adobe = random.IntN(4) - 1
			f.Add(randomDrawing(random, 1+random.IntN(40), 1+random.IntN(30), 0.3, factors...).encode(random, c), byte(0), byte(0))
		}
	}

	files, err := filepath.Glob("../../testdata/*.jpg")
	if err != nil || len(files) == 0 {
		f.Fatal("no files", err)
	}

	for i, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}

		f.Add(file, byte(i), byte(i*9))
	}

	f.Fuzz(func(t *testing.T, file []byte, scale, part byte) {
		if header, err := ReadHeader(file); len(file) > 1<<16 || err == nil && header.Width*header.Height > 40_000 {
			t.Skip("too large to be quick")
		}

		// image/jpeg may allocate memory for a header that this package rejects.
		if config, err := jpeg.DecodeConfig(bytes.NewReader(file)); err == nil && config.Width*config.Height > 40_000 {
			t.Skip("too large for image/jpeg")
		}

		got, _, err := decodeAll(context.Background(), file, Target{}, Options{})
		small, region, smallErr := decodeAll(context.Background(), file, Target{
			Scale: 1 << (scale & 3), Region: image.Rect(int(part), int(part)/2, int(part)+9, int(part)/2+9),
		}, Options{Threads: 1 + int(scale>>2&1)})

		// Scale 8 reads less data, and so finds fewer errors.
		if (err == nil) != (smallErr == nil) && (err == nil || scale&3 != 3) {
			t.Errorf("whole: %v, small: %v", err, smallErr)
		}

		if smallErr == nil && small.Width != ceil(region.Dx(), 1<<(scale&3)) {
			t.Errorf("%d wide, of %v", small.Width, region)
		}

		want, wantErr := jpeg.Decode(bytes.NewReader(asRead(file)))

		switch {
		case err == nil && wantErr == nil:
			if header, _ := ReadHeader(file); !peculiar(t, file, header) {
				alike(t, got, want)
			}
		case err == nil:
			if !mentions(wantErr.Error(), onlyHere) {
				if header, _ := ReadHeader(file); !peculiar(t, file, header) {
					t.Errorf("image/jpeg says %v", wantErr)
				}
			}
		default:
			if failure.KindOf(err) == "" {
				t.Errorf("not a failure: %v", err)
			}

			if header, headErr := ReadHeader(file); wantErr == nil && !mentions(err.Error(), onlyThere) && (headErr != nil || !peculiar(t, file, header)) {
				t.Errorf("image/jpeg reads it: %v", err)
			}
		}
	})
}

func mentions(message string, parts []string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(message, part) })
}

// alike compares planes with those of image/jpeg, block by block. It ignores blocks with
// a sample at the end of the range. Only these can have coefficients so large that the
// two decoders treat overflow differently.
func alike(t *testing.T, got *planes.Image, picture image.Image) {
	t.Helper()

	var want [][]byte

	var strides []int

	switch p := picture.(type) {
	case *image.Gray:
		want, strides = [][]byte{p.Pix}, []int{p.Stride}
	case *image.YCbCr:
		want, strides = [][]byte{p.Y, p.Cb, p.Cr}, []int{p.YStride, p.CStride, p.CStride}
	default:
		return // CMYK and RGB are interleaved; TestModels compares them.
	}

	if size := picture.Bounds().Size(); size != image.Pt(got.Width, got.Height) {
		t.Fatalf("%d × %d, want %v", got.Width, got.Height, size)
	}

	for i := range got.Planes {
		plane := &got.Planes[i]

		for y := 0; y < plane.Height; y += 8 {
			for x := 0; x < plane.Width; x += 8 {
				if worst := blockDistance(plane, want[i], strides[i], x, y); worst > 4 {
					t.Fatalf("component %d differs by %d in the block at %d, %d", i, worst, x, y)
				}
			}
		}
	}
}

// blockDistance returns the largest difference in a block, or 0 if a sample is at the end
// of its range.
func blockDistance(plane *planes.Plane, want []byte, stride, left, top int) (worst int) {
	for y := top; y < min(top+8, plane.Height); y++ {
		for x := left; x < min(left+8, plane.Width); x++ {
			a, b := plane.Row(y)[x], want[y*stride+x]
			if a == 0 || a == 255 || b == 0 || b == 255 {
				return 0
			}

			worst = max(worst, int(a)-int(b), int(b)-int(a))
		}
	}

	return worst
}
