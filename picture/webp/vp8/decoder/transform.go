package decoder

import "triptych/picture/webp/vp8"

// addBlock adds the samples of a block to its prediction, and clears its coefficients (RFC
// 6386, 14.3 to 14.5).
func (c *canvas) addBlock(at int, r *residual, i int) {
	switch r.coded[i] {
	case nothing:
	case onlyDC:
		c.addDC(at, int32(r.coefficients[i][0]))
		r.coefficients[i][0] = 0
	default:
		c.addInverse(at, r, i)
	}
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
	cosine = 85627 // √2 cos(π/8)
	sine   = 35468 // √2 sin(π/8)
)

// inverseDCT adds the samples of a block, and clears its coefficients (RFC 6386, 14.3).
func (c *canvas) inverseDCT(at int, in *vp8.Coefficients) {
	var m [vp8.BlockSize]int32

	for x := range vp8.BlockSide {
		c0, c1, c2, c3 := int32(in[x]), int32(in[4+x]), int32(in[8+x]), int32(in[12+x])
		sum, difference := c0+c2, c0-c2
		low := c1*sine>>16 - c3*cosine>>16
		high := c1*cosine>>16 + c3*sine>>16
		m[x], m[4+x], m[8+x], m[12+x] = sum+high, difference+low, difference-low, sum-high
	}

	for y := range vp8.BlockSide {
		row, out := (*[vp8.BlockSide]int32)(m[y*vp8.BlockSide:]), (*[vp8.BlockSide]byte)(c[at+y*pitch:])
		sum, difference := row[0]+4+row[2], row[0]+4-row[2]
		low := row[1]*sine>>16 - row[3]*cosine>>16
		high := row[1]*cosine>>16 + row[3]*sine>>16
		out[0] = clamp(int32(out[0]) + (sum+high)>>3)
		out[1] = clamp(int32(out[1]) + (difference+low)>>3)
		out[2] = clamp(int32(out[2]) + (difference-low)>>3)
		out[3] = clamp(int32(out[3]) + (sum-high)>>3)
	}

	*in = vp8.Coefficients{}
}
