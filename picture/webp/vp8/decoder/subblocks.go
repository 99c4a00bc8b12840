package decoder

import (
	"encoding/binary"

	"triptych/picture/webp/vp8"
)

// predictSubblock predicts a luma subblock from the samples in the canvas (RFC 6386, 12.3). In
// the comments there, E is the edge: here a to h are the samples above, m is the corner and i
// to l are those at the left, from top to bottom.
func (c *canvas) predictSubblock(mode vp8.SubblockMode, at int) {
	s := c[at-pitch-1 : at+3*pitch+4 : at+3*pitch+4]
	above := binary.LittleEndian.Uint64(s[1:])
	m, i, j, k, l := uint32(s[0]), uint32(s[pitch]), uint32(s[2*pitch]), uint32(s[3*pitch]), uint32(s[4*pitch])
	a, b, cc, d := uint32(above&255), uint32(above>>8&255), uint32(above>>16&255), uint32(above>>24&255)
	e, f, g, h := uint32(above>>32&255), uint32(above>>40&255), uint32(above>>48&255), uint32(above>>56)

	var r0, r1, r2, r3 uint32

	switch mode {
	case vp8.SubDC:
		r0 = (a + b + cc + d + i + j + k + l + 4) >> 3 * repeat4
		r1, r2, r3 = r0, r0, r0
	case vp8.SubTrueMotion:
		c.trueMotion(at, vp8.BlockSide)

		return
	case vp8.SubVertical:
		r0 = mean3(m, a, b) | mean3(a, b, cc)<<8 | mean3(b, cc, d)<<16 | mean3(cc, d, e)<<24
		r1, r2, r3 = r0, r0, r0
	case vp8.SubHorizontal:
		r0, r1 = mean3(m, i, j)*repeat4, mean3(i, j, k)*repeat4
		r2, r3 = mean3(j, k, l)*repeat4, mean3(k, l, l)*repeat4
	case vp8.SubLeftDown: // Diagonals: each row is the previous one, shifted.
		row := uint64(mean3(a, b, cc)|mean3(b, cc, d)<<8|mean3(cc, d, e)<<16|mean3(d, e, f)<<24) |
			uint64(mean3(e, f, g)|mean3(f, g, h)<<8|mean3(g, h, h)<<16)<<32
		r0, r1, r2, r3 = uint32(row), uint32(row>>8), uint32(row>>16), uint32(row>>24)
	case vp8.SubRightDown:
		row := uint64(mean3(j, k, l)|mean3(i, j, k)<<8|mean3(m, i, j)<<16|mean3(a, m, i)<<24) |
			uint64(mean3(m, a, b)|mean3(a, b, cc)<<8|mean3(b, cc, d)<<16)<<32
		r0, r1, r2, r3 = uint32(row>>24), uint32(row>>16), uint32(row>>8), uint32(row)
	case vp8.SubVerticalRight:
		r0 = mean2(m, a) | mean2(a, b)<<8 | mean2(b, cc)<<16 | mean2(cc, d)<<24
		r1 = mean3(i, m, a) | mean3(m, a, b)<<8 | mean3(a, b, cc)<<16 | mean3(b, cc, d)<<24
		r2 = r0<<8 | mean3(j, i, m)
		r3 = r1<<8 | mean3(k, j, i)
	case vp8.SubVerticalLeft:
		r0 = mean2(a, b) | mean2(b, cc)<<8 | mean2(cc, d)<<16 | mean2(d, e)<<24
		r1 = mean3(a, b, cc) | mean3(b, cc, d)<<8 | mean3(cc, d, e)<<16 | mean3(d, e, f)<<24
		r2 = r0>>8 | mean3(e, f, g)<<24
		r3 = r1>>8 | mean3(f, g, h)<<24
	case vp8.SubHorizontalDown:
		row := uint64(mean2(k, l)|mean3(j, k, l)<<8|mean2(j, k)<<16|mean3(i, j, k)<<24) |
			uint64(mean2(i, j)|mean3(m, i, j)<<8|mean2(m, i)<<16|mean3(a, m, i)<<24)<<32
		r3, r2, r1 = uint32(row), uint32(row>>16), uint32(row>>32)
		r0 = uint32(row>>48) | mean3(m, a, b)<<16 | mean3(a, b, cc)<<24
	default: // SubHorizontalUp
		row := uint64(mean2(i, j)|mean3(i, j, k)<<8|mean2(j, k)<<16|mean3(j, k, l)<<24) |
			uint64(mean2(k, l)|mean3(k, l, l)<<8|l<<16|l<<24)<<32
		r0, r1, r2 = uint32(row), uint32(row>>16), uint32(row>>32)
		r3 = l * repeat4
	}

	binary.LittleEndian.PutUint32(s[pitch+1:], r0)
	binary.LittleEndian.PutUint32(s[2*pitch+1:], r1)
	binary.LittleEndian.PutUint32(s[3*pitch+1:], r2)
	binary.LittleEndian.PutUint32(s[4*pitch+1:], r3)
}
