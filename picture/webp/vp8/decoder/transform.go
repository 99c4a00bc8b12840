package decoder

import "triptych/picture/webp/vp8"

// addBlock adds the samples of a block to its prediction, and clears its coefficients (RFC
// 6386, 14.3 to 14.5).
//
// The RFC does not say what happens to sums of more than 16 bits. They are cut to 16 bits as in
// libwebp with SSE2: not in a luma block of few coefficients, nor in a block of only DC.
func (c *canvas) addBlock(at int, r *residual, i int) {
	in := &r.coefficients[i]

	switch coded := r.coded[i]; {
	case coded == nothing:
	case coded == onlyDC && (r.large || !vectorized): // The kernel is faster, and exact if no number is large.
		c.addDC(at, int32(in[0]))
		in[0] = 0
	case coded == few && r.large:
		c.addFew(at, int32(in[0]), int32(in[1]), int32(in[4]))
		in[0], in[1], in[4] = 0, 0, 0
	case vectorized:
		c.inverse(at, in)
	default:
		c.inverseDCT(at, in)
	}
}

// addChroma adds the samples of the four blocks of a chroma plane.
func (c *canvas) addChroma(at int, r *residual, first int) {
	coded := r.coded[first : first+vp8.ChromaBlocks : first+vp8.ChromaBlocks]
	most := max(coded[0], coded[1], coded[2], coded[3])

	if most == nothing {
		return
	}

	if r.large && most > onlyDC { // No block is an exception.
		for i := range coded {
			coded[i] = several
		}
	}

	c.addPair(at, r, first)
	c.addPair(at+pitch*vp8.BlockSide, r, first+2)
}

// addDC adds the samples of a block that has only a DC coefficient.
func (c *canvas) addDC(at int, dc int32) {
	dc = (dc + 4) >> 3

	for y := range vp8.BlockSide {
		row := (*[vp8.BlockSide]byte)(c[at+y*pitch:])
		for x, sample := range row {
			row[x] = clamp(int32(sample) + dc)
		}
	}
}

// The factors of the inverse DCT, in units of 1/65536 (RFC 6386, 14.3).
const (
	cosine = 20091 // √2 cos(π/8) − 1
	sine   = 35468 // √2 sin(π/8)
)

func timesCosine(v int32) int32 { return v + v*cosine>>16 }

func timesSine(v int32) int32 { return v * sine >> 16 }

// addFew adds the samples of a block with only the coefficients 0, 1 and 4, row by row.
func (c *canvas) addFew(at int, c0, c1, c4 int32) {
	down := [vp8.BlockSide]int32{timesCosine(c4), timesSine(c4), -timesSine(c4), -timesCosine(c4)}
	across := [vp8.BlockSide]int32{timesCosine(c1), timesSine(c1), -timesSine(c1), -timesCosine(c1)}

	for y, d := range down {
		row := (*[vp8.BlockSide]byte)(c[at+y*pitch:])
		for x, a := range across {
			row[x] = clamp(int32(row[x]) + (c0+4+d+a)>>3)
		}
	}
}

// inverseDCT adds the samples of a block, and clears its coefficients (RFC 6386, 14.3).
func (c *canvas) inverseDCT(at int, in *vp8.Coefficients) {
	var m [vp8.BlockSize]int16

	for x := range vp8.BlockSide {
		c0, c1, c2, c3 := int32(in[x]), int32(in[4+x]), int32(in[8+x]), int32(in[12+x])
		sum, difference := c0+c2, c0-c2
		low, high := timesSine(c1)-timesCosine(c3), timesCosine(c1)+timesSine(c3)
		m[x], m[4+x], m[8+x], m[12+x] = int16(sum+high), int16(difference+low), int16(difference-low), int16(sum-high)
	}

	for y := range vp8.BlockSide {
		row, out := (*[vp8.BlockSide]int16)(m[y*vp8.BlockSide:]), (*[vp8.BlockSide]byte)(c[at+y*pitch:])
		c0, c1, c2, c3 := int32(row[0])+4, int32(row[1]), int32(row[2]), int32(row[3])
		sum, difference := c0+c2, c0-c2
		low, high := timesSine(c1)-timesCosine(c3), timesCosine(c1)+timesSine(c3)
		out[0] = clamp(int32(out[0]) + int32(int16(sum+high)>>3))
		out[1] = clamp(int32(out[1]) + int32(int16(difference+low)>>3))
		out[2] = clamp(int32(out[2]) + int32(int16(difference-low)>>3))
		out[3] = clamp(int32(out[3]) + int32(int16(sum-high)>>3))
	}

	*in = vp8.Coefficients{}
}
