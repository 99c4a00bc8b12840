// Package bmp decodes BMP files row by row: with a palette of 1, 2, 4 or 8 bits, also
// run-length encoded, and with 16, 24 or 32 bits, also with masks (Microsoft, "Bitmap
// Storage"). It also reads the headers of OS/2.
//
// # Tolerated defects
//
// A gap before the pixels, a missing or wrong offset of the pixels, a missing part of the
// palette (black), run lengths that end early (color 0). In 32 bits, the fourth byte is
// alpha only if a mask says so, as in Pillow and ImageMagick.
//
// # Memory
//
// Package metadata reads the header, with the code that metadata.Inspect uses. The
// decoder holds one row at a time. For run lengths it holds one byte per pixel.
package bmp

import (
	"bytes"
	"math/bits"

	meta "triptych/picture/metadata/bmp"
	"triptych/picture/planes"
	"triptych/picture/raster"
)

// Reader decodes rows. It implements [raster.Rows].
type Reader struct {
	Layout raster.Layout

	header  *meta.Header
	pixels  []byte // of the file
	y       int
	row     []byte
	indexes []byte // from run lengths, in the order of the file
}

// Open reads the headers, and decodes nothing yet. It does not copy the file.
func Open(file []byte) (*Reader, error) {
	header, err := meta.Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}

	r := &Reader{header: header, pixels: file[min(header.PixelsAt, int64(len(file))):], Layout: raster.Layout{
		Width: header.Width, Height: header.Height, Model: planes.RGB, Alpha: header.Masks[3] != 0,
	}}

	if header.Bits <= 8 { // Bits of an index.
		r.Layout.Palette = make([][3]byte, 1<<header.Bits)
		colors := file[min(header.PaletteAt, int64(len(file))):]

		for i := range min(header.Colors, len(colors)/header.ColorBytes) {
			color := colors[i*header.ColorBytes:]
			r.Layout.Palette[i] = [3]byte{color[2], color[1], color[0]}
		}
	}

	return r, nil
}

// Memory is the number of bytes for decoding, without the output of the rows.
func (r *Reader) Memory() int64 {
	need := int64(r.Layout.RowBytes())
	if r.header.RunLengths {
		need += int64(r.header.Width) * int64(r.header.Height)
	}

	return need
}

// Next returns the next row in the layout, from top to bottom.
func (r *Reader) Next() ([]byte, error) {
	y := r.y
	if !r.header.TopDown {
		y = r.header.Height - 1 - y
	}

	r.y++

	if r.header.RunLengths {
		if r.indexes == nil {
			if err := r.expand(); err != nil {
				return nil, err
			}
		}

		return r.indexes[y*r.header.Width:][:r.header.Width], nil
	}

	if r.row == nil {
		r.row = make([]byte, r.Layout.RowBytes())
	}

	r.unpack(r.pixels[int64(y)*r.header.RowBytes():])

	return r.row, nil
}

// unpack converts a stored row to the layout.
func (r *Reader) unpack(stored []byte) {
	plain := r.header.Masks == [4]uint32{0xff0000, 0xff00, 0xff}

	switch size := r.header.Bits; {
	case size == 8:
		copy(r.row, stored)
	case size < 8:
		mask := byte(1<<size - 1)

		for x := range r.row {
			r.row[x] = stored[x*size/8] >> (8 - size - x*size%8) & mask // Bits of a byte.
		}
	case plain:
		step := size / 8 // Bits of a byte.

		for x := range r.header.Width {
			from, into := stored[step*x:step*x+3:step*x+3], r.row[3*x:3*x+3:3*x+3]
			into[0], into[1], into[2] = from[2], from[1], from[0]
		}
	default:
		r.unmask(stored)
	}
}

// unmask separates the channels of pixels by the masks.
func (r *Reader) unmask(stored []byte) {
	var (
		step  = r.header.Bits / 8 // Bits of a byte.
		count = r.Layout.Samples()
		shift [4]int
		most  [4]uint64
	)

	for i, mask := range r.header.Masks {
		shift[i] = bits.TrailingZeros32(mask) % 32
		most[i] = uint64(mask >> shift[i])
	}

	for x := range r.header.Width {
		var pixel uint32
		for i := range step {
			pixel |= uint32(stored[step*x+i]) << (8 * i) // Bits of a byte.
		}

		for i := range count {
			if most[i] != 0 {
				r.row[count*x+i] = byte(uint64(pixel&r.header.Masks[i]>>shift[i]) * 255 / most[i]) //nolint:gosec // At most 255.
			}
		}
	}
}
