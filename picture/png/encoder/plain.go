package encoder

import "encoding/binary"

// plain filters the rest of a row with all filters, and adds the absolute values of the
// results.
func (r *rows) plain(from int, sums *[filters]uint64) {
	if from >= r.length {
		return
	}

	row, above := r.row[r.step+from:r.step+r.length], r.above[r.step+from:r.step+r.length]
	left, corner := r.row[from:][:len(row)], r.above[from:][:len(row)]

	words(row, left, above, [3][]byte{r.result(sub)[from:], r.result(up)[from:], r.result(average)[from:]}, sums)

	into := r.result(paeth)[from:][:len(row)]

	for i, value := range row {
		into[i] = value - predict(int(left[i]), int(above[i]), int(corner[i]))
		sums[paeth] += uint64(size(into[i]))
	}
}

// words filters rows with all filters but Paeth, in words of eight bytes.
func words(row, left, above []byte, into [3][]byte, sums *[filters]uint64) {
	const word = 8

	at := 0

	for ; at+word <= len(row); at += word {
		x := binary.LittleEndian.Uint64(row[at:])
		a := binary.LittleEndian.Uint64(left[at:])
		b := binary.LittleEndian.Uint64(above[at:])

		s, u, m := less(x, a), less(x, b), less(x, a&b+(a^b)>>1&seven)
		binary.LittleEndian.PutUint64(into[0][at:], s)
		binary.LittleEndian.PutUint64(into[1][at:], u)
		binary.LittleEndian.PutUint64(into[2][at:], m)

		sums[none] += sizes(x)
		sums[sub] += sizes(s)
		sums[up] += sizes(u)
		sums[average] += sizes(m)
	}

	for ; at < len(row); at++ {
		x, a, b := row[at], left[at], above[at]
		into[0][at], into[1][at], into[2][at] = x-a, x-b, x-byte((uint(a)+uint(b))/2)

		sums[none] += uint64(size(x))
		sums[sub] += uint64(size(x - a))
		sums[up] += uint64(size(x - b))
		sums[average] += uint64(size(into[2][at]))
	}
}

// The lowest bit, the lower seven bits, and the highest bit of each byte of a word.
const (
	ones  = 0x0101010101010101
	seven = 0x7f7f7f7f7f7f7f7f
	high  = 0x8080808080808080
)

// less subtracts the bytes of words. The highest bits are set before the subtraction, so
// that no byte borrows from the next one, and calculated separately.
func less(x, y uint64) uint64 {
	return (x | high - y&seven) ^ (x^y^high)&high
}

// sizes adds the absolute values of eight signed bytes.
func sizes(x uint64) uint64 {
	const (
		lanes = 0x00ff00ff00ff00ff
		all   = 0x0001000100010001
	)

	sign := x >> 7 & ones
	x = x ^ sign*0xff + sign

	return (x&lanes + x>>8&lanes) * all >> 48
}

// size is the absolute value of a signed byte.
func size(value byte) byte { return min(value, -value) }

// predict is the Paeth predictor (9.4): the neighbor that is nearest to left + above −
// corner.
func predict(left, above, corner int) byte {
	toLeft, toAbove := above-corner, left-corner
	toCorner := toLeft + toAbove

	toLeft, toAbove, toCorner = max(toLeft, -toLeft), max(toAbove, -toAbove), max(toCorner, -toCorner)

	switch {
	case toLeft <= toAbove && toLeft <= toCorner:
		return byte(left)
	case toAbove <= toCorner:
		return byte(above)
	default:
		return byte(corner)
	}
}
