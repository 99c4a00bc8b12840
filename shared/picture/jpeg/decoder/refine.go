package decoder

import (
	"encoding/binary"
	"math/bits"
)

// refine reads a block's band in a scan that adds a bit to each of its
// coefficients (G.1.2.3). ok is false where the bits are no symbol of such a scan.
//
// The standard goes from coefficient to coefficient. A symbol (run, size) means:
// pass coefficients until run zero ones are behind, and put a new one, 1 or -1 at
// the bit's position, on the next zero one. Each that is passed and was not zero
// before gets a correction bit: whether its magnitude grows by the new bit.
//
// Here whole words of the bitmap of nonzero coefficients are looked at. The place
// of a new coefficient is the lowest bit of the zeros that are left when run of
// them have been struck off; those passed on the way are the nonzero ones below it.
func (b *band) refine(r *bitReader, block []int16, nonzero *uint64) (ok bool) {
	before, left := *nonzero, b.mask
	fixes := uint64(0) // coefficients whose magnitude grows

	for b.run == 0 && left != 0 {
		r.ensure()

		advance, sign, found := b.refinement(r)
		if !found {
			return false
		}

		if advance == 0 {
			break // The band ends, and b.run is set.
		}

		zeros := left &^ before
		for ; advance > 1; advance-- {
			zeros &= zeros - 1
		}

		target := zeros & -zeros // The lowest bit.
		if target == 0 {
			return false // The run leads out of the band.
		}

		if passed := left & before & (target - 1); passed != 0 {
			fixes |= r.corrections(passed)
		}

		left &^= target | (target - 1)

		if sign != 0 {
			*nonzero |= target
			b.set(block, bits.TrailingZeros64(target), sign<<b.scan.low)
		}
	}

	if b.run > 0 {
		b.run--

		if passed := left & before; passed != 0 {
			fixes |= r.corrections(passed)
		}
	}

	b.fix(block, fixes)

	return true
}

// refinement reads a symbol of a refining scan: how far to advance among the zero
// coefficients, and the sign of the new one, 0 for none. An advance of 0 ends the
// band.
func (b *band) refinement(r *bitReader) (advance int, sign int16, ok bool) {
	h := b.component.ac

	e := h.look[r.acc>>(64-lookBits)]
	if e&special == 0 {
		// The value of size 1 is the sign: it comes with the look-up.
		r.acc <<= e.bits() & 63
		r.n -= e.bits()

		return e.advance(), e.value(), e.value() == 1 || e.value() == -1
	}

	e = h.resolve(e, r.acc)
	r.acc <<= e.bits() & 63
	r.n -= e.bits()

	switch {
	case e == 0 || e.size() > 1:
		return 0, 0, false
	case e.size() == 1:
		return e.advance(), 2*int16(r.take(1)) - 1, true
	case e.advance() < 16:
		b.run = r.endOfBand(e)

		return 0, 0, true
	default:
		return e.advance(), 0, true
	}
}

// corrections reads a bit for each that is set in passed, the lowest first, and
// returns those for which it is 1.
func (r *bitReader) corrections(passed uint64) (fixes uint64) {
	acc, n, pos := r.acc, r.n, r.pos

	for passed != 0 {
		if n < 32 {
			if pos+8 <= len(r.clean) {
				acc |= binary.BigEndian.Uint64(r.clean[pos:]) >> (n & 63)
				pos += int((63 - n) >> 3)
				n |= 56
			} else {
				acc, n, pos = r.refill(acc, n, pos)
			}
		}

		for end := n - 32; n != end && passed != 0; n-- {
			lowest := passed & -passed
			passed ^= lowest
			fixes |= lowest & -(acc >> 63) // All ones or none.
			acc <<= 1
		}
	}

	r.acc, r.n, r.pos = acc, n, pos

	return fixes
}

// set puts a new coefficient into a block, where it is kept.
func (b *band) set(block []int16, k int, value int16) {
	if place := int(b.component.progress.of[k&lastCoefficient]); place < len(block) {
		block[place] = value
	}
}

// fix adds the scan's bit to the magnitudes of coefficients.
func (b *band) fix(block []int16, fixes uint64) {
	if block == nil {
		return
	}

	p := b.component.progress
	bit := int16(1) << b.scan.low

	for fixes &= p.keptMask; fixes != 0; fixes &= fixes - 1 {
		place := p.of[bits.TrailingZeros64(fixes)&lastCoefficient]
		value := block[place]
		sign := value >> 15 // 0 or -1: then (bit ^ sign) - sign is bit or -bit.
		block[place] = value + (bit ^ sign) - sign
	}
}
