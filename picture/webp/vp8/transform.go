package vp8

// The factors of the inverse DCT, in units of 1/65536 (RFC 6386, 14.3).
const (
	cosine = 85627 // √2 cos(π/8)
	sine   = 35468 // √2 sin(π/8)
)

// InverseDCT adds the samples of dequantized coefficients to a prediction, and writes the
// sums, limited to bytes, to b (RFC 6386, 14.3 and 14.5). b and prediction may be the same.
func InverseDCT(b, prediction *Block, c *Coefficients) {
	var m [BlockSize]int32

	for x := range BlockSide {
		c0, c1, c2, c3 := int32(c[x]), int32(c[4+x]), int32(c[8+x]), int32(c[12+x])
		sum, difference := c0+c2, c0-c2
		low := c1*sine>>16 - c3*cosine>>16
		high := c1*cosine>>16 + c3*sine>>16
		m[x], m[4+x], m[8+x], m[12+x] = sum+high, difference+low, difference-low, sum-high
	}

	for y := 0; y < BlockSize; y += BlockSide {
		row := (*[BlockSide]int32)(m[y:])
		p, out := (*[BlockSide]byte)(prediction[y:]), (*[BlockSide]byte)(b[y:])
		sum, difference := row[0]+4+row[2], row[0]+4-row[2]
		low := row[1]*sine>>16 - row[3]*cosine>>16
		high := row[1]*cosine>>16 + row[3]*sine>>16
		out[0] = clamp(int32(p[0]) + (sum+high)>>3)
		out[1] = clamp(int32(p[1]) + (difference+low)>>3)
		out[2] = clamp(int32(p[2]) + (difference-low)>>3)
		out[3] = clamp(int32(p[3]) + (sum-high)>>3)
	}
}

// InverseWHT returns the DC coefficients of the 16 luma blocks from the dequantized
// coefficients of Y2 (RFC 6386, 14.3).
func InverseWHT(c *Coefficients) Coefficients {
	var m [BlockSize]int32

	for x := range BlockSide {
		c0, c1, c2, c3 := int32(c[x]), int32(c[4+x]), int32(c[8+x]), int32(c[12+x])
		a0, a1, a2, a3 := c0+c3, c1+c2, c1-c2, c0-c3
		m[x], m[4+x], m[8+x], m[12+x] = a0+a1, a3+a2, a0-a1, a3-a2
	}

	var dc Coefficients

	for y := 0; y < BlockSize; y += BlockSide {
		a0, a1, a2, a3 := m[y]+3+m[y+3], m[y+1]+m[y+2], m[y+1]-m[y+2], m[y]+3-m[y+3]
		dc[y], dc[y+1], dc[y+2], dc[y+3] = int16((a0+a1)>>3), int16((a3+a2)>>3), int16((a0-a1)>>3), int16((a3-a2)>>3)
	}

	return dc
}
