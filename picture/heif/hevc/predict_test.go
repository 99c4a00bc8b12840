package hevc

import (
	"math/rand/v2"
	"testing"
)

// TestPredict_flat predicts blocks from equal samples. All modes return the same value.
func TestPredict_flat(t *testing.T) {
	s := &sps{chroma: Chroma444, width: 128, height: 128, log2CTB: 7, depth: [3]int{8, 8, 8}, strongSmoothing: true}
	c := newCanvas[uint8](s)

	for i := range c.layers[0].pix {
		c.layers[0].pix[i] = 77
	}

	for log2 := 2; log2 <= 5; log2++ {
		for mode := range modeLast + 1 {
			size := 1 << log2
			c.predict(&border{}, s, 0, 32, 32, log2, mode, neighbors{left: true, top: true, corner: true, below: size, right: size})

			for y := range size {
				for x := range size {
					if got := c.layers[0].pix[c.layers[0].at(32+x, 32+y)]; got != 77 {
						t.Fatalf("mode %d of %d × %d has %d at (%d, %d)", mode, size, size, got, x, y)
					}
				}
			}
		}
	}
}

// TestGather compares the substitution of samples with the steps of clause 8.4.4.2.2.
func TestGather(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	s := &sps{width: 64, height: 64, log2CTB: 6, depth: [3]int{8, 8, 8}}
	c := newCanvas[uint8](s)
	l := &c.layers[0]

	for i := range l.pix {
		l.pix[i] = uint8(random.Uint32())
	}

	const x, y, size = 24, 24, 8

	for bits := range 32 {
		n := neighbors{left: bits&1 > 0, top: bits&2 > 0, corner: bits&4 > 0}
		if bits&8 > 0 && n.left {
			n.below = 4 + random.IntN(2)*4
		}

		if bits&16 > 0 {
			n.right = 4 + random.IntN(2)*4
		}

		want, known := make([]int32, 4*size+1), make([]bool, 4*size+1)

		for i := range want {
			px, py := x-1, y+2*size-1-i
			ok := n.left && i >= size-n.below

			switch {
			case i == 2*size:
				ok = n.corner
			case i > 2*size:
				px, py = x+i-2*size-1, y-1
				ok = n.top && i <= 3*size || i > 3*size && i <= 3*size+n.right
			}

			if ok {
				want[i], known[i] = int32(l.pix[l.at(px, py)]), true
			}
		}

		first := 0
		for first < len(known) && !known[first] {
			first++
		}

		for i := range want {
			switch {
			case first == len(known):
				want[i] = 128
			case i < first:
				want[i] = want[first]
			case !known[i]:
				want[i] = want[i-1]
			}
		}

		var line [4*largestSide + 1]int32

		l.gather(&line, x, y, size, n)

		for i, value := range want {
			if line[i] != value {
				t.Errorf("%+v: sample %d is %d, want %d", n, i, line[i], value)

				break
			}
		}
	}
}
