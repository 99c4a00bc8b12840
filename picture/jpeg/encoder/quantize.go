package encoder

import (
	"math/bits"

	"triptych/picture/jpeg/t81"
)

// The quantization tables of T.81, annex K.1 (tables K.1 and K.2), row by row: how coarse
// each frequency may be before the loss is visible, at quality 50.
var luminance = [t81.BlockSize]uint8{
	16, 11, 10, 16, 24, 40, 51, 61,
	12, 12, 14, 19, 26, 58, 60, 55,
	14, 13, 16, 24, 40, 57, 69, 56,
	14, 17, 22, 29, 51, 87, 80, 62,
	18, 22, 37, 56, 68, 109, 103, 77,
	24, 35, 55, 64, 81, 104, 113, 92,
	49, 64, 78, 87, 103, 121, 120, 101,
	72, 92, 95, 98, 112, 100, 103, 99,
}

var chrominance = [t81.BlockSize]uint8{
	17, 18, 24, 47, 99, 99, 99, 99,
	18, 21, 26, 66, 99, 99, 99, 99,
	24, 26, 56, 99, 99, 99, 99, 99,
	47, 66, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
}

// scaleTable builds the table for a quality by the formula of libjpeg, so that a quality
// means the same as in other programs. At 50 the table is unchanged, at 100 it is all
// ones, at 1 it is fifty times as coarse. Baseline files have values of at most 255
// (B.2.4.1).
func scaleTable(table *[t81.BlockSize]uint8, quality int) (scaled [t81.BlockSize]uint8) {
	percent := 200 - 2*quality
	if quality < 50 {
		percent = 5000 / quality
	}

	for i, step := range table {
		scaled[i] = uint8(min(max((int(step)*percent+50)/100, 1), 255))
	}

	return scaled
}

// dctGain is the factor by which the results of the transform are larger than the
// coefficients of T.81 (see fdct.go).
const (
	dctGainBits = 3
	dctGain     = 1 << dctGainBits
)

// quantizer divides by the steps of one table. Division is slow, and neither SSE nor AVX
// has it for integers. Therefore it multiplies by a reciprocal, with exact results.
//
// The result is round(c ÷ d), with halves away from zero. d is a step times the gain of
// the transform, 8 to 2,040. This is floor(n ÷ d) with n = |c| + d/2, and the sign of c.
// |c| is at most 2^13, and n is less than 2^14. A reciprocal m = ceil(2^k ÷ d) is too
// large by less than one unit, so n × m ÷ 2^k is too large by less than n ÷ 2^k. The next
// integer is at least 1/d away. So floor(n × m ÷ 2^k) is correct if n × d ≤ 2^k.
//
// Plain Go uses k = 26 for all d, and needs no magnitude and sign: it multiplies c
// itself, adds ½ and takes the floor. For positive c this is correct because d/2 × m is ½
// × 2^k. For negative c it is correct if m is strictly larger than 2^k ÷ d, so m is
// floor(2^k ÷ d) + 1: halves move away from zero by less than 1/d.
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
	half, reciprocal, shift [2 * t81.BlockSize]uint16

	reciprocals [t81.BlockSize]int32 // for plain Go

	steps [t81.BlockSize]uint8 // row by row
}

const reciprocalBits = 26

func newQuantizer(table *[t81.BlockSize]uint8, quality int) *quantizer {
	q := &quantizer{steps: scaleTable(table, quality)}

	for i, step := range q.steps {
		d := uint32(step) * dctGain
		s := uint32(bits.Len32(d-1)) - 1
		m := (1<<(16+s) + d - 1) / d

		row, column := i/t81.BlockSide, i%t81.BlockSide
		for copied := range 2 {
			at := column*2*t81.BlockSide + copied*t81.BlockSide + row
			q.half[at], q.reciprocal[at], q.shift[at] = uint16(d/2), uint16(m), 1<<(16-s)
		}

		q.reciprocals[column*t81.BlockSide+row] = int32(1<<reciprocalBits/d + 1)
	}

	return q
}

// divide quantizes a block of the results of the transform, column by column. The mask
// has a bit for each nonzero coefficient, at its index in the zigzag sequence.
func (q *quantizer) divide(results *[t81.BlockSize]int32, block *[t81.BlockSize]int16) (mask uint64) {
	for _, at := range place {
		at &= t81.BlockSize - 1
		n := (int64(results[at])*int64(q.reciprocals[at]) + 1<<(reciprocalBits-1)) >> reciprocalBits
		block[at] = int16(n)

		// n or −n has its highest bit set if n is not zero. Each bit enters at the top
		// and moves down, so the first one ends as the lowest bit.
		mask = mask>>1 | uint64(n|-n)&(1<<63)
	}

	return mask
}
