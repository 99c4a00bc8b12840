package decoder

import "triptych/picture/webp/vp8"

// vectorized says whether the vector kernels run. It is a variable so that tests can run
// both variants.
var vectorized = hasKernels()

// thresholds are those of an edge for each sample of a vector: of the difference at the edge,
// of the differences on its sides, and of the variance.
type thresholds [3][vp8.MacroblockSide]byte

func newThresholds(values ...uint8) (t thresholds) {
	for i, value := range values {
		for k := range t[i] {
			t[i][k] = value
		}
	}

	return t
}

// addPair adds the samples of two blocks side by side.
func (c *canvas) addPair(at int, r *residual, i int) {
	coded := max(r.coded[i], r.coded[i+1])
	if coded == nothing {
		return
	}

	if vectorized && !r.large {
		c.inverse2(at, (*[2]vp8.Coefficients)(r.coefficients[i:]))

		return
	}

	c.addBlock(at, r, i)
	c.addBlock(at+vp8.BlockSide, r, i+1)
}

// widenPlane widens the range of a row of a plane.
func widenPlane(plane int, samples []byte) {
	switch {
	case plane == 0 && vectorized:
		widenLumaKernel(samples)
	case plane == 0:
		widen(samples, &fullLuma)
	case vectorized:
		widenChromaKernel(samples)
	default:
		widen(samples, &fullChroma)
	}
}
