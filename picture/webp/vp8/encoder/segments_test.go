package encoder

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestSegmentize(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))

	// The left half is flat, and the right half is noise.
	img := drawn(160, 80, func(_, x, _ int) byte {
		if x < 80 {
			return 100
		}

		return byte(random.Uint32())
	})

	f, err := newFrame(img, Options{Quality: 80})
	if err != nil {
		t.Fatal(err)
	}

	if len(f.segments) < 2 {
		t.Fatalf("%d segments", len(f.segments))
	}

	flat, noise := f.segments[f.macroblocks[0].segment], f.segments[f.macroblocks[f.wide-1].segment]
	if flat.index >= f.index || noise.index <= f.index {
		t.Errorf("the indices of flat areas and noise are %d and %d around %d", flat.index, noise.index, f.index)
	}

	for i := range f.segments[1:] {
		if f.segments[i].index >= f.segments[i+1].index {
			t.Errorf("segments %d and %d have the indices %d and %d", i, i+1, f.segments[i].index, f.segments[i+1].index)
		}
	}
}

func TestSegmentize_one(t *testing.T) {
	for name, size := range map[string]int{"few macroblocks": 48, "equal macroblocks": 200} {
		f, err := newFrame(drawn(size, size, contents(1)["flat"]), Options{Quality: 80})
		if err != nil {
			t.Fatal(err)
		}

		if len(f.segments) != 1 {
			t.Errorf("%s: %d segments", name, len(f.segments))
		}
	}
}

func TestLogarithm(t *testing.T) {
	for _, v := range []uint32{1, 2, 3, 4, 157, 255, 256, 257, 1000, 4096, 266_342_400, math.MaxUint32} {
		if got, want := float64(logarithm(v))/logarithmUnit, math.Log2(float64(v)); math.Abs(got-want) > 0.01 {
			t.Errorf("the logarithm of %d is %.3f, not %.3f", v, got, want)
		}
	}
}

func TestClusters(t *testing.T) {
	values := []int{}

	for _, center := range []int{0, 1000, 2000, 5000} {
		for i := range 21 {
			values = append(values, center+i-10)
		}
	}

	if got := clusters(values); len(got) != 4 || got[0] != 0 || got[1] != 1000 || got[2] != 2000 || got[3] != 5000 {
		t.Errorf("%v", got)
	}

	if got := clusters([]int{7}); len(got) != 1 || got[0] != 7 {
		t.Errorf("%v", got)
	}
}
