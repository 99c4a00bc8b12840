package encoder

import "triptych/picture/jpeg/t81"

// The forward DCT of T.81, A.3.3, is separable: it is a transform of eight values,
//
//	X(k) = ½ c(k) Σ x(n) cos((2n+1)kπ/16),   c(0) = 1/√2, else 1,
//
// of each column, and then of each row of the results. Here each of the two passes is
// larger by a factor of √8, so that its sum X(0) needs no multiplication. The result of
// both is larger by dctGain. Even and odd k are computed separately, because
// cos((2n+1)kπ/16) is symmetric in n ↔ 7−n for even k and antisymmetric for odd k. With
//
//	a(n) = x(n) + x(7−n),   d(n) = x(n) − x(7−n),   n = 0 … 3,
//	b0 = a0 + a3,  b1 = a1 + a2,  b2 = a1 − a2,  b3 = a0 − a3,
//
// and r(i) = √2 cos(iπ/16), the sums are
//
//	X0 = b0 + b1                           X1 = r1 d0 + r3 d1 + r5 d2 + r7 d3
//	X4 = b0 − b1                           X3 = r3 d0 − r7 d1 − r1 d2 − r5 d3
//	X2 = r2 b3 + r6 b2                     X5 = r5 d0 − r1 d1 + r7 d2 + r3 d3
//	X6 = r6 b3 − r2 b2                     X7 = r7 d0 − r5 d1 + r3 d2 − r1 d3.
//
// Other methods need fewer multiplications (the rotations of Loeffler, Ligtenberg and
// Moschytz). But processors multiply and add such sums of products in one instruction.
//
// The factors have 13 fractional bits. The results of the columns keep 2 fractional bits
// more than samples have, which the rows remove. All values fit into 16 bits. The largest
// value is that of a flat white or black block: 64 × 128 × 4 = 2^15 before the last
// shift. −2^15 is an int16, and the value of a white block, from 127, is below 2^15.
// AVX2's VPMADDWD needs this: it multiplies 16-bit words and adds in 32 bits.
const (
	factorBits = 13
	spareBits  = 2

	columnsShift = factorBits - spareBits
	rowsShift    = factorBits + spareBits
)

// r(i) = √2 cos(iπ/16), times 2^13.
const (
	r1 = 11363
	r2 = 10703
	r3 = 9633
	r5 = 6437
	r6 = 4433
	r7 = 2260
)

// level is subtracted from each sample to center the samples at zero (A.3.1). It is
// subtracted eight times from the sum of a column, X(0), which is the only result that it
// changes.
const level = 1 << 7

// forwardPlain transforms and quantizes the block at the beginning of src. The
// coefficients are stored column by column: the coefficient of horizontal frequency u and
// vertical frequency v is at 8u + v. The mask has a bit for each nonzero coefficient, at
// its index in the zigzag sequence.
func forwardPlain(src []byte, stride int, q *quantizer, block *[t81.BlockSize]int16) (mask uint64) {
	// In columns, vertical frequency v of column x is at 8v + x. In results, horizontal
	// frequency u of vertical frequency v is at 8u + v.
	var columns, results [t81.BlockSize]int32

	transformColumns(src, stride, &columns)

	for v := range t81.BlockSide {
		x := (*[t81.BlockSide]int32)(columns[v*t81.BlockSide:])

		a0, d0 := x[0]+x[7], x[0]-x[7]
		a1, d1 := x[1]+x[6], x[1]-x[6]
		a2, d2 := x[2]+x[5], x[2]-x[5]
		a3, d3 := x[3]+x[4], x[3]-x[4]
		b0, b1, b2, b3 := a0+a3, a1+a2, a1-a2, a0-a3

		const half, halfSpare = 1 << (rowsShift - 1), 1 << (spareBits - 1)

		// Stored column by column.
		results[0*t81.BlockSide+v] = (b0 + b1 + halfSpare) >> spareBits
		results[4*t81.BlockSide+v] = (b0 - b1 + halfSpare) >> spareBits
		results[2*t81.BlockSide+v] = (r2*b3 + r6*b2 + half) >> rowsShift
		results[6*t81.BlockSide+v] = (r6*b3 - r2*b2 + half) >> rowsShift
		results[1*t81.BlockSide+v] = (r1*d0 + r3*d1 + r5*d2 + r7*d3 + half) >> rowsShift
		results[3*t81.BlockSide+v] = (r3*d0 - r7*d1 - r1*d2 - r5*d3 + half) >> rowsShift
		results[5*t81.BlockSide+v] = (r5*d0 - r1*d1 + r7*d2 + r3*d3 + half) >> rowsShift
		results[7*t81.BlockSide+v] = (r7*d0 - r5*d1 + r3*d2 - r1*d3 + half) >> rowsShift
	}

	return q.divide(&results, block)
}

