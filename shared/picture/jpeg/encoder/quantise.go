package encoder

import (
	"math/bits"

	"triptych/shared/picture/jpeg/t81"
)

// The quantisation tables of T.81, annex K.1 (tables K.1 and K.2), row by row:
// how coarse each frequency may be before an eye sees it, at quality 50.
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

// scaleTable makes the table for a quality as libjpeg does, so that a quality
// means the same as everywhere: at 50 the table is as it stands, at 100 all ones,
// at 1 fifty times as coarse. Baseline files have at most 255 (B.2.4.1).
func scaleTable(table *[t81.BlockSize]uint8, quality int) (scaled [t81.BlockSize]uint8) {
	percent := 200 - 2*quality
	if quality < 50 {
		percent = 5000 / quality
	}

	for i, step := range table {
		scaled[i] = uint8(min(max((int(step)*percent+50)/100, 1), 255)) //nolint:gosec // As it says.
	}

	return scaled
}

// dctGain is by how much the transform's results are larger than the
// coefficients of T.81 (see fdct.go).
const (
	dctGainBits = 3
	dctGain     = 1 << dctGainBits
)

// quantiser divides by the steps of one table. Division is slow, and neither SSE
// nor AVX has it for integers; so it multiplies by a reciprocal, exactly.
//
// Wanted is round(c ÷ d), halves away from zero, where d is a step times the
// transform's gain, 8 to 2,040: floor((|c| + d/2) ÷ d) with c's sign. Let
//
//	s = the largest integer with 2^s < d,    m = ceil(2^(16+s) ÷ d), 2^15 ≤ m < 2^16.
//
// Then floor(n × m ÷ 2^(16+s)) = floor(n ÷ d) as long as n × (m×d − 2^(16+s)) <
// 2^(16+s). The bracket is less than d ≤ 2^(s+1), so n < 2^15 suffices; |c| + d/2
// is at most 2^13 + 2^10. What is multiplied has 16 bits, and so do the results'
// upper halves: that is what AVX2 multiplies sixteen at a time. As it has no
// shift by a different s in each place, the shift is a multiplication by
// 2^(16−s), of which the upper half counts too.
//
// The tables are in the order of the transform's results, columns first, and each
// eight stand there twice: for the two blocks that assembly does at once.
type quantiser struct {
	half, reciprocal, shift [2 * t81.BlockSize]uint16

	steps [t81.BlockSize]uint8 // row by row
}

func newQuantiser(table *[t81.BlockSize]uint8, quality int) *quantiser {
	q := &quantiser{steps: scaleTable(table, quality)}

	for i, step := range q.steps {
		d := uint32(step) * dctGain
		s := uint32(bits.Len32(d-1)) - 1 //nolint:gosec // At least 2.
		m := (1<<(16+s) + d - 1) / d

		row, column := i/t81.BlockSide, i%t81.BlockSide
		for copied := range 2 {
			at := column*2*t81.BlockSide + copied*t81.BlockSide + row
			q.half[at], q.reciprocal[at], q.shift[at] = uint16(d/2), uint16(m), 1<<(16-s) //nolint:gosec // See above.
		}
	}

	return q
}

// divide quantises result i, columns first, of the transform.
func (q *quantiser) divide(i int, c int32) int16 {
	// i/8 is a column, whose eight stand twice.
	at := (i&^(t81.BlockSide-1) + i) & (2*t81.BlockSize - 1)
	sign := c >> 31
	n := uint32((c^sign)-sign) + uint32(q.half[at]) //nolint:gosec // The magnitude.
	n = n * uint32(q.reciprocal[at]) >> 16
	n = n * uint32(q.shift[at]) >> 16

	return int16((int32(n) ^ sign) - sign) //nolint:gosec // At most 1,024 in magnitude.
}
