// Package encoder writes images of 8-bit samples as PNG files. Section numbers refer to the
// PNG specification, third edition.
package encoder

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"

	"triptych/picture/deflate"
)

// The color types (11.2.1).
const (
	gray      = 0
	trueColor = 2
	withAlpha = 6
)

// source is the rows of an image.
type source struct {
	pix           []byte
	stride        int
	width, height int
	colorType     byte
	samples       int // of a pixel
	pixelBytes    int // of a pixel in pix
}

// sourceOf returns the rows of an image of one of the types that [Encode] takes.
func sourceOf(pixels image.Image) (source, error) {
	const (
		one, three, four = 1, 3, 4
	)

	size := pixels.Bounds().Size()
	from := source{width: size.X, height: size.Y}

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

// row copies the samples of a row. Behind the row, into has at least one byte.
func (s *source) row(y int, into []byte) {
	from := s.pix[y*s.stride:]

	if s.samples == s.pixelBytes {
		copy(into, from[:s.width*s.samples])

		return
	}

	// Each pixel is stored with its alpha, which the next pixel overwrites.
	for x := range s.width {
		pixel := binary.LittleEndian.Uint32(from[4*x:])
		binary.LittleEndian.PutUint32(into[3*x:], pixel)
	}
}

// Encode returns the file of an image. A Gray becomes grayscale, an NRGBA color with alpha.
// An RGBA must be opaque everywhere, which is not checked, and becomes color.
func Encode(pixels image.Image) ([]byte, error) {
	from, err := sourceOf(pixels)
	if err != nil {
		return nil, err
	}

	const (
		signature                            = "\x89PNG\r\n\x1a\n"
		depth, compression, method, progress = 8, 0, 0, 0
	)

	header := binary.BigEndian.AppendUint32(nil, uint32(from.width))
	header = binary.BigEndian.AppendUint32(header, uint32(from.height))
	header = append(header, depth, from.colorType, compression, method, progress)

	file := seal(append(begin([]byte(signature), "IHDR"), header...), len(signature))

	data := len(file)

	file = from.compress(begin(file, "IDAT"))
	if len(file)-data > maxChunk {
		return nil, fmt.Errorf("encode PNG: the compressed pixels have more than %d bytes", maxChunk)
	}

	file = seal(file, data)
	end := len(file)

	return seal(begin(file, "IEND"), end), nil
}

// Chunks (5.3).
const (
	lengthBytes = 4
	prefixBytes = lengthBytes + 4 // the length and the type

	maxChunk = 1<<31 - 1
)

// begin appends the start of a chunk.
func begin(file []byte, kind string) []byte {
	return append(append(file, make([]byte, lengthBytes)...), kind...)
}

// seal sets the length of the chunk that begins at an offset and ends the file, and appends
// its checksum.
func seal(file []byte, at int) []byte {
	binary.BigEndian.PutUint32(file[at:], uint32(len(file)-at-prefixBytes))

	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(file[at+lengthBytes:]))
}

// compress appends the zlib stream of all filtered rows (10.1).
func (s *source) compress(file []byte) []byte {
	rows := newRows(s.width*s.samples, s.samples)
	packed := deflate.NewWriter(file)

	for y := range s.height {
		s.row(y, rows.next())

		kind, row := rows.filter()
		_, _ = packed.Write([]byte{kind}) // Write returns no error.
		_, _ = packed.Write(row)
	}

	return packed.Close()
}
