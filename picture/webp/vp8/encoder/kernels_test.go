package encoder

import (
	"math/rand/v2"
	"testing"

	"triptych/picture/webp/vp8"
)

// both runs a function with the assembly and without, and returns the results.
func both[T any](t testing.TB, run func() T) (fast, plain T) {
	t.Helper()

	was := accelerated
	defer func() { accelerated = was }()

	if !was {
		t.Skip("no assembly on this machine")
	}

	fast = run()
	accelerated = false
	plain = run()

	return fast, plain
}

// blocksOf returns random blocks of several kinds.
func blocksOf(random *rand.Rand, count int) []vp8.Block {
	all := make([]vp8.Block, count)
	kind, base := random.IntN(4), random.IntN(256)

	for i := range all {
		for at := range all[i] {
			switch kind {
			case 0:
				all[i][at] = byte(random.Uint32())
			case 1:
				all[i][at] = byte(255 * random.IntN(2))
			case 2:
				all[i][at] = byte(max(0, min(255, base+random.IntN(9)-4)))
			default:
				all[i][at] = byte(base)
			}
		}
	}

	return all
}

func TestKernels_sketchPlane(t *testing.T) {
	type result struct {
		made [vp8.PlaneModes][vp8.LumaBlocks]vp8.Block
		sums magnitudes
	}

	random := rand.New(rand.NewPCG(1, 2))

	for range 3000 {
		n := []int{vp8.ChromaBlocks, vp8.LumaBlocks}[random.IntN(2)]
		samples := blocksOf(random, n)
		around := blocksOf(random, 3)
		edges := vp8.Edges{
			Above: around[0], Left: around[1], Corner: around[2][0],
			HasAbove: random.IntN(4) > 0, HasLeft: random.IntN(4) > 0,
		}

		fast, plain := both(t, func() (r result) {
			r.sums = sketchPlane(samples, &[vp8.PlaneModes][]vp8.Block{
				r.made[0][:n], r.made[1][:n], r.made[2][:n], r.made[3][:n],
			}, &edges)

			return r
		})
		if fast != plain {
			t.Fatalf("%d blocks, %+v: %v, not %v", n, edges, fast, plain)
		}
	}
}

func TestKernels_writeBoth(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))

	for range 200 {
		var table probabilityTable
		for i := range table {
			table[i] = byte(1 + random.IntN(255))
		}

		size := decisionBytes * random.IntN(3*bothDecisions)
		first, second := make([]byte, size), make([]byte, size)

		for i := range first {
			first[i], second[i] = byte(random.Uint32()), byte(random.Uint32())
		}

		fast, plain := both(t, func() string {
			written := [partitions]booleans{newBooleans(nil), newBooleans(nil)}
			writeBoth(&written, first, second, &table)

			return string(written[0].finish()) + "," + string(written[1].finish())
		})
		if fast != plain {
			t.Fatalf("%d bytes of decisions: other output", size)
		}
	}
}

func TestKernels_sketch(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))

	for range 5000 {
		samples, e := blocksOf(random, 1), vp8.SubblockEdges(blocksOf(random, 1)[0][:13])

		fast, plain := both(t, func() sketches {
			var s sketches
			s.sketch(&samples[0], &e)

			return s
		})

		for mode := range fast.predictions {
			if fast.predictions[mode] != plain.predictions[mode] || fast.magnitudes[mode] != plain.magnitudes[mode] {
				t.Fatalf("mode %d from %v: %v, %d; not %v, %d", mode, e, fast.predictions[mode], fast.magnitudes[mode],
					plain.predictions[mode], plain.magnitudes[mode])
			}
		}
	}
}

func TestKernels_transforms(t *testing.T) {
	type result struct {
		c         [16]vp8.Coefficients
		quantized [16]codedBlock
	}

	random := rand.New(rand.NewPCG(1, 2))

	for range 5000 {
		n := 1 + random.IntN(16)
		samples, predictions := blocksOf(random, n), blocksOf(random, n)
		sizes := vp8.Quantizer{Index: random.IntN(vp8.QuantizerIndices)}.Steps().Y1
		first := random.IntN(2)
		s := newWordSteps(sizes, first)
		dc := make([]int16, n)

		for i := range dc {
			dc[i] = int16(first * (random.IntN(4000) - 2000))
		}

		fast, plain := both(t, func() (r result) {
			forward(r.c[:n], samples, predictions)
			s.quantize(r.quantized[:n], r.c[:n], samples, predictions, dc)

			return r
		})

		for i := range n {
			if fast.c[i] != plain.c[i] {
				t.Fatalf("coefficients of %v, %v: %v, not %v", samples[i], predictions[i], fast.c[i], plain.c[i])
			}

			if fast.quantized[i] != plain.quantized[i] {
				t.Fatalf("%v with %v: %v, not %v", fast.c[i], s, fast.quantized[i], plain.quantized[i])
			}
		}
	}
}

func TestKernels_sameFile(t *testing.T) {
	for name, draw := range contents(7) {
		for _, quality := range []int{0, 40, 80, 100} {
			img := drawn(290, 270, draw) // with two partitions

			fast, plain := both(t, func() string {
				data, err := Frame(t.Context(), img, Options{Quality: quality})
				if err != nil {
					t.Fatal(err)
				}

				return string(data)
			})
			if fast != plain {
				t.Errorf("%s, quality %d: the assembly writes another file", name, quality)
			}
		}
	}
}
