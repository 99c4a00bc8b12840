package decoder

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
)

// blockCases yields blocks and quantization tables: some as in photos, some as only in
// damaged files.
func blockCases(yield func(name string, block, quants *coefficients) bool) {
	random := rand.New(rand.NewPCG(5, 6))
	extremes := []int16{math.MinInt16, math.MaxInt16, -1, 0, 1, 255}

	for try := range 20_000 {
		var block, quants coefficients

		name := [...]string{"photo", "sparse", "wild", "extreme"}[try%4]

		for i := range block {
			quants[i] = int16(1 + random.IntN(40))

			switch name {
			case "photo":
				block[i] = int16(random.NormFloat64() * 20)
			case "sparse":
				if random.IntN(16) == 0 {
					block[i] = int16(random.IntN(200) - 100)
				}
			case "wild":
				block[i], quants[i] = int16(random.Uint32()), int16(random.IntN(1<<15))
			case "extreme":
				block[i], quants[i] = extremes[random.IntN(len(extremes))], extremes[1+random.IntN(5)]&math.MaxInt16
			}
		}

		if !yield(name, &block, &quants) {
			return
		}
	}
}

func TestKernelsEqualPlainGo(t *testing.T) {
	if !hasKernels() {
		t.Skip("no vector kernels for this processor")
	}

	const stride = 11

	for name, pair := range map[string][2]func(block, quants *coefficients, samples []byte, stride int){
		"8 × 8": {transform8, kernel8}, "4 × 4": {transform4, kernel4},
	} {
		var want, got [8 * stride]byte

		blockCases(func(kind string, block, quants *coefficients) bool {
			pair[0](block, quants, want[:], stride)
			pair[1](block, quants, got[:], stride)

			if got != want {
				t.Errorf("%s of a %s block %v by %v:\ngot  %v\nwant %v", name, kind, block, quants, got, want)
			}

			return got == want
		})
	}
}

// The short form for blocks with few coefficients equals the whole transform.
func TestCornerEqualsTransform(t *testing.T) {
	blockCases(func(kind string, block, quants *coefficients) bool {
		for k, place := range placements[8].of {
			if k > lastOfCorner {
				block[place] = 0
			}
		}

		var got, want [64]byte

		transform8(block, quants, want[:], 8)
		transform8Corner(block, quants, got[:], 8)

		if got != want {
			t.Errorf("a %s block %v by %v:\ngot  %v\nwant %v", kind, block, quants, got, want)
		}

		return got == want
	})
}

// The short form for a block with only a DC coefficient equals the transforms.
func TestFlatEqualsTransforms(t *testing.T) {
	for _, divisor := range []int16{0, 1, 3, 255, math.MaxInt16} {
		for dc := math.MinInt16; dc <= math.MaxInt16; dc += 7 {
			block, quants := coefficients{int16(dc)}, coefficients{divisor}

			for side, transform := range map[int]func(block, quants *coefficients, samples []byte, stride int){
				8: transform8, 4: transform4, 2: transform2,
			} {
				var got, want [64]byte

				transform(&block, &quants, want[:], 8)
				flat(int16(dc), divisor, got[:], 8, side)

				if got != want {
					t.Fatalf("side %d, %d × %d: got %v, want %v", side, dc, divisor, got, want)
				}
			}
		}
	}
}

// The results of the transforms differ from those of the definition (A.3.3) only by
// rounding. For a transform of N × N coefficients, this is the definition at N/8 of the
// scale.
func TestTransformsFollowTheDefinition(t *testing.T) {
	for side, transform := range map[int]func(block, quants *coefficients, samples []byte, stride int){
		8: transform8, 4: transform4, 2: transform2,
	} {
		random := rand.New(rand.NewPCG(7, 8))
		worst := 0.0

		for range 500 {
			var block, quants coefficients

			natural := make([]float64, side*side) // by row and column

			for k, place := range placements[side].of {
				row, column := zigzagRowColumn(k)
				if row >= side || column >= side {
					continue
				}

				quants[place] = int16(1 + random.IntN(20))
				block[place] = int16(random.NormFloat64() * 6)
				natural[row*side+column] = float64(block[place]) * float64(quants[place])
			}

			samples := make([]byte, side*side)
			transform(&block, &quants, samples, side)

			for i, want := range definition(natural, side) {
				want = min(max(want*float64(side)/8+128, 0), 255)
				worst = max(worst, math.Abs(want-float64(samples[i])))
			}
		}

		if worst > 0.6 { // Half a level is rounding.
			t.Errorf("side %d: %.3f levels off", side, worst)
		}
	}
}

// zigzagRowColumn computes the zigzag order (A.3.6) independently, along its diagonals.
func zigzagRowColumn(k int) (row, column int) {
	for range k {
		up := (row+column)%2 == 0

		switch {
		case up && column == 7, !up && row < 7 && column == 0:
			row++
		case up && row == 0, !up && row == 7:
			column++
		case up:
			row, column = row-1, column+1
		default:
			row, column = row+1, column-1
		}
	}

	return row, column
}

// definition is the orthonormal inverse DCT.
func definition(block []float64, side int) []float64 {
	out := make([]float64, len(block))

	basis := func(k, n int) float64 {
		scale := math.Sqrt(2 / float64(side))
		if k == 0 {
			scale = math.Sqrt(1 / float64(side))
		}

		return scale * math.Cos(float64((2*n+1)*k)*math.Pi/float64(2*side))
	}

	for y := range side {
		for x := range side {
			for v := range side {
				for u := range side {
					out[y*side+x] += block[v*side+u] * basis(u, x) * basis(v, y)
				}
			}
		}
	}

	return out
}

func BenchmarkTransforms(b *testing.B) {
	random := rand.New(rand.NewPCG(9, 10))

	var block, quants coefficients
	for i := range block {
		block[i], quants[i] = int16(random.NormFloat64()*10), 3
	}

	samples := bytes.Repeat([]byte{0}, 64)

	for name, transform := range map[string]func(block, quants *coefficients, samples []byte, stride int){
		"8 Go": transform8, "corner Go": transform8Corner, "8 vector": kernel8, "4 Go": transform4, "4 vector": kernel4, "2 Go": transform2,
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				transform(&block, &quants, samples, 8)
			}
		})
	}
}
