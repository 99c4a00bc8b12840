package decoder

import (
	"encoding/binary"
	"math/bits"

	"triptych/picture/jpeg/t81"
)

// refine reads the band of a block in a scan that adds one bit to each of its
// coefficients (G.1.2.3). ok is false if the bits are not a symbol of such a scan, or if
// a run leads out of the band.
//
// The standard proceeds from coefficient to coefficient. A symbol (run, sign) means: pass
// run zero coefficients, and store a new one, 1 or -1 at the position of the bit, in
// place of the next zero coefficient. Each passed coefficient that was nonzero before
// gets a correction bit, which says whether its magnitude grows by the new bit.
//
// This code needs no loop over coefficients for a symbol. The bitmap of nonzero
// coefficients determines the place of the new one (see [pass]). The correction bits are
// only collected. Each nonzero coefficient of the band gets one of them, in order, so
// they are assigned when the block is complete.
func (s *scan) refine(place *placement, block []int16, nonzero *uint64) (ok bool) { //nolint:cyclop // One loop, so that its state stays in registers.
	r := &s.bits
	acc, n, pos, data, safe := r.acc, r.n, r.pos, r.data, r.safe
	h, of, before := s.units[0].ac, &place.of, *nonzero&s.band()
	k, to, after := s.from, s.to, *nonzero
	collected := uint64(0)

	for s.run == 0 && k <= to {
		if n < 32 {
			if take := int((63 - n) >> 3); pos+take <= safe {
				acc |= binary.BigEndian.Uint64(data[pos:]) >> (n & 63)
				pos += take
				n |= 56
			} else {
				acc, n, pos = r.refill(acc, n, pos)
				safe = r.safe
			}
		}

		// A value of size 1 is the sign. The look-up returns it.
		e := h.look[acc>>(64-lookBits)]
		used, advance, sign := e.bits(), e.advance(), e.value()

		if e&special != 0 {
			if e = h.resolve(e, acc); e.size() == 0 && e.advance() < 16 && e != 0 {
				r.acc, r.n, r.pos = acc<<(e.bits()&63), n-e.bits(), pos
				s.run = r.endOfBand(e)
				acc, n, pos = r.acc, r.n, r.pos

				break
			}

			used, advance, sign = h.refining(e, acc)
		}

		acc <<= used & 63
		n -= used

		passed := pass(before>>(k&63), advance-1)
		count := uint(passed - (advance - 1)) // coefficients that were nonzero before
		k += passed

		if k > to || sign < -1 || sign > 1 {
			r.acc, r.n, r.pos = acc, n, pos

			return false
		}

		if count > n {
			r.acc, r.n, r.pos = acc, n, pos
			collected = collected<<(count&63) | r.takeMany(count)
			acc, n, pos, safe = r.acc, r.n, r.pos, r.safe
		} else {
			collected = collected<<(count&63) | acc>>1>>((63-count)&63)
			acc <<= count & 63
			n -= count
		}

		if sign != 0 {
			after |= 1 << (k & 63)
			set(of, block, k, sign<<(s.low&15))
		}

		k++
	}

	r.acc, r.n, r.pos = acc, n, pos

	if s.run > 0 {
		s.run--

		// The correction bits after the last new coefficient; k is at most 64.
		count := uint(bits.OnesCount64(before >> (k & 63) & -uint64(1-k>>6)))
		collected = collected<<(count&63) | r.takeMany(count)
	}

	*nonzero = after

	if collected != 0 && block != nil {
		s.correct(place, block, before, collected)
	}

	return true
}

// refining finishes a special entry. It is [huffman.finish] with values of at most 1. A
// sign of 2 means that the bits are not a symbol of such a scan.
func (h *huffman) refining(e entry, acc uint64) (used uint, advance int, sign int16) {
	const none = 2

	if e == 0 || e.size() > 1 {
		return 0, 1, none
	}

	used, advance, sign, _ = h.finish(e, acc)

	return used, advance, sign
}

// set stores a new coefficient in a block, if the block keeps it.
func set(of *[t81.BlockSize]uint8, block []int16, k int, value int16) {
	if place := int(of[k&lastCoefficient]); place < len(block) {
		block[place] = value
	}
}

// pass returns the number of coefficients before the place of a new coefficient: run zero
// coefficients precede the place, and the coefficient at the place is zero. nonzero is
// the bitmap of the coefficients from the first on.
//
// The number is run, plus the nonzero coefficients among those passed. The added
// coefficients may contain further nonzero ones, so the sum is repeated until it is
// stable. Once or twice is enough most of the time, because nonzero coefficients are rare
// at high frequencies.
func pass(nonzero uint64, run int) int {
	passed := run

	for {
		next := run + bits.OnesCount64(nonzero&(2<<(passed&63)-1))
		if next == passed || next > lastCoefficient {
			return next // A shift beyond the block would wrap around.
		}

		passed = next
	}
}

// takeMany reads 0 to 63 bits.
func (r *bitReader) takeMany(count uint) uint64 {
	if count <= 32 {
		return r.take(count)
	}

	high := r.take(count - 32)

	return high<<32 | r.take(32)
}

// correct adds the bit of the scan to the magnitude of each nonzero coefficient whose
// correction bit is 1. The last collected bit belongs to the highest coefficient.
func (s *scan) correct(place *placement, block []int16, nonzero, collected uint64) {
	of, bit := &place.of, int16(1)<<s.low

	// Move the first correction bit to the top.
	collected <<= (64 - bits.OnesCount64(nonzero)) & 63

	for nonzero &= place.reach; nonzero != 0; nonzero &= nonzero - 1 {
		place := int(of[bits.TrailingZeros64(nonzero)&lastCoefficient])

		if place < len(block) {
			value := block[place]
			sign := value >> 15             // 0 or -1, so (bit ^ sign) - sign is bit or -bit
			grows := int16(collected >> 63) // 0 or 1, so & -grows clears or keeps it
			block[place] = value + ((bit^sign)-sign)&-grows
		}

		collected <<= 1
	}
}
