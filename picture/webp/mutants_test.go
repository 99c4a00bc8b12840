package webp

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"triptych/picture/planes"
	lossy "triptych/picture/webp/vp8/decoder"
	lossless "triptych/picture/webp/vp8l/decoder"
)

// libwebp decodes a file by dwebp. It returns the planes of a lossy image and its alpha, one after
// the other, or the pixels of a lossless one.
func libwebp(t testing.TB, folder string, file []byte, isLossless bool) ([]byte, error) {
	t.Helper()

	in, out := filepath.Join(folder, "a.webp"), filepath.Join(folder, "a.out")
	if err := os.WriteFile(in, file, 0o600); err != nil {
		t.Fatal(err)
	}

	as := "-yuv"
	if isLossless {
		as = "-pam"
	}

	if message, err := exec.Command("dwebp", "-quiet", "-nodither", as, in, "-o", out).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, message)
	}

	made, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}

	return made, nil
}

// planesOf returns the same of an image, with the range that lossy samples have in planes.
func planesOf(p *Picture) ([]byte, error) {
	var all []byte

	if p.lossless {
		d, err := lossless.New(p.bitstream, lossless.Options{MaxBytes: maxReviewBytes})
		if err != nil {
			return nil, err
		}

		for range d.Height {
			row, err := d.Next()
			if err != nil {
				return nil, err
			}

			for _, pixel := range row {
				all = append(all, byte(pixel>>16), byte(pixel>>8), byte(pixel), byte(pixel>>24))
			}
		}

		return all, nil
	}

	var whole planes.Whole
	if err := lossy.Decode(context.Background(), p.bitstream, &whole); err != nil {
		return nil, err
	}

	for _, plane := range whole.Image.Planes {
		all = append(all, plane.Pix...)
	}

	rows, err := newAlphaRows(p, maxReviewBytes)
	if err != nil || rows.opaque {
		return all, err
	}

	for range p.Area.Dy() {
		row, err := rows.next()
		if err != nil {
			return nil, err
		}

		all = append(all, row...)
	}

	return all, nil
}

// toFullRange widens the range of the planes that dwebp writes.
func toFullRange(samples []byte, width, height int) {
	widen := func(sample, zero, width, target float64) byte {
		return byte(min(max(target+math.Round((sample-zero)*255/width), 0), 255))
	}

	luma, chroma := width*height, (width+1)/2*((height+1)/2)
	for i, sample := range samples[:luma+2*chroma] {
		if i < luma {
			samples[i] = widen(float64(sample), 16, 219, 0)
		} else {
			samples[i] = widen(float64(sample), 128, 224, 128)
		}
	}
}

// seedImage has all levels of alpha, flat areas, gradients and noise.
func seedImage(width, height int) image.Image {
	random := rand.New(rand.NewPCG(3, 4))
	img := image.NewNRGBA(image.Rect(0, 0, width, height))

	for y := range height {
		for x := range width {
			c := color.NRGBA{uint8(x * 3), uint8(y * 4), uint8(x + y), uint8(x * 4)}
			if x/20%3 == 1 {
				c = color.NRGBA{uint8(random.Uint32()), 40, uint8(random.Uint32()), uint8(random.Uint32())}
			}

			img.SetNRGBA(x, y, c)
		}
	}

	return img
}

// seeds encodes an image by libwebp in many ways.
func seeds(t testing.TB, folder string) map[string][]byte {
	t.Helper()

	var file bytes.Buffer
	if err := png.Encode(&file, seedImage(75, 53)); err != nil {
		t.Fatal(err)
	}

	in, out := filepath.Join(folder, "seed.png"), filepath.Join(folder, "seed.webp")
	if err := os.WriteFile(in, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}

	made := map[string][]byte{}

	for _, options := range []string{
		"-q 60 -noalpha", "-q 20 -segments 4 -sns 100 -noalpha", "-q 90 -f 80 -sharpness 4 -noalpha", "-q 50 -nostrong -noalpha",
		"-q 60", "-q 60 -alpha_filter none", "-q 60 -alpha_filter best", "-q 60 -alpha_method 0", "-q 60 -alpha_q 20",
		"-q 60 -alpha_q 0", "-z 0", "-z 3", "-z 6", "-z 9", "-z 6 -exact", "-near_lossless 20", "-z 6 -noalpha",
	} {
		arguments := append(strings.Fields(options), "-quiet", in, "-o", out)
		if message, err := exec.Command("cwebp", arguments...).CombinedOutput(); err != nil {
			t.Fatalf("cwebp %s: %v\n%s", options, err, message)
		}

		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}

		made[options] = data
	}

	return made
}

