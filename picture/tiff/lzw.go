package tiff

import (
	"errors"
	"math/bits"
)

const (
	codeClear   = 256
	codeEnd     = 257
	firstCode   = 258
	leastWidth  = 9
	mostWidth   = 12
	tableLength = 1 << mostWidth
)

var errCode = errors.New("invalid LZW code")

// lzw undoes LZW (section 13), and the older kind with the lowest bit first, whose codes
// grow by a bit one code later. It reads the same data as libtiff.
type lzw struct {
	in       []byte
	reversed bool // the bits of each byte
	low      bool // the lowest bit first

	held  uint64 // bits read but not used
	count int    // their number
	width int    // of a code
	ended bool

	prefix [tableLength]uint16
	suffix [tableLength]byte
	first  [tableLength]byte
	length [tableLength]uint16
	free   int // the next code of the table
	last   int // the previous code, or -1

	row  []byte
	rest []byte // of a string that was longer than its row
	left [tableLength]byte
}

func startLZW(last source, in []byte, reversed bool) *lzw {
	z, ok := last.(*lzw)
	if !ok {
		z = &lzw{}

		for i := range codeClear {
			z.suffix[i], z.first[i], z.length[i] = byte(i), byte(i), 1
		}
	}

	z.in, z.reversed, z.held, z.count, z.ended, z.rest = in, reversed, 0, 0, false, nil
	z.clear()

	// A stream begins with a clear code, which distinguishes the two kinds.
	z.low = len(in) > 1 && !reversed && in[0] == 0 && in[1]&1 == 1

	return z
}

func (z *lzw) clear() { z.width, z.free, z.last = leastWidth, firstCode, -1 }

// code reads the next code. After the end of the data it returns the end code.
func (z *lzw) code() int {
	for z.count < z.width {
		if len(z.in) == 0 {
			return codeEnd
		}

		value := z.in[0]
		z.in = z.in[1:]

		if z.reversed {
			value = bits.Reverse8(value)
		}

		if z.low {
			z.held |= uint64(value) << z.count
		} else {
			z.held = z.held<<8 | uint64(value)
		}

		z.count += 8
	}

	mask := uint64(1)<<z.width - 1
	z.count -= z.width

	if z.low {
		code := z.held & mask
		z.held >>= z.width

		return int(code) //nolint:gosec // 12 bits.
	}

	return int(z.held >> z.count & mask) //nolint:gosec // 12 bits.
}

// most is the number of codes of the largest table.
func (z *lzw) most() int {
	if z.low {
		return tableLength
	}

	return tableLength - 1 // The width grows one code early.
}

func (z *lzw) next(length int) ([]byte, error) {
	z.row = room(z.row, length)
	filled := copy(z.row, z.rest)
	z.rest = z.rest[filled:]

	for filled < length {
		code := z.code()

		switch {
		case code == codeEnd || z.ended:
			z.ended = true

			return nil, errShort
		case code == codeClear:
			z.clear()

			continue
		case code > z.free || code == z.free && (z.last < 0 || z.free >= z.most()):
			return nil, errCode
		}

		filled += z.put(code, z.row[filled:])
	}

	return z.row, nil
}

// put enters a string into the table and writes the string of a code. It returns the
// number of bytes that fit.
func (z *lzw) put(code int, into []byte) int {
	if z.last >= 0 && z.free < z.most() {
		z.prefix[z.free] = uint16(z.last) //nolint:gosec // 12 bits.
		z.first[z.free] = z.first[z.last]
		z.length[z.free] = z.length[z.last] + 1

		// code may be the new entry itself, whose first byte is set above.
		z.suffix[z.free] = z.first[code]

		z.free++

		if z.free+tableLength-z.most() >= 1<<z.width && z.width < mostWidth {
			z.width++
		}
	}

	z.last = code

	length := int(z.length[code])
	if length <= len(into) {
		z.write(code, into[:length])

		return length
	}

	z.write(code, z.left[:length])
	taken := copy(into, z.left[:length])
	z.rest = z.left[taken:length]

	return taken
}

// write writes the string of a code, from its end.
func (z *lzw) write(code int, into []byte) {
	for i := len(into) - 1; i > 0; i-- {
		into[i] = z.suffix[code]
		code = int(z.prefix[code])
	}

	into[0] = z.suffix[code]
}
