package encoder

import (
	"triptych/picture/planes"
	"triptych/picture/webp/vp8"
)

// source is the blocks of a macroblock: those of luma, and four of each chroma plane.
type source struct {
	luma   [vp8.LumaBlocks]vp8.Block
	chroma [2 * vp8.ChromaBlocks]vp8.Block
}

// The ranges of the bitstream are those of ITU-R BT.601, 16 to 235 and 16 to 240 (RFC
// 9649, 2.5). The range of [planes] is that of JFIF, 0 to 255.
var (
	lumaRange   = narrow(0, 16, 219)
	chromaRange = narrow(128, 128, 224)
)

// narrow scales the range 0 to 255 around zero to a range of the given width around target.
func narrow(zero, target, width int) (table [256]byte) {
	const full = 255

	for sample := range table {
		distance := (sample - zero) * width
		if distance < 0 {
			distance -= full / 2
		} else {
			distance += full / 2
		}

		table[sample] = byte(target + distance/full)
	}

	return table
}

// load reads a macroblock. Samples outside the image are those of its last row or column.
func (f *frame) load(s *source, x, y int) {
	loadPlane(s.luma[:], &f.img.Planes[0], f.ranges[0], x, y, vp8.MacroblockSide)

	if f.img.Model == planes.Gray {
		const neutral = 128

		for i := range s.chroma {
			for at := range s.chroma[i] {
				s.chroma[i][at] = neutral
			}
		}

		return
	}

	loadPlane(s.chroma[:vp8.ChromaBlocks], &f.img.Planes[1], f.ranges[1], x, y, vp8.ChromaSide)
	loadPlane(s.chroma[vp8.ChromaBlocks:], &f.img.Planes[2], f.ranges[2], x, y, vp8.ChromaSide)
}

func loadPlane(blocks []vp8.Block, plane *planes.Plane, table *[256]byte, x, y, side int) {
	var beyond [vp8.MacroblockSide]byte // a row that ends at the edge of the image

	wide := side / vp8.BlockSide
	left := x * side

	for row := range side {
		samples := plane.Row(min(y*side+row, plane.Height-1))[left:]

		if len(samples) < side {
			n := copy(beyond[:], samples)
			for ; n < side; n++ {
				beyond[n] = samples[len(samples)-1]
			}

			samples = beyond[:]
		}

		begin := row / vp8.BlockSide * wide
		at := row % vp8.BlockSide * vp8.BlockSide

		for i := range blocks[begin : begin+wide] {
			four, to := samples[i*vp8.BlockSide:][:vp8.BlockSide], blocks[begin+i][at:][:vp8.BlockSide]
			to[0], to[1], to[2], to[3] = table[four[0]], table[four[1]], table[four[2]], table[four[3]]
		}
	}
}
