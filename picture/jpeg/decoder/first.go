package decoder

import "encoding/binary"

// first reads the band of a block in the first scan of that band (G.1.2.2). Two things
// differ from a sequential scan: a symbol can end the band in this block and in a number
// of following blocks, and the values lack their low bits.
func (s *scan) first(place *placement, block []int16, nonzero *uint64) (ok bool) {
	r := &s.bits
	acc, n, pos, data, safe := r.acc, r.n, r.pos, r.data, r.safe
	h, of, low := s.units[0].ac, &place.of, s.low
	k, to, found := s.from-1, s.to, *nonzero

	for k < to {
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

		e := h.look[acc>>(64-lookBits)]
		used, advance, value := e.bits(), e.advance(), e.value()

		if e&special != 0 {
			e = h.resolve(e, acc)
			if e == 0 {
				r.acc, r.n, r.pos = acc, n, pos

				return false
			}

			if e.size() == 0 && e.advance() < 16 {
				r.acc, r.n, r.pos = acc<<(e.bits()&63), n-e.bits(), pos
				s.run = r.endOfBand(e) - 1
				*nonzero = found

				return true
			}

			used, advance, value, _ = h.finish(e, acc)
		}

		acc <<= used & 63
		n -= used

		k += advance
		if k > to {
			r.acc, r.n, r.pos = acc, n, pos
			*nonzero = found

			return value == 0 // As in sequential scans.
		}

		if value == 0 {
			continue // 16 zeros.
		}

		found |= 1 << (k & 63)

		if place := int(of[k&lastCoefficient]); place < len(block) {
			block[place] = saturate(int32(value) << (low & 15))
		}
	}

	*nonzero = found
	r.acc, r.n, r.pos = acc, n, pos

	return true
}

// endOfBand returns the number of blocks that a symbol EOBn ends: 2^n plus a number of n
// bits.
func (r *bitReader) endOfBand(e entry) int {
	n := uint(e.advance() - 1)

	return 1<<n + int(r.take(n))
}
