package tiff

import (
	"encoding/binary"
	"math/bits"
)

// codeReader reads codes through a reservoir. The next code is in the highest bits of the
// reservoir, or in the lowest bits if low is set. After the valid bits are zeros, or the
// bits that will be loaded next.
type codeReader struct {
	in       []byte
	reversed bool // the bits of each byte
	low      bool // the lowest bit first

	held  uint64
	count uint // valid bits; at most 63
	width uint // of a code
}

// code reads the next code. After the end of the data it returns the end code.
func (r *codeReader) code() uint {
	if r.count < r.width {
		if r.fill(); r.count < r.width {
			return codeEnd
		}
	}

	r.count -= r.width

	if r.low {
		code := r.held & (1<<r.width - 1)
		r.held >>= r.width

		return uint(code)
	}

	code := r.held >> (64 - r.width)
	r.held <<= r.width

	return uint(code)
}

// fill adds bytes to the reservoir: usually as many whole bytes of 8 as fit.
func (r *codeReader) fill() {
	if len(r.in) >= 8 {
		word := binary.LittleEndian.Uint64(r.in)

		switch {
		case r.low:
			r.held |= word << r.count
		case r.reversed:
			r.held |= bits.Reverse64(word) >> r.count
		default:
			r.held |= bits.ReverseBytes64(word) >> r.count
		}

		r.in = r.in[(63-r.count)>>3:]
		r.count |= 56

		return
	}

	for ; r.count < 56 && len(r.in) > 0; r.count += 8 {
		value := r.in[0]
		r.in = r.in[1:]

		if r.reversed {
			value = bits.Reverse8(value)
		}

		if r.low {
			r.held |= uint64(value) << r.count
		} else {
			r.held |= uint64(value) << (56 - r.count)
		}
	}
}
