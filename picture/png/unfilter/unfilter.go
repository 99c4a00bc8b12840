// Package unfilter undoes the filters of the rows of a PNG file (W3C PNG, third edition,
// 9; section numbers in this package refer to it).
//
// A byte depends on the finished byte to its left, and most of the time is spent waiting
// for it. Therefore that byte is kept in a variable and never read back from memory. The
// loops are specialized for each number of bytes of a pixel, because Go keeps variables in
// registers, but arrays in memory. They slice all rows to the same length, so that the
// compiler can omit most checks of bounds.
//
// On amd64 with AVX2, assembly undoes the filters of a row, apart from its last bytes. The
// results are the same without it.
//
// Where it is faster, one variable has several bytes of a row. There are two forms:
//   - a word of bytes that are next to one another. [sum] adds such words.
//   - lanes of 16 bits with a byte each. Then sums do not overflow into the next byte.
package unfilter

import "encoding/binary"

// Filters (9.2): each byte of a row is stored as the difference from a prediction by its
// neighbors.
const (
	None    = iota
	Sub     // the byte to the left
	Up      // the byte above
	Average // the mean of both, rounded down
	Paeth   // the one of left, above and above left that is nearest to left + above − above left
)

// Row undoes the filter of a row. It reads the filtered bytes from one slice, and writes as
// many bytes into another one. Both may be the same slice, but they must not overlap
// otherwise. above is the finished row above; it has as many bytes, all zero for the first
// row.
//
// step is the distance in bytes from a byte to its left neighbor: 1, 2, 3, 4, 6 or 8. The
// length of the row is a multiple of step. Beyond the left edge there are zeros.
//
// Row reports whether the filter exists. Otherwise, it writes nothing.
func Row(filter byte, into, from, above []byte, step int) bool {
	into, above = into[:len(from)], above[:len(from)]

	if filter == None {
		copy(into, from)

		return true
	}

	if done := accelerated(filter, into, from, above, step); done > 0 {
		rest(filter, into, from, above, step, done)

		return true
	}

	switch filter {
	case Sub:
		undoSub(into, from, step)
	case Up:
		undoUp(into, from, above)
	case Average:
		undoAverage(into, from, above, step)
	case Paeth:
		undoPaeth(into, from, above, step)
	default:
		return false
	}

	return true
}

// rest undoes the filter of the last bytes of a row, from done on. At least one pixel is
// finished.
func rest(filter byte, into, from, above []byte, step, done int) {
	for at := done; at < len(from); at++ {
		left, up := into[at-step], above[at]

		switch filter {
		case Sub:
			into[at] = from[at] + left
		case Up:
			into[at] = from[at] + up
		case Average:
			into[at] = byte(averaged(from[at], uint(left), up))
		case Paeth:
			into[at] = from[at] + paeth(int(left), int(up), int(above[at-step]))
		}
	}
}

// Steps reports whether [Row] supports a step.
func Steps(step int) bool {
	switch step {
	case 1, 2, 3, 4, 6, 8:
		return true
	default:
		return false
	}
}

// sum adds the bytes of two words. The low seven bits of each byte cannot overflow into
// the next byte. The highest bits are added without a carry, which is an exclusive or.
func sum(a, b uint64) uint64 {
	const high = 0x8080808080808080

	return (a&^high + b&^high) ^ (a^b)&high
}

// sum4 is [sum] for words of four bytes.
func sum4(a, b uint32) uint32 {
	const high = 0x80808080

	return (a&^high + b&^high) ^ (a^b)&high
}

// The lanes of 16 bits of a word, in which the sums of bytes do not overflow.
const (
	lanes    = 0x00ff00ff00ff00ff
	laneOnes = 0x0001000100010001
)

// spread distributes four bytes over the lanes of a word: bytes 0, 2, 1 and 3.
func spread(bytes uint32) uint64 {
	const even, odd = 0x00ff00ff, 0xff00ff00

	return uint64(bytes&even) | uint64(bytes&odd)<<24
}

// gather undoes [spread]. The high bytes of the lanes are zero.
func gather(word uint64) uint32 {
	return uint32(word) | uint32(word>>24)
}

// undoUp undoes filter 2.
func undoUp(into, from, above []byte) {
	into, above = into[:len(from)], above[:len(from)]

	at := 0

	for ; at <= len(from)-8; at += 8 {
		binary.LittleEndian.PutUint64(into[at:at+8],
			sum(binary.LittleEndian.Uint64(from[at:at+8]), binary.LittleEndian.Uint64(above[at:at+8])))
	}

	for ; at < len(from); at++ {
		into[at] = from[at] + above[at]
	}
}
