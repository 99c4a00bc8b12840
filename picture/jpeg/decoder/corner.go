package decoder

// lastOfCorner is the last zigzag index up to which all coefficients lie in the first
// four rows and columns. They form four diagonals.
const lastOfCorner = 9

// transform8Corner is transform8 for a block that has only zeros outside its first four
// rows and columns. Most blocks of photos are such blocks. It transforms four columns
// instead of eight, and needs 8 products per pass instead of 22.
func transform8Corner(block, quants *coefficients, samples []byte, stride int) {
	var columns [8][4]int32

	for column := range 4 {
		a, q := block[2*column:2*column+34:2*column+34], quants[2*column:2*column+34:2*column+34]
		x0, x2 := int32(a[0])*int32(q[0]), int32(a[16])*int32(q[16])
		x1, x3 := int32(a[32])*int32(q[32]), int32(a[33])*int32(q[33])

		if beyond(x0, x1, x2, x3, 0, 0, 0, 0) {
			x0, x1, x2, x3, _, _, _, _ = saturate8(x0, x1, x2, x3, 0, 0, 0, 0)
		}

		y0, y1, y2, y3, y4, y5, y6, y7 := inverse8Corner(x0, x1, x2, x3, columnRound)
		y0, y1, y2, y3 = y0>>columnShift, y1>>columnShift, y2>>columnShift, y3>>columnShift
		y4, y5, y6, y7 = y4>>columnShift, y5>>columnShift, y6>>columnShift, y7>>columnShift

		if beyond(y0, y1, y2, y3, y4, y5, y6, y7) {
			y0, y1, y2, y3, y4, y5, y6, y7 = saturate8(y0, y1, y2, y3, y4, y5, y6, y7)
		}

		columns[0][column], columns[1][column], columns[2][column], columns[3][column] = y0, y1, y2, y3
		columns[4][column], columns[5][column], columns[6][column], columns[7][column] = y4, y5, y6, y7
	}

	for row := range columns {
		x := &columns[row]
		y0, y1, y2, y3, y4, y5, y6, y7 := inverse8Corner(x[0], x[1], x[2], x[3], rowRound)
		out := samples[row*stride : row*stride+8 : row*stride+8]
		out[0], out[1], out[2], out[3] = clamp(y0>>rowShift), clamp(y1>>rowShift), clamp(y2>>rowShift), clamp(y3>>rowShift)
		out[4], out[5], out[6], out[7] = clamp(y4>>rowShift), clamp(y5>>rowShift), clamp(y6>>rowShift), clamp(y7>>rowShift)
	}
}

// inverse8Corner is inverse8 with zeros as the last four values.
func inverse8Corner(x0, x1, x2, x3, round int32) (y0, y1, y2, y3, y4, y5, y6, y7 int32) {
	middle := x0*one + round
	big, small := x2*cos2, x2*cos6

	even0, even1, even2, even3 := middle+big, middle+small, middle-small, middle-big

	odd0 := x1*cos1 + x3*cos3
	odd1 := x1*cos3 - x3*cos7
	odd2 := x1*cos5 - x3*cos1
	odd3 := x1*cos7 - x3*cos5

	return even0 + odd0, even1 + odd1, even2 + odd2, even3 + odd3,
		even3 - odd3, even2 - odd2, even1 - odd1, even0 - odd0
}
