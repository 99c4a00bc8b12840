package hevc

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestKernel_plainGo compares the kernel with plain Go, also for the largest coefficients.
func TestKernel_plainGo(t *testing.T) {
	if !hasKernels {
		t.Skip("no kernels for this processor")
	}

	random := rand.New(rand.NewPCG(5, 6))

	for i := range 2000 {
		log2, depth := 3+random.IntN(3), 8+random.IntN(5)
		size := 1 << log2

		var kernel residual

		kernel.columns, kernel.rows = 1+random.IntN(size), 1+random.IntN(size)
		most := int32(1) << (1 + random.IntN(15))

		for y := range kernel.rows {
			for x := range kernel.columns {
				value := min(random.Int32N(2*most+1)-most, math.MaxInt16)
				if i%4 == 0 {
					value = []int32{math.MinInt16, math.MaxInt16}[random.IntN(2)]
				}

				kernel.coefficients[y*size+x] = value
			}
		}

		for y := range kernel.between { // The rests of an earlier block.
			for x := range kernel.between[y] {
				kernel.between[y][x] = int16(random.IntN(1 << 15))
			}
		}

		plain := kernel
		plain.inverseDCT(log2, depth)
		kernel.kernel(log2, depth)

		for at := range size * size {
			if kernel.samples[at] != plain.samples[at] {
				t.Fatalf("%d × %d samples of %d bits, %d × %d coefficients: %d at %d, want %d",
					size, size, depth, kernel.columns, kernel.rows, kernel.samples[at], at, plain.samples[at])
			}
		}
	}
}
