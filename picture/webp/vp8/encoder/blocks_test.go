package encoder

import (
	"math"
	"math/rand/v2"
	"testing"

	"triptych/picture/webp/vp8"
)

func randomBlock(random *rand.Rand, spread int) (b vp8.Block) {
	for i := range b {
		b[i] = byte(min(max(128+random.IntN(2*spread+1)-spread, 0), 255))
	}

	return b
}

func TestForwardDCT_inverse(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))

	for range 20_000 {
		var (
			c    vp8.Coefficients
			made vp8.Block
		)

		samples, prediction := randomBlock(random, 1+random.IntN(128)), randomBlock(random, 1+random.IntN(128))
		forwardDCT(&c, &samples, &prediction)
		vp8.InverseDCT(&made, &prediction, &c)

		for i := range made {
			if d := int(made[i]) - int(samples[i]); d < -1 || d > 1 {
				t.Fatalf("sample %d is %d, not %d", i, made[i], samples[i])
			}
		}
	}
}

func TestForwardDCT_energy(t *testing.T) {
	// The inverse transform divides energy by four.
	random := rand.New(rand.NewPCG(4, 4))

	for range 200 {
		var c vp8.Coefficients

		samples, prediction := randomBlock(random, 120), randomBlock(random, 120)
		forwardDCT(&c, &samples, &prediction)

		energy := 0.
		for _, v := range c {
			energy += float64(v) * float64(v)
		}

		if ratio := energy / (4 * float64(squares(&samples, &prediction))); math.Abs(ratio-1) > 0.01 {
			t.Fatalf("the energies differ by a factor of %.3f", ratio)
		}
	}
}

func TestForwardWHT_inverse(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))

	for range 20_000 {
		var dc vp8.Coefficients
		for i := range dc {
			dc[i] = int16(random.IntN(4081) - 2040)
		}

		c := forwardWHT(&dc)
		made := vp8.InverseWHT(&c)

		for i := range made {
			if d := made[i] - dc[i]; d < -1 || d > 1 {
				t.Fatalf("coefficient %d is %d, not %d", i, made[i], dc[i])
			}
		}
	}
}

func TestSteps_quantize(t *testing.T) {
	for index := range vp8.QuantizerIndices {
		s := newSteps(vp8.Quantizer{Index: index}.Steps().Y1)

		for value := -2100; value <= 2100; value += 7 {
			var levels vp8.Coefficients

			c := vp8.Coefficients{0: int16(value), 15: int16(value)}
			end := s.quantize(&levels, &c, 0)

			for _, n := range []int{0, 15} {
				size := float64(s.size[min(n, 1)])
				want := math.Floor(math.Abs(float64(value))/size + math.Floor(size*0.4)/size)

				if got := math.Abs(float64(levels[n])); got != want {
					t.Fatalf("index %d: the level of %d is %v, not %v", index, value, got, want)
				}

				if int(c[n]) != int(levels[n])*int(s.size[min(n, 1)]) {
					t.Fatalf("index %d: level %d has the value %d", index, levels[n], c[n])
				}
			}

			if (end == 0) != (levels == vp8.Coefficients{}) || end > 0 && levels[end-1] == 0 {
				t.Fatalf("the end of %v is %d", levels, end)
			}
		}
	}
}

func TestLeast(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))

	for range 1000 {
		values := make([]int, 10)
		for i := range values {
			values[i] = random.IntN(20)
		}

		order := make([]uint8, 1+random.IntN(10))
		least(values, order)

		chosen := map[uint8]bool{}

		for i, at := range order {
			chosen[at] = true

			if i > 0 && values[order[i-1]] > values[at] {
				t.Fatalf("%v: %v is not in order", values, order)
			}
		}

		for i, value := range values {
			if !chosen[uint8(i)] && value < values[order[len(order)-1]] {
				t.Fatalf("%v: %v misses %d", values, order, i)
			}
		}

		if len(chosen) != len(order) {
			t.Fatalf("%v: %v repeats an index", values, order)
		}
	}
}

func TestCosts_block(t *testing.T) {
	// The cost of a block is that of its decisions.
	var c coder

	random := rand.New(rand.NewPCG(8, 8))

	for range 2000 {
		c.begin(1, 1)

		kind, context := vp8.Kind(random.IntN(vp8.Kinds)), random.IntN(vp8.Contexts)
		first, end := 0, 0

		if kind == vp8.LumaAfterY2 {
			first = 1
		}

		var levels vp8.Coefficients

		for n := first; n < vp8.BlockSize; n++ {
			if random.IntN(3) == 0 {
				levels[n] = int16(math.Exp(random.Float64()*math.Log(mostLevel))) * int16(1-2*random.IntN(2))
				end = n + 1
			}
		}

		c.record(kind, context, first, &levels, end)

		sum := 0

		table := c.probabilityTable()

		for _, piece := range c.tape.pieces() {
			for ; len(piece) > 0; piece = piece[decisionBytes:] {
				d := decisionAt(piece)
				sum += cost(d&one != 0, table[d&^one])
			}
		}

		if got := c.costs.block(kind, context, first, &levels, end); got != sum {
			t.Fatalf("%v costs %d, not %d", levels, got, sum)
		}
	}
}

func TestIndexOf(t *testing.T) {
	for quality, want := range map[int]int{0: 127, 50: 39, 75: 26, 80: 20, 90: 9, 100: 0} {
		if got := indexOf(quality); got != want {
			t.Errorf("quality %d has the index %d, not %d", quality, got, want)
		}
	}

	for quality := range 100 {
		if indexOf(quality+1) > indexOf(quality) {
			t.Errorf("quality %d is coarser than %d", quality+1, quality)
		}
	}
}
