package png

import "encoding/binary"

// Filters (9.2): each byte of a row is stored as the difference from a prediction by its
// neighbors.
const (
	filterNone    = iota
	filterSub     // the byte to the left
	filterUp      // the byte above
	filterAverage // the mean of both, rounded down
	filterPaeth   // the one of left, above and above left that is nearest to left + above − above left
)

// unfilter undoes the filter of a row in place. last is the row above; it is as long as
// row and not empty. step is the distance to the left neighbor of a byte. Beyond the left
// edge there are zeros. unfilter reports whether the filter exists.
//
// A byte depends on the finished byte to its left, and most of the time is spent waiting
// for it. Therefore that byte is kept in a variable and never read back from memory. The
// loops of the common steps, 3 and 4, process the components of a pixel in parallel. The
// loop of Paeth does the same for all even steps, two components at a time. The other
// loops process the row once for each byte of a pixel.
func unfilter(filter byte, row, last []byte, step int) bool {
	switch filter {
	case filterNone:
	case filterSub:
		undoSub(row, step)
	case filterUp:
		undoUp(row, last)
	case filterAverage:
		undoAverage(row, last, step)
	case filterPaeth:
		undoPaeth(row, last, step)
	default:
		return false
	}

	return true
}

// undoUp adds two rows, eight bytes at a time. The low seven bits of each byte cannot
// overflow into the next byte. The highest bits are added without a carry, which is an
// exclusive or.
func undoUp(row, last []byte) {
	const high = 0x8080808080808080

	for len(row) >= 8 && len(last) >= 8 {
		a, b := binary.LittleEndian.Uint64(row), binary.LittleEndian.Uint64(last)
		binary.LittleEndian.PutUint64(row, (a&^high+b&^high)^(a^b)&high)

		row, last = row[8:], last[8:]
	}

	for i := range min(len(row), len(last)) {
		row[i] += last[i]
	}
}

func undoSub(row []byte, step int) {
	switch step {
	case 3:
		var r, g, b byte

		for len(row) >= 3 {
			r, g, b = r+row[0], g+row[1], b+row[2]
			row[0], row[1], row[2] = r, g, b
			row = row[3:]
		}
	case 4:
		var r, g, b, a byte

		for len(row) >= 4 {
			r, g, b, a = r+row[0], g+row[1], b+row[2], a+row[3]
			row[0], row[1], row[2], row[3] = r, g, b, a
			row = row[4:]
		}
	default:
		for first := range min(step, len(row)) {
			var left byte

			for i := first; i < len(row); i += step {
				left += row[i]
				row[i] = left
			}
		}
	}
}

func undoAverage(row, last []byte, step int) {
	last = last[:len(row)]

	switch step {
	case 3:
		var r, g, b byte

		for len(row) >= 3 && len(last) >= 3 {
			r, g, b = row[0]+mean(r, last[0]), row[1]+mean(g, last[1]), row[2]+mean(b, last[2])
			row[0], row[1], row[2] = r, g, b
			row, last = row[3:], last[3:]
		}
	case 4:
		var r, g, b, a byte

		for len(row) >= 4 && len(last) >= 4 {
			r, g, b, a = row[0]+mean(r, last[0]), row[1]+mean(g, last[1]), row[2]+mean(b, last[2]), row[3]+mean(a, last[3])
			row[0], row[1], row[2], row[3] = r, g, b, a
			row, last = row[4:], last[4:]
		}
	default:
		for first := range min(step, len(row)) {
			var left byte

			for i := first; i < len(row); i += step {
				left = row[i] + mean(left, last[i])
				row[i] = left
			}
		}
	}
}

// mean is the mean of two bytes, rounded down: their common bits, plus half of their
// different bits.
func mean(a, b byte) byte { return a&b + (a^b)>>1 }
