package hevc

import "math"

// The shifts after the two steps of a transform (clause 8.6.4.2). The second one depends
// on the depth of the samples.
const (
	firstShift  = 7
	secondShift = 20
)

// cosines are the coefficients of the first column of the matrix of 32 × 32: entry k is
// for the angle k × π ÷ 64 (clause 8.6.4.2). The other columns contain the same numbers.
var cosines = [33]int32{
	64, 90, 90, 90, 89, 88, 87, 85, 83, 82, 80, 78, 75, 73, 70, 67,
	64, 61, 57, 54, 50, 46, 43, 38, 36, 31, 25, 22, 18, 13, 9, 4, 0,
}

// odd4 to odd32 are the odd rows of the matrices for 4 to 32 samples: their first half,
// because the second half has the same numbers with the opposite sign.
var (
	odd4  = oddRows(4)
	odd8  = oddRows(8)
	odd16 = oddRows(16)
	odd32 = oddRows(32)
)

func oddRows(size int) (made [16][16]int32) {
	for row := range size / 2 {
		for column := range size / 2 {
			angle := (2*row + 1) * (2*column + 1) * (32 / size) % 128
			if angle > 64 {
				angle = 128 - angle
			}

			if angle > 32 {
				made[row][column] = -cosines[64-angle]
			} else {
				made[row][column] = cosines[angle]
			}
		}
	}

	return made
}

// flat returns the residual of a block whose only coefficient is DC.
func (r *residual) flat(depth int) int32 {
	const one = 64

	down := uint(secondShift - depth)
	first := (one*r.coefficients[0] + 1<<(firstShift-1)) >> firstShift

	return (one*first + 1<<(down-1)) >> down
}

// inverseDCT transforms a block of 4 to 32 samples a side: columns, and then rows. The
// numbers between the steps have 16 bits.
func (r *residual) inverseDCT(log2, depth int) {
	var line, out [32]int32

	size := 1 << log2

	for x := range r.columns {
		for y := range r.rows {
			line[y] = r.coefficients[y<<log2+x]
		}

		inverseLine(&line, &out, log2, r.rows)

		for y := range size {
			r.samples[y<<log2+x] = min(max((out[y]+1<<(firstShift-1))>>firstShift, math.MinInt16), math.MaxInt16)
		}
	}

	down := uint(secondShift - depth)
	half := int32(1) << (down - 1)

	for y := range size {
		row := r.samples[y<<log2 : (y+1)<<log2]
		copy(line[:], row[:r.columns])
		inverseLine(&line, &out, log2, r.columns)

		for x := range row {
			row[x] = (out[x] + half) >> down
		}
	}
}

// inverseLine transforms size = 2^log2 coefficients, of which only the first count are
// not zero. It splits the sum into the even coefficients, which are a transform of half
// the size, and the odd ones, which have the opposite sign in the second half.
func inverseLine(in, out *[32]int32, log2, count int) {
	if log2 == 1 {
		a, b := 64*in[0], int32(0)
		if count > 1 {
			b = 64 * in[1]
		}

		out[0], out[1] = a+b, a-b

		return
	}

	var even, evenOut, odd [32]int32

	half := 1 << (log2 - 1)

	for i := 0; i < count; i += 2 {
		even[i>>1] = in[i]
	}

	inverseLine(&even, &evenOut, log2-1, (count+1)/2)

	matrix := &odd32

	switch log2 {
	case 2:
		matrix = &odd4
	case 3:
		matrix = &odd8
	case 4:
		matrix = &odd16
	}

	for i := 1; i < count; i += 2 {
		value := in[i]
		if value == 0 {
			continue
		}

		row := matrix[i>>1][:half]
		for k, factor := range row {
			odd[k&31] += factor * value
		}
	}

	for k := range half {
		out[k] = evenOut[k] + odd[k]
		out[2*half-1-k] = evenOut[k] - odd[k]
	}
}

// inverse4 transforms a block of 4 × 4 samples: by the DST for luma, otherwise by the DCT
// (clause 8.6.4.2).
func (r *residual) inverse4(luma bool, depth int) {
	matrix := func(a, b, c, d int32) (w, x, y, z int32) {
		if luma {
			return dst(a, b, c, d)
		}

		return dct4(a, b, c, d)
	}

	for x := range 4 {
		a, b, c, d := matrix(r.coefficients[x], r.coefficients[4+x], r.coefficients[8+x], r.coefficients[12+x])

		for y, value := range [4]int32{a, b, c, d} {
			r.samples[4*y+x] = min(max((value+1<<(firstShift-1))>>firstShift, math.MinInt16), math.MaxInt16)
		}
	}

	down := uint(secondShift - depth)
	half := int32(1) << (down - 1)

	for y := range 4 {
		row := r.samples[4*y : 4*y+4]
		a, b, c, d := matrix(row[0], row[1], row[2], row[3])
		row[0], row[1], row[2], row[3] = (a+half)>>down, (b+half)>>down, (c+half)>>down, (d+half)>>down
	}
}

// dct4 multiplies four coefficients with the transposed matrix of the DCT.
func dct4(a, b, c, d int32) (w, x, y, z int32) {
	even, other := 64*(a+c), 64*(a-c)
	odd, inner := 83*b+36*d, 36*b-83*d

	return even + odd, other + inner, other - inner, even - odd
}

// dst multiplies four coefficients with the transposed matrix of the DST.
func dst(a, b, c, d int32) (w, x, y, z int32) {
	return 29*a + 74*b + 84*c + 55*d,
		55*a + 74*b - 29*c - 84*d,
		74*a - 74*c + 74*d,
		84*a - 74*b + 55*c - 29*d
}
