package decoder

import "encoding/binary"

// The inverse DCT (A.3.3) uses integers, first on columns and then on rows:
//
//	x[n] = 1/2 · Σ c(k) X[k] cos((2n+1) k π / 16), c(0) = 1/√2, c(k) = 1 otherwise
//
// Each pass omits a factor of 1/(2√2). Then X[0] and X[4] have the factor 1, and the
// others have √2 cos(k π / 16), here × 2^13. Together the two passes omit 1/8.
const (
	one  = 8192  // 2^13
	cos1 = 11363 // √2 cos(π/16) · 2^13
	cos2 = 10703
	cos3 = 9633
	cos5 = 6436
	cos6 = 4433
	cos7 = 2260
)

// The results of the columns keep 2 bits more than the coefficients have, so 11 of the 13
// bits are rounded off. The results of the rows round off all the rest: 13 + 2, and 3 for
// the factor of 1/8. Samples are centered at 128 (the level shift of A.3.1).
const (
	columnShift = 11
	columnRound = 1 << (columnShift - 1)
	rowShift    = 13 + 2 + 3
	rowRound    = 1<<(rowShift-1) + 128<<rowShift
)

// inverse8 is one pass over eight values. The even half consists of X[0] ± X[4], and a
// rotation of X[2] and X[6]:
//
//	big   = X[2] cos2 + X[6] cos6
//	small = X[2] cos6 - X[6] cos2
//
// By the definition, the odd half is
//
//	odd0 = X[1] cos1 + X[3] cos3 + X[5] cos5 + X[7] cos7
//	odd1 = X[1] cos3 - X[3] cos7 - X[5] cos1 - X[7] cos5
//	odd2 = X[1] cos5 - X[3] cos1 + X[5] cos7 + X[7] cos3
//	odd3 = X[1] cos7 - X[3] cos5 + X[5] cos3 - X[7] cos1
//
// and by symmetry x[7-n] uses the same sum with the opposite sign. The code multiplies
// sums that occur in several lines only once. This needs 3 + 9 products instead of 4 + 16
// (after Loeffler, Ligtenberg and Moschytz, ICASSP 1989). Its factors are differences of
// the factors above, so the results are equal to the last bit. Intermediate sums may wrap
// around.
func inverse8(x0, x1, x2, x3, x4, x5, x6, x7, round int32) (y0, y1, y2, y3, y4, y5, y6, y7 int32) {
	if x4|x5|x6|x7 == 0 {
		return inverse8Corner(x0, x1, x2, x3, round) // High frequencies are often zero.
	}

	plus, minus := (x0+x4)*one+round, (x0-x4)*one+round
	turned := (x2 + x6) * cos6
	big, small := turned+x2*(cos2-cos6), turned-x6*(cos2+cos6)

	even0, even1, even2, even3 := plus+big, minus+small, minus-small, plus-big

	all := (x1 + x3 + x5 + x7) * cos3
	outer, inner := (x1+x7)*(cos7-cos3), (x3+x5)*(-cos1-cos3)
	early, late := all+(x1+x5)*(cos5-cos3), all+(x3+x7)*(-cos5-cos3)

	odd0 := early + outer + x1*(cos1+cos3-cos5-cos7)
	odd1 := late + inner + x3*(cos1+cos3+cos5-cos7)
	odd2 := early + inner + x5*(cos1+cos3-cos5+cos7)
	odd3 := late + outer + x7*(-cos1+cos3+cos5-cos7)

	return even0 + odd0, even1 + odd1, even2 + odd2, even3 + odd3,
		even3 - odd3, even2 - odd2, even1 - odd1, even0 - odd0
}

