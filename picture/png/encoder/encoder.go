// Package encoder writes images of 8-bit samples as PNG files. Section numbers refer to the
// PNG specification, third edition.
//
// # Bytes and time
//
// A photo has filters that are chosen for each row, and the fast search of package deflate.
// A drawing, in which many pixels are equal to a neighbor, often has fewer bytes without
// filters. An image with few colors can become a palette, and one without colors gray. The
// encoder tries the forms that are possible: on the whole image if it is small, and
// otherwise on some of its rows. Small images, and those that compress well, are searched
// thoroughly. Drawings of up to 512 × 512 pixels have at most the bytes of image/png at its
// best level. The pixels are always the same.
package encoder

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
)

// Options configures the file. The zero value is valid.
type Options struct {
	// Profile says that the file will have a color profile. Then an image with colors keeps
	// colors, even if all its pixels are gray, and a gray image stays gray: the profile has
	// to fit the color type (11.3.2.3).
	Profile bool
}

// Encode returns the file of an image. A Gray becomes grayscale, an NRGBA color with alpha,
// or a form with the same pixels and fewer bytes. An RGBA must be opaque everywhere, which
// is not checked, and becomes color.
func Encode(pixels image.Image, options Options) ([]byte, error) {
	from, err := sourceOf(pixels)
	if err != nil {
		return nil, err
	}

	form, data := from.smallest(options.Profile)
	if len(data) > maxChunk {
		return nil, fmt.Errorf("encode PNG: the compressed pixels have more than %d bytes", maxChunk)
	}

	const (
		signature                     = "\x89PNG\r\n\x1a\n"
		compression, method, progress = 0, 0, 0
	)

	file := make([]byte, 0, len(data)+overhead)
	file = append(file, signature...)

	at := len(file)
	file = begin(file, "IHDR")
	file = binary.BigEndian.AppendUint32(file, uint32(form.width))
	file = binary.BigEndian.AppendUint32(file, uint32(form.height))
	file = seal(append(file, byte(form.depth), form.colorType, compression, method, progress), at)

	if form.palette != nil {
		file = form.palette.chunks(file)
	}

	at = len(file)
	file = seal(append(begin(file, "IDAT"), data...), at)
	at = len(file)

	return seal(begin(file, "IEND"), at), nil
}

// Chunks (5.3).
const (
	lengthBytes = 4
	prefixBytes = lengthBytes + 4 // the length and the type

	maxChunk = 1<<31 - 1

	// overhead is the room for everything but the compressed pixels: the signature, five
	// chunks, the header, 256 colors with alpha.
	overhead = 8 + 5*(prefixBytes+4) + 13 + 4*mostColors
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
