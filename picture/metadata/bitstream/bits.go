// Package bitstream reads the headers of coded images, as far as necessary for their
// size, their sampling, and the meaning of their samples. These are the sequence
// parameter set of HEVC (ITU-T H.265, 7.3.2.2) with its video usability information
// (annex E), and the sequence header of AV1 (AV1 Bitstream Specification, 5.5).
//
// Headers come from uploads and are not trusted. After the end of a header all bits are
// read as zero. A header that ends too early is an error.
package bitstream

import "errors"

// ErrHeader reports that a header is damaged or of an unknown kind.
var ErrHeader = errors.New("damaged header of a coded image")

// Unspecified is the number in ISO/IEC 23091-2 for unknown primaries, transfer or matrix.
const Unspecified = 2

// Picture holds the properties in the header of a coded image.
type Picture struct {
	// Width and Height are in pixels, for the part that is shown.
	Width, Height int
	// Gray reports that there are no chroma samples.
	Gray bool
	// HalfWidth and HalfHeight report that a row has half as many chroma samples, and
	// that there are half as many rows of them.
	HalfWidth, HalfHeight bool
	// Depth is the number of bits of a sample. DepthOfColor is that of a chroma sample,
	// which may differ in HEVC.
	Depth, DepthOfColor int
	// Signal reports that the header contains at least one of the fields that follow.
	Signal bool
	// Primaries, Transfer and Matrix are numbers of ISO/IEC 23091-2, or Unspecified.
	Primaries, Transfer, Matrix uint16
	// FullRange reports that samples range from 0 to the largest number.
	FullRange bool
}

// bits reads numbers from a sequence of bits, the highest bit first.
type bits struct {
	data  []byte
	at    int // in bits
	ended bool
}

func (b *bits) bit() uint32 {
	if b.at>>3 >= len(b.data) {
		b.ended = true

		return 0
	}

	bit := b.data[b.at>>3] >> (7 - b.at&7) & 1 // Bits of a byte.
	b.at++

	return uint32(bit)
}

func (b *bits) flag() bool { return b.bit() == 1 }

// uint reads a number of n bits, at most 32.
func (b *bits) uint(n int) (value uint32) {
	for range n {
		value = value<<1 | b.bit()
	}

	return value
}

func (b *bits) skip(n int) {
	b.at += n

	if b.at > 8*len(b.data) { // Bits of a byte.
		b.at, b.ended = 8*len(b.data), true
	}
}

// golomb reads an unsigned Exp-Golomb code, ue(v) (ITU-T H.265, 9.2). It is the same code
// as uvlc in AV1.
func (b *bits) golomb() uint32 {
	const most = 32

	zeros := 0
	for !b.flag() {
		zeros++

		if zeros >= most || b.ended {
			b.ended = true

			return 0
		}
	}

	return 1<<zeros - 1 + b.uint(zeros)
}

// small reads a Golomb code that must not exceed a limit. A larger value means that the
// header is damaged.
func (b *bits) small(limit uint32) int {
	value := b.golomb()
	if value > limit {
		b.ended = true

		return 0
	}

	return int(value)
}
