package encoder

import "triptych/picture/webp/vp8"

// rate weighs distortion and bits. A score is
//
//	the squared error of samples × distortion + bits × 256 × lambda
//
// The derivative of the distortion by the rate of a uniform quantizer is about ln 2 ÷ 6
// of the squared step. A step of VP8's coefficients is half as large in samples.
type rate struct {
	lambda int
	// sketch is the weight of rates beside sums of magnitudes.
	sketch int
}

// The weights of squared errors: of samples, of coefficients, and of the coefficients of
// Y2. Both inverse transforms divide energy by four.
const (
	distortion            = 1 << 12
	coefficientDistortion = distortion / 4
	y2Distortion          = coefficientDistortion / 4
)

func newRate(stepAC int32) rate {
	size := int(stepAC)

	return rate{
		lambda: max(size*size*lambdaNumerator/lambdaDenominator, 1),
		sketch: size,
	}
}

// The weight of a bit is 2 ÷ 128 of the squared step in units of a squared error. The
// derivative is 3.7 ÷ 128. A lower weight gives a better image at a coarser step, and files
// of the same size. A rate is in 1/256 bit, and distortion is 1<<12.
const (
	lambdaNumerator   = 1
	lambdaDenominator = 4
)

// sketched estimates the score of a mode from the sum of magnitudes of its differences. The
// weight was found by trials with photos.
func (r rate) sketched(magnitudes, cost int) int {
	return magnitudes*bit + r.sketch*cost
}

// neighbors has, for each block at an edge of a macroblock, 1 if the block beyond it has
// levels that are not zero (RFC 6386, 13.3).
type neighbors struct{ above, left *contexts }

// contexts are four of luma, two of each chroma plane, and one of Y2.
type contexts [9]uint8

const y2Context = 8

// clear is for a macroblock without tokens. Y2 keeps its context if the macroblock has no
// such block.
func (n neighbors) clear(hasY2 bool) {
	above, left := n.above[y2Context], n.left[y2Context]
	*n.above, *n.left = contexts{}, contexts{}

	if !hasY2 {
		n.above[y2Context], n.left[y2Context] = above, left
	}
}

// chromaPlace returns the indices in the contexts above and at the left of a block of chroma:
// four of each plane.
func chromaPlace(block int) (above, left int) {
	plane := vp8.BlockSide + block/vp8.ChromaBlocks*2

	return plane + block%2, plane + block%vp8.ChromaBlocks/2
}

func nonzero(end int) uint8 { return uint8(min(end, 1)) }