// transformColumns transforms the columns of a block.
//
// It transforms two columns, x and x+4, at once: x is in the lower half of a 64-bit word
// and x+4 is in the upper half. A negative lower half borrows from the upper half.
// Subtracting the lower half from the word corrects this (see store). Sums and products
// of words are sums and products of both columns.
func transformColumns(src []byte, stride int, columns *[t81.BlockSize]int32) {
	const pairs = t81.BlockSide / 2

	var rows [t81.BlockSide]*[t81.BlockSide]byte
	for y := range rows {
		rows[y] = (*[t81.BlockSide]byte)(src[y*stride:])
	}

	for x := range pairs {
		x0, x7 := pair(rows[0], x), pair(rows[7], x)
		x1, x6 := pair(rows[1], x), pair(rows[6], x)
		x2, x5 := pair(rows[2], x), pair(rows[5], x)
		x3, x4 := pair(rows[3], x), pair(rows[4], x)

		a0, d0 := x0+x7, x0-x7
		a1, d1 := x1+x6, x1-x6
		a2, d2 := x2+x5, x2-x5
		a3, d3 := x3+x4, x3-x4
		b0, b1, b2, b3 := a0+a3, a1+a2, a1-a2, a0-a3

		const (
			lanes  = 1<<32 | 1
			levels = t81.BlockSide * level * lanes
			half   = 1 << (columnsShift - 1) * lanes
		)

		out := columns[x:]
		store(out, 0, (b0+b1-levels)<<spareBits, 0)
		store(out, 4, (b0-b1)<<spareBits, 0)
		store(out, 2, r2*b3+r6*b2+half, columnsShift)
		store(out, 6, r6*b3-r2*b2+half, columnsShift)
		store(out, 1, r1*d0+r3*d1+r5*d2+r7*d3+half, columnsShift)
		store(out, 3, r3*d0-r7*d1-r1*d2-r5*d3+half, columnsShift)
		store(out, 5, r5*d0-r1*d1+r7*d2+r3*d3+half, columnsShift)
		store(out, 7, r7*d0-r5*d1+r3*d2-r1*d3+half, columnsShift)
	}
}

// pair returns samples x and x+4 of a row in one word.
func pair(row *[t81.BlockSide]byte, x int) int64 {
	return int64(row[x&3]) | int64(row[x&3+4])<<32
}

// store splits a pair and stores it as vertical frequency v of its two columns.
func store(columns []int32, v int, word int64, shift uint) {
	lower := int32(word)
	upper := int32((word - int64(lower)) >> 32)
	columns[v*t81.BlockSide] = lower >> shift
	columns[v*t81.BlockSide+4] = upper >> shift
}

// forwardEach is forwardPlain for neighboring blocks.
func forwardEach(src []byte, stride int, q *quantizer, blocks [][t81.BlockSize]int16, masks []uint64) {
	for i := range blocks {
		masks[i] = forwardPlain(src[i*t81.BlockSide:], stride, q, &blocks[i])
	}
}

// sequence maps the place of a coefficient, in a block stored column by column, to its
// index in the zigzag sequence. place is the inverse.
var sequence, place = func() (sequence, place [t81.BlockSize]uint8) {
	for k, natural := range t81.Zigzag {
		row, column := natural/t81.BlockSide, natural%t81.BlockSide
		place[k] = column*t81.BlockSide + row
		sequence[place[k]] = uint8(k)
	}

	return sequence, place
}()
