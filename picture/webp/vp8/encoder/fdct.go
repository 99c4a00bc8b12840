package encoder

import "triptych/picture/webp/vp8"

// √2 cos(π/8) and √2 sin(π/8), in units of 1/4096.
const cosine, sine, unit = 5352, 2217, 12

// fraction is the number of bits of fraction that the first pass of forwardDCT keeps.
const fraction = 3

// forwardDCT transforms the differences between samples and their prediction. It is the
// inverse of [vp8.InverseDCT] but for rounding. The rows of the inverse's matrix are
// orthogonal, and have a square of 4. The inverse divides by 8. Therefore the forward
// transform multiplies by the transposed matrix and divides by 2.
func forwardDCT(c *vp8.Coefficients, samples, prediction *vp8.Block) {
	var m [vp8.BlockSize]int32

	for y := 0; y < vp8.BlockSize; y += vp8.BlockSide {
		s, p := (*[vp8.BlockSide]byte)(samples[y:]), (*[vp8.BlockSide]byte)(prediction[y:])
		d0, d1, d2, d3 := int32(s[0])-int32(p[0]), int32(s[1])-int32(p[1]), int32(s[2])-int32(p[2]), int32(s[3])-int32(p[3])
		a0, a1, a2, a3 := d0+d3, d1+d2, d1-d2, d0-d3
		m[y] = (a0 + a1) << fraction
		m[y+1] = (a3*cosine + a2*sine + 1<<(unit-fraction-1)) >> (unit - fraction)
		m[y+2] = (a0 - a1) << fraction
		m[y+3] = (a3*sine - a2*cosine + 1<<(unit-fraction-1)) >> (unit - fraction)
	}

	for x := range vp8.BlockSide {
		d0, d1, d2, d3 := m[x], m[4+x], m[8+x], m[12+x]
		a0, a1, a2, a3 := d0+d3, d1+d2, d1-d2, d0-d3
		c[x] = int16((a0 + a1 + 1<<fraction) >> (fraction + 1))
		c[4+x] = int16((a3*cosine + a2*sine + 1<<(unit+fraction)) >> (unit + fraction + 1))
		c[8+x] = int16((a0 - a1 + 1<<fraction) >> (fraction + 1))
		c[12+x] = int16((a3*sine - a2*cosine + 1<<(unit+fraction)) >> (unit + fraction + 1))
	}
}

// forwardWHT transforms the DC coefficients of the 16 luma blocks. It is the inverse of
// [vp8.InverseWHT] but for rounding.
func forwardWHT(dc *vp8.Coefficients) vp8.Coefficients {
	var (
		m [vp8.BlockSize]int32
		c vp8.Coefficients
	)

	for y := 0; y < vp8.BlockSize; y += vp8.BlockSide {
		d0, d1, d2, d3 := int32(dc[y]), int32(dc[y+1]), int32(dc[y+2]), int32(dc[y+3])
		m[y], m[y+1], m[y+2], m[y+3] = d0+d1+d2+d3, d0+d1-d2-d3, d0-d1-d2+d3, d0-d1+d2-d3
	}

	for x := range vp8.BlockSide {
		d0, d1, d2, d3 := m[x], m[4+x], m[8+x], m[12+x]
		c[x], c[4+x] = int16((d0+d1+d2+d3+1)>>1), int16((d0+d1-d2-d3+1)>>1)
		c[8+x], c[12+x] = int16((d0-d1-d2+d3+1)>>1), int16((d0-d1+d2-d3+1)>>1)
	}

	return c
}

// hadamard returns the sum of the magnitudes of a block's differences after a Hadamard
// transform. It estimates the bits of the block without quantizing it.
func hadamard(samples, prediction *vp8.Block) int {
	var m [vp8.BlockSize]int32

	for y := 0; y < vp8.BlockSize; y += vp8.BlockSide {
		s, p := (*[vp8.BlockSide]byte)(samples[y:]), (*[vp8.BlockSide]byte)(prediction[y:])
		d0, d1, d2, d3 := int32(s[0])-int32(p[0]), int32(s[1])-int32(p[1]), int32(s[2])-int32(p[2]), int32(s[3])-int32(p[3])
		a0, a1, a2, a3 := d0+d2, d1+d3, d0-d2, d1-d3
		m[y], m[y+1], m[y+2], m[y+3] = a0+a1, a0-a1, a2+a3, a2-a3
	}

	sum := int32(0)

	for x := range vp8.BlockSide {
		a0, a1, a2, a3 := m[x]+m[8+x], m[4+x]+m[12+x], m[x]-m[8+x], m[4+x]-m[12+x]
		sum += magnitude(a0+a1) + magnitude(a0-a1) + magnitude(a2+a3) + magnitude(a2-a3)
	}

	return int(sum)
}

func magnitude(v int32) int32 { return max(v, -v) }

// squares is the sum of the squared differences of two blocks.
func squares(a, b *vp8.Block) int {
	sum := int32(0)

	for i := range a {
		d := int32(a[i]) - int32(b[i])
		sum += d * d
	}

	return int(sum)
}
