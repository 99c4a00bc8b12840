package decoder

import (
	"encoding/binary"
	"math"

	"triptych/shared/picture/jpeg/t81"
)

// lastCoefficient is the index of a block's last coefficient in zigzag order.
const lastCoefficient = t81.BlockSize - 1

// coefficients are those of a block, or its divisors, in the order of the inverse
// DCT of the side in use; see places.
type coefficients [t81.BlockSize]int16

// block reads a block of a sequential scan (F.2.2): the difference of its DC
// coefficient from the one before, and its AC coefficients up to the last that is
// needed, each into its place; the rest is stepped over.
//
// It returns the difference and the last coefficient that may be other than zero.
// ok is false where the bits are no symbol, or the run of a coefficient leads out
// of the block. (16 zeros may: they cost nothing.)
func (r *bitReader) block(c *component, place *placement, into *coefficients) (difference int32, last int, ok bool) {
	r.ensure()

	acc, n, pos, clean := r.acc, r.n, r.pos, r.clean
	h, k := c.ac, 0

	used, difference, ok := c.dc.difference(acc)
	acc <<= used & 63
	n -= used

	for ok && k < place.needed {
		if n < 32 {
			if pos+8 <= len(clean) {
				acc |= binary.BigEndian.Uint64(clean[pos:]) >> (n & 63)
				pos += int((63 - n) >> 3)
				n |= 56
			} else {
				acc, n, pos = r.refill(acc, n, pos)
				clean = r.clean
			}
		}

		e := h.look[acc>>(64-lookBits)]
		used, advance, value := e.bits(), e.advance(), e.value()

		if e&special != 0 {
			if e&endOfBlock != 0 {
				r.acc, r.n, r.pos = acc<<(used&63), n-used, pos

				return difference, k, true
			}

			used, advance, value, ok = h.finish(e, acc)
		}

		acc <<= used & 63
		n -= used

		k += advance
		if k > lastCoefficient {
			ok = ok && value == 0

			break
		}

		into[place.of[k]&lastCoefficient] = value
	}

	r.acc, r.n, r.pos = acc, n, pos

	if ok && k < lastCoefficient {
		return difference, k, r.skipAC(h, k)
	}

	return difference, lastCoefficient, ok
}

// difference reads a DC coefficient's difference at the top of acc (F.2.2.1), and
// returns how many bits it takes. ok is false where the bits are no symbol.
func (h *huffman) difference(acc uint64) (used uint, difference int32, ok bool) {
	if e := h.look[acc>>(64-lookBits)]; e&special == 0 {
		return e.bits(), int32(e.value()), true
	}

	return h.longDifference(acc)
}

func (h *huffman) longDifference(acc uint64) (used uint, difference int32, ok bool) {
	e := h.resolve(h.look[acc>>(64-lookBits)], acc)
	if e == 0 || e.advance() != 1 {
		return 0, 0, false // No code, or a size of more than 15 bits.
	}

	size := e.size()
	if size > 0 {
		difference = extend(acc<<(e.bits()&63)>>(64-size), size)
	}

	return e.bits() + size, difference, true
}

// saturate makes an int16 of a number: the nearest one.
func saturate(value int32) int16 {
	return int16(min(max(value, math.MinInt16), math.MaxInt16))
}
