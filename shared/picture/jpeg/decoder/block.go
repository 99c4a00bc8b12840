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
	difference, ok = r.difference(c.dc)
	if !ok {
		return 0, 0, false
	}

	acc, n, pos, clean := r.acc, r.n, r.pos, r.clean
	h, k := c.ac, 0

	for k < place.needed {
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
			if !ok || advance == 0 {
				r.acc, r.n, r.pos = acc<<(used&63), n-used, pos

				return difference, k, ok
			}
		}

		acc <<= used & 63
		n -= used

		k += advance
		if k > lastCoefficient {
			r.acc, r.n, r.pos = acc, n, pos

			return difference, lastCoefficient, value == 0
		}

		into[place.of[k]&lastCoefficient] = value
	}

	r.acc, r.n, r.pos = acc, n, pos

	if k < lastCoefficient {
		return difference, k, r.skipAC(h, k)
	}

	return difference, lastCoefficient, true
}

// difference reads a DC coefficient's difference (F.2.2.1).
func (r *bitReader) difference(h *huffman) (difference int32, ok bool) {
	r.ensure()

	e := h.look[r.acc>>(64-lookBits)]
	if e&special == 0 {
		r.acc <<= e.bits() & 63
		r.n -= e.bits()

		return int32(e.value()), true
	}

	e = h.resolve(e, r.acc)
	if e == 0 || e.advance() != 1 {
		return 0, false // No code, or a size of more than 15 bits.
	}

	size := e.size()
	if size > 0 {
		difference = extend(r.acc<<(e.bits()&63)>>(64-size), size)
	}

	r.acc <<= (e.bits() + size) & 63
	r.n -= e.bits() + size

	return difference, true
}

// saturate makes an int16 of a number: the nearest one.
func saturate(value int32) int16 {
	return int16(min(max(value, math.MinInt16), math.MaxInt16))
}
