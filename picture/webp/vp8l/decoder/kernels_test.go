package decoder

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPredictRun_kernels(t *testing.T) {
	if !hasKernels() {
		t.Skip("no kernels for this processor")
	}

	random := rand.New(rand.NewPCG(3, 4))

	for n := range 20000 {
		width := 2 + random.IntN(70)
		row, above := randomPixels(random, width), randomPixels(random, width+1)
		x := 1 + random.IntN(width-1)
		end := x + 1 + random.IntN(width-x)
		mode := uint8(n % 16)
		plain := slices.Clone(row)

		predictRun(mode, plain, above, x, end)

		if !predictKernel(mode, row, above, x, end) {
			if mode > 0 && mode < 14 {
				t.Fatalf("mode %d has no kernel", mode)
			}

			continue
		}

		if !slices.Equal(row, plain) {
			t.Fatalf("mode %d, pixels %d to %d of %d: the kernel makes other pixels", mode, x, end, width)
		}
	}
}

func TestTransforms_kernels(t *testing.T) {
	if !hasKernels() {
		t.Skip("no kernels for this processor")
	}

	random := rand.New(rand.NewPCG(5, 6))

	for range 20000 {
		row := randomPixels(random, 1+random.IntN(70))
		plain := slices.Clone(row)
		multipliers := random.Uint32()

		addColors(plain, multipliers)
		addColorsKernel(row, multipliers)

		if !slices.Equal(row, plain) {
			t.Fatalf("multipliers %#x: the kernel makes other pixels", multipliers)
		}

		addGreen(plain)
		addGreenKernel(row)

		if !slices.Equal(row, plain) {
			t.Fatal("green: the kernel makes other pixels")
		}
	}
}

// randomPixels returns noise around a level, so that some sums are limited.
func randomPixels(random *rand.Rand, count int) []uint32 {
	pixels := make([]uint32, count)
	level, spread := random.IntN(256), 1+random.IntN(256)

	for i := range pixels {
		for range 4 {
			pixels[i] = pixels[i]<<8 | uint32(max(0, min(level+random.IntN(spread)-spread/2, 255)))
		}
	}

	return pixels
}
