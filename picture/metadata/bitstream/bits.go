// Package bitstream reads the headers of coded pictures as far as it takes to know
// their size, their sampling, and what their samples mean: the sequence parameter set
// of HEVC (ITU-T H.265, 7.3.2.2) with its video usability information (annex E), and
// the sequence header of AV1 (AV1 Bitstream Specification, 5.5).
//
// Headers come with uploads and are not trusted. Behind the end of a header all bits
// are zero, and a header that ends too early is an error.
package bitstream

import "errors"

// ErrHeader says that a header is damaged, or of a kind that is not known.
var ErrHeader = errors.New("a damaged header of a coded picture")

// Unspecified is the number that ISO/IEC 23091-2 has for primaries, a transfer and a
// matrix that are not known.
const Unspecified = 2

// Picture is what a header says of a coded picture.
type Picture struct {
	// Width and Height are in pixels, of the part that is shown.
	Width, Height int
	// Grey says that there are no samples of color.
	Grey bool
	// HalfWidth and HalfHeight say that there are half as many samples of color in a
	// row, and half as many rows of them.
	HalfWidth, HalfHeight bool
	// Depth is the number of bits of a sample; DepthOfColor that of the colors, which
	// HEVC allows to differ.
	Depth, DepthOfColor int
	// Signal says that the header says something of what follows.
	Signal bool
	// Primaries, Transfer and Matrix are numbers of ISO/IEC 23091-2, or Unspecified.
	Primaries, Transfer, Matrix uint16
	// FullRange says that samples go from 0 to the largest number.
	FullRange bool
}

// bits reads numbers of bits, the highest first.
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

// golomb reads an unsigned Exp-Golomb code, ue(v) (ITU-T H.265, 9.2), which is AV1's
// uvlc too.
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

// small reads a Golomb code that is at most a limit: anything else is damage.
func (b *bits) small(limit uint32) int {
	value := b.golomb()
	if value > limit {
		b.ended = true

		return 0
	}

	return int(value)
}
