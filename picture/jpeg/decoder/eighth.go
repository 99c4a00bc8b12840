package decoder

import "encoding/binary"

// eighths reads MCUs of a sequential scan of which only the DC coefficients are needed.
// Each DC coefficient becomes one sample of its plane, if the MCUs are shown. ok has the
// meaning of [bitReader.blocks].
//
// The inner loop repeats that of skipAC, because a call per block would take a twelfth of
// the time.
func (r *bitReader) eighths(units []unit, count int, shown bool) (ok bool) { //nolint:gocognit // As for blocks.
	acc, state, pos, data, safe := r.acc, ^r.n&stateBits, r.pos, r.data, r.safe

	for range count {
		for i := range units {
			u := &units[i]
			c := u.coder
			state &= stateBits

			if take := int(state >> 3); pos+take <= safe {
				acc |= binary.BigEndian.Uint64(data[pos:]) >> (^state & stateBits)
				pos += take
				state &= 7
			} else {
				acc, state, pos = r.refillState(acc, state, pos)
				safe = r.safe
			}

			// One look-up yields the difference, and often skips the whole block.
			o := c.open[acc>>(64-openBits)]
			acc <<= o & 63
			state += uint(o & stepMask)
			difference := int32(o) >> 16

			if o&stepNone != 0 {
				acc, state, pos, difference, ok = r.longOpen(c.dc, acc, state, pos)
				safe = r.safe

				if !ok {
					r.acc, r.n, r.pos = acc, ^state&stateBits, pos

					return false
				}
			}

			c.prediction += difference

			if shown {
				u.samples[u.at] = clamp((int32(saturate(c.prediction))*u.divisor+4)>>3 + 128)
				u.at += u.next
			}

			for skip := c.ac.skip.whole(); state < blockEnd; {
				e := uint(skip[acc>>(64-skipBits)])
				next := state + e

				if next < blockEnd {
					acc <<= e & 63
					state = next

					if take := int(state & stateBits >> 3); pos+take <= safe {
						acc |= binary.BigEndian.Uint64(data[pos:]) >> (^state & stateBits)
						pos += take
						state &^= stateBits &^ 7
					} else {
						acc, state, pos = r.refillState(acc, state, pos)
						safe = r.safe
					}

					e = uint(skip[acc>>(64-skipBits)])
					next = state + e

					if next < blockEnd {
						acc <<= e & 63
						state = next

						continue
					}
				}

				if e&stepEnd != 0 && next < outOfBlock+blockEnd || next < outOfBlock {
					acc <<= e & 63
					state = next

					break
				}

				if acc, state, pos, ok = r.symbol(c.ac, acc, state, pos); !ok {
					r.acc, r.n, r.pos = acc, ^state&stateBits, pos

					return false
				}

				safe = r.safe
			}
		}
	}

	r.acc, r.n, r.pos = acc, ^state&stateBits, pos

	return true
}

// longOpen reads the difference of a DC coefficient when the open table has no entry for
// the bits.
func (r *bitReader) longOpen(h *huffman, acc uint64, state uint, pos int) (uint64, uint, int, int32, bool) {
	used, difference, ok := h.longDifference(acc)
	acc, state, pos = r.refillState(acc<<(used&63), state&stateBits+used, pos)

	return acc, state, pos, difference, ok
}

// skipAC skips the remaining AC symbols of a block. ok has the meaning of
// [bitReader.blocks].
func (r *bitReader) skipAC(h *huffman, acc uint64, state uint, pos int) (uint64, uint, int, bool) {
	data, safe, skip := r.data, r.safe, h.skip.whole()

	for state < blockEnd {
		if take := int(state & stateBits >> 3); pos+take <= safe {
			acc |= binary.BigEndian.Uint64(data[pos:]) >> (^state & stateBits)
			pos += take
			state &^= stateBits &^ 7
		} else {
			acc, state, pos = r.refillState(acc, state, pos)
			safe = r.safe
		}

		e := uint(skip[acc>>(64-skipBits)])
		next := state + e

		if next < blockEnd {
			acc <<= e & 63
			state = next

			e = uint(skip[acc>>(64-skipBits)])
			next = state + e

			if next < blockEnd {
				acc <<= e & 63
				state = next

				continue
			}
		}

		if e&stepEnd != 0 && next < outOfBlock+blockEnd || next < outOfBlock {
			return acc << (e & 63), next, pos, true
		}

		var ok bool
		if acc, state, pos, ok = r.symbol(h, acc, state, pos); !ok {
			return acc, state, pos, false
		}

		safe = r.safe
	}

	return acc, state, pos, true
}

// symbol skips one AC symbol with its value when the skip table has no entry for the
// bits.
func (r *bitReader) symbol(h *huffman, acc uint64, state uint, pos int) (uint64, uint, int, bool) {
	acc, state, pos = r.refillState(acc, state, pos)
	used, advance, value, ok := h.step(acc)
	acc <<= used & 63
	state += used + uint(advance)<<stateShift

	return acc, state, pos, ok && (value == 0 || state < outOfBlock)
}
