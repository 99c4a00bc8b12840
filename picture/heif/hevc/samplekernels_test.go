package hevc

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSampleKernels_plainGo compares the kernels for samples with plain Go.
func TestSampleKernels_plainGo(t *testing.T) {
	if !hasKernels {
		t.Skip("no kernels for this processor")
	}

	t.Run("8 bits", func(t *testing.T) { compareKernels[uint8](t, 8) })
	t.Run("9 bits", func(t *testing.T) { compareKernels[uint16](t, 9) })
	t.Run("12 bits", func(t *testing.T) { compareKernels[uint16](t, 12) })
}

func compareKernels[T sample](t *testing.T, depth int) {
	t.Helper()

	random := rand.New(rand.NewPCG(11, uint64(depth)))

	for range 3000 {
		l := layer[T]{pix: make([]T, 80*80), stride: 80, most: 1<<depth - 1, depth: depth}
		for i := range l.pix {
			l.pix[i] = T(random.Int32N(l.most + 1))
		}

		log2, at := 2+random.IntN(4), random.IntN(40)*80+random.IntN(40)

		var samples [largestBlock]int32

		limit := int32(1) << (1 + random.IntN(16))
		for i := range samples {
			samples[i] = random.Int32N(2*limit) - limit
		}

		same(t, l, "add", func(l *layer[T]) { l.addPlain(at, 1<<log2, &samples) }, func(l *layer[T]) { l.addKernel(at, 1<<log2, &samples) })

		var line [4*largestSide + 1]int32

		for i := range line {
			line[i] = random.Int32N(l.most + 1)
			if random.IntN(4) == 0 {
				line[i] = l.most
			}
		}

		log2 = max(log2, 3)

		var r reference
		for i := range r {
			r[i] = line[i]
		}

		side, angle := 4<<random.IntN(4), angles[2+random.IntN(modeLast-1)]

		same(t, l, "rows", func(l *layer[T]) { l.rows(&r, at, side, angle) }, func(l *layer[T]) { l.rowsKernel(&r, at, side, angle) })

		side = max(side, 8)

		same(t, l, "columns", func(l *layer[T]) { l.columns(&r, at, side, angle) }, func(l *layer[T]) { l.columnsKernel(&r, at, side, angle) })
		compareLuma(t, l, random)
		same(t, l, "planar", func(l *layer[T]) { l.planar(&line, at, log2) }, func(l *layer[T]) { l.planarKernel(&line, at, log2) })
	}
}

// compareLuma compares the deblocking filter of a piece of an edge, in both directions. Half
// of the layers have samples that differ little, as at an edge that is filtered.
func compareLuma[T sample](t *testing.T, l layer[T], random *rand.Rand) {
	t.Helper()

	if spread := random.Int32N(l.most); random.IntN(2) == 0 {
		base := random.Int32N(l.most - spread)
		l.pix = slices.Clone(l.pix)

		for i := range l.pix {
			l.pix[i] = T(base + random.Int32N(spread+1))
		}
	}

	at := (8+random.IntN(60))*80 + 8 + random.IntN(60)
	tc := random.Int32N(25) << (l.depth - 8)
	how := filtering{strong: random.IntN(2) == 0, moreP: random.IntN(2) == 0, moreQ: random.IntN(2) == 0}

	for _, across := range []int{1, l.stride} {
		same(t, l, "luma", func(l *layer[T]) { l.filterLines(at, across, l.stride+1-across, tc, how, edge{}) }, func(l *layer[T]) { l.lumaKernel(at, across, tc, how) })
	}
}

// same reports an error if two functions change the samples of a layer in different ways.
func same[T sample](t *testing.T, l layer[T], name string, plain, kernel func(*layer[T])) {
	t.Helper()

	one, other := l, l
	one.pix, other.pix = slices.Clone(l.pix), slices.Clone(l.pix)

	plain(&one)
	kernel(&other)

	if !slices.Equal(one.pix, other.pix) {
		t.Fatalf("%s: the kernel's samples differ", name)
	}
}

// TestEdgeKernel_formula compares the kernel for sample adaptive offset with clause 8.7.3.2.
func TestEdgeKernel_formula(t *testing.T) {
	if !hasKernels {
		t.Skip("no kernels for this processor")
	}

	random := rand.New(rand.NewPCG(12, 13))

	for range 5000 {
		count := edgeBlock + random.IntN(60)
		from, to := make([]uint8, count+64), make([]uint8, count+20)
		most := 1 + random.IntN(255)

		for i := range from {
			from[i] = uint8(random.IntN(most + 1))
		}

		var table [5]int32
		for i := range table {
			table[i] = random.Int32N(15) - 7
		}

		one, other := from[random.IntN(64):], from[random.IntN(64):]
		center := from[32:]

		if !edgeKernel(to[:count], center, one, other, &table) {
			t.Fatal("no kernel for 8 bits")
		}

		for x, got := range to {
			want := 0

			if x < count {
				index := 2 + sign(int32(center[x])-int32(one[x])) + sign(int32(center[x])-int32(other[x]))
				want = int(min(max(int32(center[x])+table[index], 0), 255))
			}

			if int(got) != want {
				t.Fatalf("sample %d of %d is %d, want %d", x, count, got, want)
			}
		}
	}

	if edgeKernel(make([]uint16, 16), make([]uint16, 16), make([]uint16, 16), make([]uint16, 16), &[5]int32{}) {
		t.Error("a kernel for 16 bits")
	}
}
