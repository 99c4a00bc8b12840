package encoder

import "math"

// rate weighs distortion and bits. A score is
//
//	the squared error of samples × distortion + bits × 256 × lambda
//
// A uniform quantizer has an error of a twelfth of its squared step. One more bit for each
// coefficient divides the step by two. At this point, the derivative of the error by the
// bits is ln 2 ÷ 6 of the squared step. A step of VP8's coefficients is half as large in
// samples: this makes 3.7 ÷ 128 of its square.
type rate struct {
	lambda int
	// sketch is the weight of rates beside sums of magnitudes.
	sketch int
}

// distortion is the weight of a squared error of a sample.
const distortion = 1 << 12

// unreachable is more than each score.
const unreachable = math.MaxInt

func newRate(stepAC int32) rate {
	size := int(stepAC)

	return rate{
		lambda: max(size*size*lambdaNumerator/lambdaDenominator, 1),
		sketch: size,
	}
}

// The weight of a bit is 2 ÷ 128 of the squared step in units of a squared error. It is
// lower than the derivative: this gives a better image and a larger file at the same step.
// A coarser step with this weight is as good as a finer step with a higher weight. A rate
// is in 1/256 bit, and distortion is 1<<12.
const (
	lambdaNumerator   = 1
	lambdaDenominator = 4
)

// sketched estimates the score of a mode from the sum of magnitudes of its differences. The
// weight was found by trials with photos.
func (r rate) sketched(magnitudes, cost int) int {
	return magnitudes*bit + r.sketch*cost
}

// near reports whether the estimate of a mode is near enough to the least one that the mode
// may be the best one. Others are not worth being quantized.
func near(sketch, least, share int) bool { return sketch-least <= least/share }