// mutated changes bytes of the chunks of the image, or cuts the last one.
func mutated(random *rand.Rand, file []byte) []byte {
	made := bytes.Clone(file)

	p, err := First(made)
	if err != nil {
		return made
	}

	chunk := p.bitstream
	if p.alpha != nil && random.IntN(2) == 0 {
		chunk = p.alpha
	}

	switch random.IntN(6) {
	case 0: // Zeros at the end: codes and tokens go on.
		clear(chunk[len(chunk)-1-random.IntN(min(len(chunk)-1, 200)):])
	case 1: // At the start, where the headers are.
		for range 1 + random.IntN(3) {
			chunk[random.IntN(min(len(chunk), 40))] ^= 1 << random.IntN(8)
		}
	case 2: // A shorter chunk.
		return shortened(p, len(chunk)-1-random.IntN(min(len(chunk)-1, 60)), &chunk[0] == &p.bitstream[0])
	default:
		for range 1 + random.IntN(3) {
			chunk[random.IntN(len(chunk))] = byte(random.Uint32())
		}
	}

	return made
}

// shortened returns a file with fewer bytes of the bitstream or of the alpha.
func shortened(p *Picture, length int, bitstream bool) []byte {
	short := *p
	if bitstream {
		short.bitstream = short.bitstream[:length]
	} else {
		short.alpha = short.alpha[:length]
	}

	var body []byte

	kind := "VP8 "
	if p.lossless {
		kind = "VP8L"
	}

	if p.alpha != nil {
		body = chunk(extended(flagAlpha, p.Canvas.X, p.Canvas.Y), "ALPH", short.alpha)
	}

	made, err := riff(chunk(body, kind, short.bitstream))
	if err != nil {
		return nil
	}

	return made
}

// TestReview_mutants compares Review and the decoder with libwebp on damaged files: the same
// files are rejected, and the others have the same samples. WEBP_MUTANTS sets the number.
func TestReview_mutants(t *testing.T) {
	for _, program := range []string{"cwebp", "dwebp"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}

	count := 200
	if text := os.Getenv("WEBP_MUTANTS"); text != "" {
		count, _ = strconv.Atoi(text)
	}

	folder := t.TempDir()
	all := seeds(t, folder)
	accepted, rejected, lenient := 0, 0, 0

	names := slices.Sorted(maps.Keys(all))

	for i := range count {
		random := rand.New(rand.NewPCG(uint64(i), 5))
		name := names[random.IntN(len(names))]
		file := mutated(random, all[name])

		_, err := Review(context.Background(), file)
		p, firstErr := First(file)
		want, wantErr := libwebp(t, folder, file, strings.HasPrefix(name, "-z") || strings.HasPrefix(name, "-near"))

		// libwebp accepts some files whose last bits are missing: it reads the padding and other
		// chunks, or what it has in a register. It also accepts impossible partitions.
		if wantErr == nil && err != nil && (strings.Contains(err.Error(), "missing") || strings.Contains(err.Error(), "0xff")) {
			lenient++

			continue
		}

		if (err == nil) != (wantErr == nil) {
			t.Errorf("mutant %d of %q: Review returns %v, libwebp %v", i, name, err, wantErr)
			keepMutant(t, i, file)

			continue
		}

		if err != nil {
			rejected++

			if firstErr == nil {
				if _, err := planesOf(p); err == nil {
					t.Errorf("mutant %d of %q is decoded", i, name)
				}
			}

			continue
		}

		accepted++

		got, err := planesOf(p)
		if err != nil {
			t.Errorf("mutant %d of %q is not decoded: %v", i, name, err)

			continue
		}

		if p.lossless {
			want = want[max(0, len(want)-len(got)):]
		} else {
			toFullRange(want, p.Area.Dx(), p.Area.Dy())
		}

		if !bytes.Equal(got, want) {
			t.Errorf("mutant %d of %q has other samples than in libwebp", i, name)
			keepMutant(t, i, file)
		}
	}

	t.Logf("%d mutants were accepted and %d rejected, and %d only by this package", accepted, rejected, lenient)

	if accepted < count/20 || rejected < count/20 || lenient > count/100 {
		t.Error("the mutants are not of all kinds")
	}
}

// keepMutant writes a file to the folder that WEBP_KEEP names.
func keepMutant(t testing.TB, number int, file []byte) {
	t.Helper()

	if folder := os.Getenv("WEBP_KEEP"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("mutant%d.webp", number)), file, 0o600); err != nil {
			t.Error(err)
		}
	}
}
