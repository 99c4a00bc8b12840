package decoder

// These transforms make fewer than 8 × 8 samples from the low frequencies of a block.
//
// A block of N × N samples has N × N coefficients. In orthonormal scaling they are about
// N/8 times the coefficients of the 8 × 8 block with the same contents at the same
// frequencies. Therefore the inverse DCT of N × N on the low corner, scaled by N/8,
// yields the block at N/8 of its size.

// transform4 makes 4 × 4 samples from the lowest 4 × 4 coefficients. The pass over four
// values is the even half of inverse8, because its cosines are those of twice the angles.
// Scaling and rounding are the same, too.
func transform4(block, quants *coefficients, samples []byte, stride int) {
	var columns [16]int32

	for column := range 4 {
		a, q := block[2*column:2*column+10:2*column+10], quants[2*column:2*column+10:2*column+10]
		x0, x2 := int32(a[0])*int32(q[0]), int32(a[1])*int32(q[1])
		x1, x3 := int32(a[8])*int32(q[8]), int32(a[9])*int32(q[9])

		if beyond4(x0, x1, x2, x3) {
			x0, x1, x2, x3 = saturate4(x0, x1, x2, x3)
		}

		y0, y1, y2, y3 := inverse4(x0, x1, x2, x3, columnRound)
		y0, y1, y2, y3 = y0>>columnShift, y1>>columnShift, y2>>columnShift, y3>>columnShift

		if beyond4(y0, y1, y2, y3) {
			y0, y1, y2, y3 = saturate4(y0, y1, y2, y3)
		}

		columns[column], columns[4+column], columns[8+column], columns[12+column] = y0, y1, y2, y3
	}

	for row := range 4 {
		x := columns[4*row : 4*row+4 : 4*row+4]
		y0, y1, y2, y3 := inverse4(x[0], x[1], x[2], x[3], rowRound)

		out := samples[row*stride : row*stride+4 : row*stride+4]
		out[0], out[1], out[2], out[3] = clamp(y0>>rowShift), clamp(y1>>rowShift), clamp(y2>>rowShift), clamp(y3>>rowShift)
	}
}

// beyond4 is [beyond] for four numbers, and saturate4 is [saturate8] for four numbers.
func beyond4(x0, x1, x2, x3 int32) bool {
	const half = 1 << 15

	return uint32((x0+half)|(x1+half)|(x2+half)|(x3+half))>>16 != 0
}

func saturate4(x0, x1, x2, x3 int32) (y0, y1, y2, y3 int32) {
	return int32(saturate(x0)), int32(saturate(x1)), int32(saturate(x2)), int32(saturate(x3))
}

// inverse4 is one pass over four values.
func inverse4(x0, x1, x2, x3, round int32) (y0, y1, y2, y3 int32) {
	plus, minus := (x0+x2)*one+round, (x0-x2)*one+round
	big, small := x1*cos2+x3*cos6, x1*cos6-x3*cos2

	return plus + big, minus + small, minus - small, plus - big
}

// transform2 makes 2 × 2 samples from sums and differences.
func transform2(block, quants *coefficients, samples []byte, stride int) {
	const round = 4 + 128<<3

	x00, x01 := int32(block[0])*int32(quants[0]), int32(block[1])*int32(quants[1])
	x10, x11 := int32(block[2])*int32(quants[2]), int32(block[3])*int32(quants[3])

	// Each product is below 2^30. The sum of two products fits, the sum of four may not.
	left, right := int64(x00+x01)+round, int64(x00-x01)+round
	leftDown, rightDown := int64(x10+x11), int64(x10-x11)

	samples[0], samples[1] = clamp64((left+leftDown)>>3), clamp64((right+rightDown)>>3)
	samples[stride], samples[stride+1] = clamp64((left-leftDown)>>3), clamp64((right-rightDown)>>3)
}

func clamp64(value int64) byte {
	if uint64(value) > 255 {
		return byte(^(value >> 63)) // As in clamp.
	}

	return byte(value)
}
