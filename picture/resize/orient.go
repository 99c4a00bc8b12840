package resize

import (
	"encoding/binary"

	"triptych/picture/planes"
)

// turns returns the operations that make a stored image upright: mirroring left and
// right, then top and bottom, then transposing (EXIF 2.32, 4.6.4.A, Orientation).
func turns(orientation int) (across, down, transposes bool) {
	switch orientation {
	case 2, 3, 7, 8:
		across = true
	}

	switch orientation {
	case 3, 4, 6, 7:
		down = true
	}

	const firstTransposed, last = 5, 8

	return across, down, orientation >= firstTransposed && orientation <= last
}

const side = 8

// transpose swaps rows and columns in tiles of eight by eight samples. A column of single
// bytes would touch one cache line per byte.
func transpose(src planes.Plane) planes.Plane {
	dst := planes.New(src.Height, src.Width)

	wide, high := src.Width/side*side, src.Height/side*side

	for y := 0; y < high; y += side {
		for x := 0; x < wide; x += side {
			tile(dst.Pix[x*dst.Stride+y:], dst.Stride, src.Pix[y*src.Stride+x:], src.Stride)
		}
	}

	// The rest at the right and at the bottom.
	for y := range src.Height {
		begin := wide
		if y >= high {
			begin = 0
		}

		for x := begin; x < src.Width; x++ {
			dst.Pix[x*dst.Stride+y] = src.Pix[y*src.Stride+x]
		}
	}

	return dst
}

// tile transposes eight rows of eight bytes. A row is a word whose lowest byte is its
// first sample. Three rounds swap smaller and smaller squares across the diagonal: the
// 4×4 corners, then the 2×2 corners of each quarter, then single samples.
func tile(dst []byte, dstStride int, src []byte, srcStride int) {
	var rows [side]uint64
	for y := range rows {
		rows[y] = binary.LittleEndian.Uint64(src[y*srcStride:])
	}

	swap(&rows[0], &rows[4], 32, 0x00000000ffffffff)
	swap(&rows[1], &rows[5], 32, 0x00000000ffffffff)
	swap(&rows[2], &rows[6], 32, 0x00000000ffffffff)
	swap(&rows[3], &rows[7], 32, 0x00000000ffffffff)

	swap(&rows[0], &rows[2], 16, 0x0000ffff0000ffff)
	swap(&rows[1], &rows[3], 16, 0x0000ffff0000ffff)
	swap(&rows[4], &rows[6], 16, 0x0000ffff0000ffff)
	swap(&rows[5], &rows[7], 16, 0x0000ffff0000ffff)

	swap(&rows[0], &rows[1], 8, 0x00ff00ff00ff00ff)
	swap(&rows[2], &rows[3], 8, 0x00ff00ff00ff00ff)
	swap(&rows[4], &rows[5], 8, 0x00ff00ff00ff00ff)
	swap(&rows[6], &rows[7], 8, 0x00ff00ff00ff00ff)

	for x, row := range rows {
		binary.LittleEndian.PutUint64(dst[x*dstStride:], row)
	}
}

// swap exchanges the upper bytes of one row (those that mask, shifted, selects) with the
// lower bytes of another row below it. In both rows it flips the bits that differ.
func swap(above, below *uint64, shift uint, mask uint64) {
	differ := (*above>>shift ^ *below) & mask
	*below ^= differ
	*above ^= differ << shift
}
