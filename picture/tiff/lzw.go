package tiff

import (
	"encoding/binary"
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
	codeReader

	ended bool

	table [tableLength]text
	free  int // the next code of the table
	last  int // the previous code, or -1

	row  []byte
	rest []byte // of a string that was longer than its row
	left [tableLength + chunkBytes]byte
}

// chunkBytes is the number of bytes of a string that are written at a time.
const chunkBytes = 8

// text is the string of a code. It consists of chunks of 8 bytes; only the last chunk may
// have fewer bytes. Most strings have one chunk.
type text struct {
	chunk  uint64 // the last chunk, its first byte in the lowest bits; the other bits are 0
	before uint16 // the code of the string without the last chunk
	length uint16
	first  byte // the first byte of the string
}

func startLZW(last source, in []byte, reversed bool) *lzw {
	z, ok := last.(*lzw)
	if !ok {
		z = &lzw{}

		for i := range codeClear {
			z.table[i] = text{chunk: uint64(i), first: byte(i), length: 1}
		}
	}

	z.codeReader = codeReader{in: in, reversed: reversed}
	z.ended, z.rest = false, nil
	z.clear()

	// A stream begins with a clear code, which distinguishes the two kinds.
	z.low = len(in) > 1 && !reversed && in[0] == 0 && in[1]&1 == 1

	return z
}

func (z *lzw) clear() { z.width, z.free, z.last = leastWidth, firstCode, -1 }

// most is the number of codes of the largest table.
func (z *lzw) most() int {
	if z.low {
		return tableLength
	}

	return tableLength - 1 // The width grows one code early.
}

func (z *lzw) next(length int) ([]byte, error) {
	z.row = room(z.row, length+chunkBytes)
	filled := copy(z.row[:length], z.rest)
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

		z.enter(code)

		if size := int(z.table[code].length); size <= length-filled {
			z.write(code, z.row[filled:])
			filled += size
		} else {
			z.write(code, z.left[:])
			taken := copy(z.row[filled:length], z.left[:size])
			z.rest = z.left[taken:size]
			filled = length
		}
	}

	return z.row[:length], nil
}

// enter adds a string to the table: the string of the previous code, and the first byte of
// the string of this code.
func (z *lzw) enter(code int) {
	last := z.last
	z.last = code

	if last < 0 || z.free >= z.most() {
		return
	}

	shorter := &z.table[last&(tableLength-1)]
	longer := &z.table[z.free&(tableLength-1)]
	longer.first = shorter.first // code may be the new string itself.

	value := uint64(z.table[code&(tableLength-1)].first)
	longer.length = shorter.length + 1

	if at := shorter.length % chunkBytes; at == 0 {
		longer.chunk, longer.before = value, uint16(last) //nolint:gosec // 12 bits.
	} else {
		longer.chunk, longer.before = shorter.chunk|value<<(8*at), shorter.before
	}

	z.free++

	if z.free+tableLength-z.most() >= 1<<z.width && z.width < mostWidth {
		z.width++
	}
}

// write writes the string of a code, from its last chunk. It may write up to 7 bytes
// after the string.
func (z *lzw) write(code int, into []byte) {
	found := &z.table[code&(tableLength-1)]
	at := int(found.length-1) &^ (chunkBytes - 1)

	binary.LittleEndian.PutUint64(into[at:], found.chunk)

	for at > 0 {
		at -= chunkBytes
		found = &z.table[found.before&(tableLength-1)]
		binary.LittleEndian.PutUint64(into[at:], found.chunk)
	}
}

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
func (r *codeReader) code() int {
	if r.count < r.width {
		if r.fill(); r.count < r.width {
			return codeEnd
		}
	}

	r.count -= r.width

	if r.low {
		code := r.held & (1<<r.width - 1)
		r.held >>= r.width

		return int(code) //nolint:gosec // 12 bits.
	}

	code := r.held >> (64 - r.width)
	r.held <<= r.width

	return int(code) //nolint:gosec // 12 bits.
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
