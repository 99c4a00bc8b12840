package encoder

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"triptych/picture/jpeg/t81"
)

// samples returns neighboring blocks. kind selects their contents.
func samples(random *rand.Rand, kind, stride int) []byte {
	src := make([]byte, 8*stride)
	base := byte(random.Uint32())

	for i := range src {
		switch kind % 6 {
		case 0:
			src[i] = byte(random.Uint32())
		case 1:
			src[i] = byte(int8(random.Uint32()) >> 7) // black and white
		case 2:
			src[i] = base // flat
		case 3:
			src[i] = byte(i%stride*5 + i/stride*3) // a ramp
		case 4:
			src[i] = 255 * byte((i+i/stride)&1) // fine lines
		case 5:
			src[i] = base + byte(random.IntN(3)) // nearly flat
		}
	}

	return src
}

func TestForward_equalsT81(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	q := newQuantizer(0, scaledTable(0, 100)) // All steps 1.
	total, count := 0.0, 0.0

	for kind := range 600 {
		src := samples(random, kind, 8)

		var block [t81.BlockSize]int16

		mask := forwardPlain(src, 8, q, &block)

		for u := range 8 {
			for v := range 8 {
				sum := 0.0

				for y := range 8 {
					for x := range 8 {
						sum += (float64(src[8*y+x]) - 128) *
							math.Cos(float64(2*x+1)*float64(u)*math.Pi/16) * math.Cos(float64(2*y+1)*float64(v)*math.Pi/16)
					}
				}

				for _, frequency := range []int{u, v} {
					if frequency == 0 {
						sum /= math.Sqrt2
					}
				}

				got := block[8*u+v]
				off := math.Abs(float64(got) - sum/4)
				total, count = total+off, count+1

				// ½ for the rounding to integers, the rest for the rounding between the
				// passes.
				if off > 0.75 {
					t.Fatalf("kind %d: coefficient (%d, %d) is %d, want %.3f", kind, u, v, got, sum/4)
				}

				k := 0
				for int(t81.Zigzag[k]) != 8*v+u {
					k++
				}

				if (mask>>k&1 == 1) != (got != 0) {
					t.Fatalf("kind %d: bit %d of the mask is %d for %d", kind, k, mask>>k&1, got)
				}
			}
		}
	}

	if mean := total / count; mean > 0.26 { // Rounding by itself causes ¼.
		t.Errorf("off by %.3f in the mean", mean)
	}
}

func TestForward_plainGoEqualsAssembly(t *testing.T) {
	if !accelerated {
		t.Skip("there is no assembly for this machine")
	}

	random := rand.New(rand.NewPCG(2, 2))

	for _, quality := range []int{1, 10, 50, 75, 80, 95, 100} {
		for component := range planesAtMost {
			q := newQuantizer(component, scaledTable(component, quality))

			for kind := range 300 {
				count := 2 * (1 + kind%3)
				stride := 8*count + kind%7
				src := samples(random, kind, stride)[:7*stride+8*count] // Nothing after the last sample.

				var fast, plain [6][t81.BlockSize]int16

				var fastMasks, plainMasks [6]uint64

				forward(src, stride, q, fast[:count], fastMasks[:count])
				forwardEach(src, stride, q, plain[:count], plainMasks[:count])

				if fast != plain || fastMasks != plainMasks {
					t.Fatalf("quality %d, kind %d:\n%v %x\n%v %x", quality, kind, fast, fastMasks, plain, plainMasks)
				}
			}
		}
	}
}

func TestQuantizer_divide(t *testing.T) {
	var table [t81.BlockSize]uint8

	for step := 1; step <= 255; step++ {
		for i := range table {
			table[i] = uint8(step)
		}

		q := newQuantizer(0, table) // Of luminance, which has a dead zone.

		var results [t81.BlockSize]int32

		var block [t81.BlockSize]int16

		for c := int32(-8192); c <= 8192; c++ {
			at := int(c) & 63
			results[at] = c
			mask := q.divide(&results, &block)
			results[at] = 0

			b := float64(bias(0, int(t81.Zigzag[sequence[at]]), uint32(8*step)))
			want := int16(math.Copysign(math.Floor((math.Abs(float64(c))+b)/float64(8*step)), float64(c)))

			if block[at] != want || mask != uint64(min(max(want, -want), 1))<<sequence[at] {
				t.Fatalf("%d ÷ %d is %d, mask %x, want %d", c, 8*step, block[at], mask, want)
			}
		}
	}
}

func TestScaledTable(t *testing.T) {
	for component := range planesAtMost {
		for quality := 1; quality <= 100; quality++ {
			table := scaledTable(component, quality)

			for i, step := range table {
				if quality == 100 && step != 1 {
					t.Errorf("component %d: step %d of quality 100 is %d", component, i, step)
				}

				if quality > 1 && step > scaledTable(component, quality-1)[i] {
					t.Errorf("component %d: step %d is coarser at quality %d than at %d", component, i, quality, quality-1)
				}
			}
		}
	}

	if got := scaledTable(0, 50)[0]; got != 11 {
		t.Errorf("the DC step of luminance at quality 50 is %d", got)
	}
}

func TestCategory(t *testing.T) {
	for value, want := range map[int32]uint32{0: 0, 1: 1, -1: 1, 2: 2, -3: 2, 4: 3, 1023: 10, -1024: 11, 2047: 11} {
		if got := category(value); got != want {
			t.Errorf("category of %d is %d, want %d", value, got, want)
		}
	}

	for value, want := range map[int32]token{1: 1, -1: 0, 3: 3, -2: 1, -3: 0, 5: 5, -5: 2} {
		if got := follow(value, category(value)); got != want<<valueShift {
			t.Errorf("%d is followed by %s, want %b", value, fmt.Sprintf("%b", got>>valueShift), want)
		}
	}
}
