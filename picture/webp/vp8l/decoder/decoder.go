// Package decoder decodes lossless WebP (RFC 9649, 3; section numbers in this package refer to
// it): the images of VP8L and the planes of ALPH. The pixels are those that libwebp and
// golang.org/x/image/vp8l decode, and it rejects the images that libwebp rejects.
//
// # Memory
//
// A decoder returns rows. A copy can refer to one of the last 1,048,456 pixels, whatever the
// size of the image. The decoder holds these pixels, which are 4 MiB, at most 2 MiB more, a few
// rows, and the images of the transforms and of the prefix codes. Each of those has at most a
// sixteenth of the pixels, and takes 1, 4 and 2 bytes a pixel. Options limits it, with the
// prefix codes.
package decoder

import (
	"context"
	"encoding/binary"
	"fmt"

	"triptych/picture/failure"
)

// Options sets the limits of a decoder.
type Options struct {
	// MaxBytes limits the bytes that are allocated. An image that needs more is rejected
	// with failure.TooManyPixels.
	MaxBytes int64
}

// Decoder decodes an image.
type Decoder struct {
	Width, Height int

	pixels     *stream
	transforms []transform // in the order of the stream
	rows       int         // returned so far
	buffer     []uint32
}

// headerBytes is the length of the signature and the size.
const headerBytes = 5

// ReadHeader returns the size of an image (3.4).
func ReadHeader(data []byte) (width, height int, err error) {
	const signature, sideBits, versionBits = 0x2f, 14, 29

	if len(data) < headerBytes || data[0] != signature {
		return 0, 0, corrupt("the signature is missing")
	}

	bits := binary.LittleEndian.Uint32(data[1:])
	if bits>>versionBits != 0 {
		return 0, 0, corrupt("version %d is unknown", bits>>versionBits)
	}

	const side = 1<<sideBits - 1

	return 1 + int(bits&side), 1 + int(bits>>sideBits&side), nil
}

// New reads an image up to its first pixel. The failures are Truncated, Corrupt and
// TooManyPixels.
func New(data []byte, o Options) (*Decoder, error) {
	width, height, err := ReadHeader(data)
	if err != nil {
		return nil, err
	}

	r := newReader(data)
	r.bits(8)
	r.bits(32)

	return open(&r, width, height, o)
}

// NewPlane does the same for a compressed plane of alpha (2.7.1.2), whose values are the green
// of the pixels.
func NewPlane(data []byte, width, height int, o Options) (*Decoder, error) {
	r := newReader(data)

	return open(&r, width, height, o)
}

// open reads the transforms and the prefix codes.
func open(r *reader, width, height int, o Options) (*Decoder, error) {
	d := &Decoder{Width: width, Height: height}
	h := &header{reader: r, codes: codeReader{reader: r, left: o.MaxBytes}}

	coded, err := d.readTransforms(h)
	if err != nil {
		return nil, err
	}

	if d.pixels, err = h.stream(coded, height, true); err != nil {
		return nil, err
	}

	if err := h.take(int64(d.pixels.size+2*width) * pixelBytes); err != nil {
		return nil, err
	}

	d.pixels.window = make([]uint32, 0, d.pixels.size)
	d.buffer = make([]uint32, width)

	return d, nil
}

// Next returns the next row: alpha, red, green and blue of each pixel, alpha in the highest
// byte. It is valid until the next call. It is called as often as the image has rows.
func (d *Decoder) Next() ([]uint32, error) {
	coded, err := d.pixels.row()
	if err != nil {
		return nil, err
	}

	if d.rows == d.Height-1 {
		if err := d.pixels.end(); err != nil {
			return nil, err
		}
	}

	row := d.buffer[:len(coded)]
	copy(row, coded)

	for i := len(d.transforms) - 1; i >= 0; i-- {
		row = d.transforms[i].invert(row, d.buffer, d.rows)
	}

	d.rows++

	return row, nil
}

// Skip reads all rows without making their pixels. It fails if Next does, or when ctx is done.
func (d *Decoder) Skip(ctx context.Context) error {
	for range d.Height {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("decode VP8L: %w", err)
		}

		if _, err := d.pixels.row(); err != nil {
			return err
		}
	}

	return d.pixels.end()
}

const pixelBytes = 4

// header reads what precedes the pixels.
type header struct {
	*reader

	codes codeReader
}

// take counts memory.
func (h *header) take(bytes int64) error {
	if h.codes.left -= bytes; h.codes.left < 0 {
		return failure.New(failure.TooManyPixels, "VP8L: the image takes too much memory")
	}

	return nil
}
