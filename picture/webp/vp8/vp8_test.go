package vp8

import (
	"math"
	"testing"
)

// TestPaths checks that the leaves of each tree share all bits: the sum of 2 to the power
// of minus the length is 1, and no path is the beginning of another.
func TestPaths(t *testing.T) {
	for name, paths := range map[string][][]Branch{
		"luma": LumaModePaths[:], "chroma": ChromaModePaths[:], "subblock": SubblockModePaths[:],
	} {
		sum := 0.

		for i, path := range paths {
			sum += math.Exp2(-float64(len(path)))

			for k, other := range paths {
				if i != k && len(other) >= len(path) && begins(other, path) {
					t.Errorf("%s: the path of %d begins that of %d", name, i, k)
				}
			}
		}

		if sum != 1 {
			t.Errorf("%s: the leaves fill %v of the tree", name, sum)
		}
	}
}

func begins(path, with []Branch) bool {
	for i := range with {
		if path[i] != with[i] {
			return false
		}
	}

	return true
}

func TestZigzag(t *testing.T) {
	seen := [BlockSize]bool{}
	for _, at := range Zigzag {
		seen[at] = true
	}

	if seen != [BlockSize]bool{true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true} {
		t.Errorf("%v", seen)
	}
}

func TestQuantizer_Steps(t *testing.T) {
	for _, c := range []struct {
		q    Quantizer
		want Steps
	}{
		{Quantizer{}, Steps{Y1: [2]int32{4, 4}, Y2: [2]int32{8, 8}, Chroma: [2]int32{4, 4}}},
		{Quantizer{Index: 127}, Steps{Y1: [2]int32{157, 284}, Y2: [2]int32{314, 440}, Chroma: [2]int32{132, 284}}},
		{
			Quantizer{Index: 1, Y1DC: -15, Y2DC: 1, Y2AC: 2, ChromaDC: 3, ChromaAC: -1},
			Steps{Y1: [2]int32{4, 5}, Y2: [2]int32{12, 10}, Chroma: [2]int32{8, 4}},
		},
	} {
		if got := c.q.Steps(); got != c.want {
			t.Errorf("%+v: %+v, not %+v", c.q, got, c.want)
		}
	}

	for i := range QuantizerIndices - 1 {
		if ACSteps[i+1] <= ACSteps[i] || DCSteps[i+1] < DCSteps[i] {
			t.Errorf("the steps after index %d do not increase", i)
		}
	}
}

func TestPredict_outsideTheFrame(t *testing.T) {
	e := &Edges{Corner: AboveFrame}
	for i := range e.Above {
		e.Above[i], e.Left[i] = AboveFrame, LeftFrame
	}

	for mode, want := range map[Mode]byte{DC: 128, Vertical: AboveFrame, Horizontal: LeftFrame, TrueMotion: LeftFrame} {
		var luma [LumaBlocks]Block

		Predict(luma[:], mode, e)

		for i := range luma {
			for _, sample := range luma[i] {
				if sample != want {
					t.Fatalf("mode %d predicts %d, not %d", mode, sample, want)
				}
			}
		}
	}
}

// TestPredictSubblock_flat checks that all modes predict a flat area from flat edges.
func TestPredictSubblock_flat(t *testing.T) {
	for mode := range SubblockMode(SubblockModes) {
		var (
			e SubblockEdges
			b Block
		)

		for i := range e {
			e[i] = 77
		}

		PredictSubblock(&b, mode, &e)

		for at, sample := range b {
			if sample != 77 {
				t.Errorf("mode %d: sample %d is %d", mode, at, sample)
			}
		}
	}
}

func TestNewStrength(t *testing.T) {
	for _, c := range []struct {
		level, sharpness int
		want             Strength
	}{
		{1, 0, Strength{edge: 7, inner: 3, interior: 1, variance: 0}},
		{15, 0, Strength{edge: 49, inner: 45, interior: 15, variance: 1}},
		{40, 3, Strength{edge: 90, inner: 86, interior: 6, variance: 2}},
		{63, 7, Strength{edge: 132, inner: 128, interior: 2, variance: 2}},
	} {
		if got := NewStrength(c.level, c.sharpness); got != c.want {
			t.Errorf("level %d, sharpness %d: %+v, not %+v", c.level, c.sharpness, got, c.want)
		}
	}
}
