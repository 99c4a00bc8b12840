package encoder

import (
	"math/bits"

	"triptych/picture/jpeg/t81"
)

// dctGain is the factor by which the results of the transform are larger than the
// coefficients of T.81 (see fdct.go).
const (
	dctGainBits = 3
	dctGain     = 1 << dctGainBits
)

// quantizer divides by the steps of one table. Division is slow, and neither SSE nor AVX
// has it for integers. Therefore it multiplies by a reciprocal, with exact results.
//
// The result is floor(n ÷ d) with n = |c| + b, and the sign of c. d is a step times the
// gain of the transform, 8 to 2,040. The bias b is d/2 for DC coefficients, which rounds
// them to the nearest integer. It is smaller for AC coefficients (see bias), which makes
// the dead zone larger: the values that become zero. |c| is at most 2^13, and n is less
// than 2^14. A reciprocal m = ceil(2^k ÷ d) is too large by less than one unit, so
// n × m ÷ 2^k is too large by less than n ÷ 2^k. The next integer is at least 1/d away. So
// floor(n × m ÷ 2^k) is correct if n × d ≤ 2^k.
//
// Plain Go uses k = 26 for all d.
//
// AVX2 multiplies sixteen times 16 bits at once and keeps the upper 16 bits of each
// result. So k is 16 + s, where s is the largest integer with 2^s < d. Then m has 16
// bits, and n × d < 2^14 × 2^(s+1) is less than 2^k. AVX2 cannot shift each word by a
// different s. Therefore the shift is a multiplication by 2^(16−s), of which again the
// upper half is used.
//
// The tables are in the order of the results of the transform, column by column. In the
// tables for AVX2 each group of eight is stored twice, for the two blocks that it
// processes at once.
type quantizer struct {
	bias, reciprocal, shift [2 * t81.BlockSize]uint16

	// For plain Go, in the same order, without the copies.
	biases, reciprocals [t81.BlockSize]int32

	steps [t81.BlockSize]uint8 // row by row
}

const reciprocalBits = 26

// newQuantizer returns the quantizer of a component for a table of steps, row by row.
func newQuantizer(component int, steps [t81.BlockSize]uint8) *quantizer {
	q := &quantizer{steps: steps}

	for i, step := range q.steps {
		d := uint32(step) * dctGain
		s := uint32(bits.Len32(d-1)) - 1
		m := (1<<(16+s) + d - 1) / d
		b := bias(component, i, d)

		row, column := i/t81.BlockSide, i%t81.BlockSide
		for copied := range 2 {
			at := column*2*t81.BlockSide + copied*t81.BlockSide + row
			q.bias[at], q.reciprocal[at], q.shift[at] = uint16(b), uint16(m), 1<<(16-s)
		}

		at := column*t81.BlockSide + row
		q.biases[at], q.reciprocals[at] = int32(b), int32((1<<reciprocalBits+d-1)/d)
	}

	return q
}

// bias is the amount that is added to the magnitude of coefficient i of a component, row
// by row, before it is divided by d. All coefficients are rounded, except for the AC
// coefficients of luminance: a fraction of up to 1 − bias is rounded down, because small
// coefficients need many bits, and viewers miss few of them. A step of 1 keeps all.
func bias(component, i int, d uint32) uint32 {
	// Shares of a step, in 1/256, up to the fourth diagonal and beyond it.
	const low, high, one, diagonal = 108, 100, 256, 4

	switch {
	case component > 0, i == 0, d == dctGain:
		return d / 2
	case i/t81.BlockSide+i%t81.BlockSide <= diagonal:
		return d * low / one
	default:
		return d * high / one
	}
}

// divide quantizes a block of the results of the transform, column by column. The mask
// has a bit for each nonzero coefficient, at its index in the zigzag sequence.
func (q *quantizer) divide(results *[t81.BlockSize]int32, block *[t81.BlockSize]int16) (mask uint64) {
	for _, at := range place {
		at &= t81.BlockSize - 1
		sign := results[at] >> 31
		n := int64((results[at]^sign)-sign+q.biases[at]) * int64(q.reciprocals[at]) >> reciprocalBits
		block[at] = int16((int32(n) ^ sign) - sign)

		// −n has its highest bit set if n is not zero. Each bit enters at the top and moves
		// down, so the first one ends as the lowest bit.
		mask = mask>>1 | uint64(-n)&(1<<63)
	}

	return mask
}