// transform8 turns a block into 8 × 8 samples. It computes the same as the vector kernel,
// bit by bit: products with the quantization table and the results of the columns are
// limited to 16 bits. Only damaged files exceed them. No sum exceeds 32 bits: the factors
// of a pass sum up to 61,213, and 32,768 times that sum plus the rounding is below 2^31.
func transform8(block, quants *coefficients, samples []byte, stride int) {
	var columns [64]int32

	for column := range 8 {
		a, q := block[2*column:2*column+50:2*column+50], quants[2*column:2*column+50:2*column+50]

		x0 := int32(a[0]) * int32(q[0])
		if int32(a[1])|int32(a[16])|int32(a[17])|int32(a[32])|int32(a[33])|int32(a[48])|int32(a[49]) == 0 {
			// Only X[0]: the pass yields it eight times, × 4 for the 2 additional bits.
			value := int32(saturate(int32(saturate(x0)) << 2))
			for row := range 8 {
				columns[8*row+column] = value
			}

			continue
		}

		x4, x2, x6 := int32(a[1])*int32(q[1]), int32(a[16])*int32(q[16]), int32(a[17])*int32(q[17])
		x1, x3 := int32(a[32])*int32(q[32]), int32(a[33])*int32(q[33])
		x5, x7 := int32(a[48])*int32(q[48]), int32(a[49])*int32(q[49])

		if beyond(x0, x1, x2, x3, x4, x5, x6, x7) {
			x0, x1, x2, x3, x4, x5, x6, x7 = saturate8(x0, x1, x2, x3, x4, x5, x6, x7)
		}

		y0, y1, y2, y3, y4, y5, y6, y7 := inverse8(x0, x1, x2, x3, x4, x5, x6, x7, columnRound)
		y0, y1, y2, y3 = y0>>columnShift, y1>>columnShift, y2>>columnShift, y3>>columnShift
		y4, y5, y6, y7 = y4>>columnShift, y5>>columnShift, y6>>columnShift, y7>>columnShift

		if beyond(y0, y1, y2, y3, y4, y5, y6, y7) {
			y0, y1, y2, y3, y4, y5, y6, y7 = saturate8(y0, y1, y2, y3, y4, y5, y6, y7)
		}

		columns[column], columns[8+column], columns[16+column], columns[24+column] = y0, y1, y2, y3
		columns[32+column], columns[40+column], columns[48+column], columns[56+column] = y4, y5, y6, y7
	}

	for row := range 8 {
		x := columns[8*row : 8*row+8 : 8*row+8]
		y0, y1, y2, y3, y4, y5, y6, y7 := inverse8(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], rowRound)

		out := samples[row*stride : row*stride+8 : row*stride+8]
		out[0], out[1], out[2], out[3] = clamp(y0>>rowShift), clamp(y1>>rowShift), clamp(y2>>rowShift), clamp(y3>>rowShift)
		out[4], out[5], out[6], out[7] = clamp(y4>>rowShift), clamp(y5>>rowShift), clamp(y6>>rowShift), clamp(y7>>rowShift)
	}
}

// beyond reports whether one of eight numbers does not fit into 16 bits. After adding
// 2^15, a number that fits has no bit set above the sixteenth.
func beyond(x0, x1, x2, x3, x4, x5, x6, x7 int32) bool {
	const half = 1 << 15

	return uint32((x0+half)|(x1+half)|(x2+half)|(x3+half)|(x4+half)|(x5+half)|(x6+half)|(x7+half))>>16 != 0
}

func saturate8(x0, x1, x2, x3, x4, x5, x6, x7 int32) (y0, y1, y2, y3, y4, y5, y6, y7 int32) {
	return int32(saturate(x0)), int32(saturate(x1)), int32(saturate(x2)), int32(saturate(x3)),
		int32(saturate(x4)), int32(saturate(x5)), int32(saturate(x6)), int32(saturate(x7))
}

// clamp limits a value to the range of a sample.
func clamp(value int32) byte {
	if uint32(value) > 255 {
		// The sign, spread over all bits, is 0 or -1. The result is 255 or 0.
		return byte(^(value >> 31))
	}

	return byte(value)
}

// flat fills a block in which only the DC coefficient is nonzero.
func flat(dc, divisor int16, samples []byte, stride, side int) {
	value := clamp((int32(dc)*int32(divisor)+4)>>3 + 128)

	switch side {
	case 8:
		wide := uint64(value) * 0x0101010101010101
		for row := range 8 {
			binary.LittleEndian.PutUint64(samples[row*stride:], wide)
		}
	case 4:
		wide := uint32(value) * 0x01010101
		for row := range 4 {
			binary.LittleEndian.PutUint32(samples[row*stride:], wide)
		}
	case 2:
		samples[0], samples[1], samples[stride], samples[stride+1] = value, value, value, value
	default:
		samples[0] = value
	}
}
