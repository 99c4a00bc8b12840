package encoder

import (
	"encoding/binary"
	"fmt"
	"image"
)

// The color types (11.2.1).
const (
	gray      = 0
	trueColor = 2
	indexed   = 3
	withAlpha = 6
)

// source is the rows of an image in the form in which they are stored.
type source struct {
	pix           []byte
	stride        int
	width, height int
	pixelBytes    int // of a pixel in pix

	colorType byte
	depth     int // the bits of a sample
	samples   int // of a pixel

	palette *palette // of colorType indexed
	unit    byte     // the difference between two values of gray with fewer than 8 bits
}

// sourceOf returns the rows of an image of one of the types that [Encode] takes.
func sourceOf(pixels image.Image) (source, error) {
	const (
		one, three, four = 1, 3, 4
	)

	size := pixels.Bounds().Size()
	from := source{width: size.X, height: size.Y, depth: 8, unit: 1}

	switch p := pixels.(type) {
	case *image.Gray:
		from.pix, from.stride, from.colorType, from.samples, from.pixelBytes = p.Pix, p.Stride, gray, one, one
	case *image.RGBA:
		from.pix, from.stride, from.colorType, from.samples, from.pixelBytes = p.Pix, p.Stride, trueColor, three, four
	case *image.NRGBA:
		from.pix, from.stride, from.colorType, from.samples, from.pixelBytes = p.Pix, p.Stride, withAlpha, four, four
	default:
		return source{}, fmt.Errorf("encode PNG: images of type %T are not supported", pixels)
	}

	if size.X < 1 || size.Y < 1 {
		return source{}, fmt.Errorf("encode PNG: an image of %d × %d pixels", size.X, size.Y)
	}

	return from, nil
}

// rowBytes is the length of a row.
func (s *source) rowBytes() int { return (s.width*s.samples*s.depth + 7) / 8 }

// step is the number of bytes from a sample to the same sample of the next pixel, for the
// filters: at least 1 (9.2).
func (s *source) step() int { return max(1, s.samples*s.depth/8) }

// bytes is the length of all rows with their filters.
func (s *source) bytes() int { return s.height * (1 + s.rowBytes()) }

// at returns the bytes of the pixels of a row.
func (s *source) at(y int) []byte {
	return s.pix[y*s.stride:][:s.width*s.pixelBytes]
}

// row stores a row. After the row, into has at least one byte.
func (s *source) row(y int, into []byte) {
	from := s.at(y)

	switch {
	case s.colorType == indexed:
		s.indexes(from, into)
	case s.depth < 8:
		s.pack(into, func(x int) byte { return from[x*s.pixelBytes] / s.unit })
	case s.samples == s.pixelBytes:
		copy(into, from)
	case s.samples == 1:
		for x := range s.width {
			into[x] = from[x*s.pixelBytes]
		}
	default:
		// Each pixel is stored with its alpha, which the next pixel overwrites.
		for x := range s.width {
			pixel := binary.LittleEndian.Uint32(from[4*x:])
			binary.LittleEndian.PutUint32(into[3*x:], pixel)
		}
	}
}

// indexes stores the indexes of the colors of a row.
func (s *source) indexes(from, into []byte) {
	last, index := s.color(from), byte(0)
	index = s.palette.index(last)

	s.pack(into, func(x int) byte {
		if color := s.color(from[x*s.pixelBytes:]); color != last {
			last, index = color, s.palette.index(color)
		}

		return index
	})
}

// color returns the color of the pixel at the start of a row, red in the lowest bits.
func (s *source) color(pixel []byte) uint32 {
	const opaque = 0xff000000

	switch {
	case s.pixelBytes == 1:
		return opaque | uint32(pixel[0])*0x010101
	case s.samples == 3 || s.palette != nil && s.palette.opaque:
		return opaque | binary.LittleEndian.Uint32(pixel)
	default:
		return binary.LittleEndian.Uint32(pixel)
	}
}

// pack stores one sample of each pixel, the leftmost in the highest bits (7.2).
func (s *source) pack(into []byte, sample func(x int) byte) {
	if s.depth == 8 {
		for x := range s.width {
			into[x] = sample(x)
		}

		return
	}

	clear(into[:s.rowBytes()])

	for x := range s.width {
		at := x * s.depth
		into[at/8] |= sample(x) << (8 - s.depth - at%8)
	}
}
