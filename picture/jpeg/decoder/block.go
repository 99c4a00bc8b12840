package decoder

import (
	"encoding/binary"
	"math"

	"triptych/picture/jpeg/t81"
)

// lastCoefficient is the index of a block's last coefficient in zigzag order.
const lastCoefficient = t81.BlockSize - 1

// coefficients holds the coefficients of a block, or a quantization table. The order is
// that of the inverse DCT for the side in use; see [placement].
type coefficients [t81.BlockSize]int16

// blocks reads the blocks of one MCU of a sequential scan (F.2.2). For each block it
// reads the DC coefficient, which is predicted from the previous one, and the AC
// coefficients up to the last one that is needed. It stores each at its place and skips
// the rest.
//
// For each block it stores the index of the last coefficient that may be nonzero. ok is
// false if the bits are not a symbol, or if the run before a coefficient leads out of the
// block. A run of 16 zeros may lead out of the block, because it is harmless.
func (r *bitReader) blocks(units []unit, place *placement, into []int16, lasts []uint8) (ok bool) { //nolint:funlen,gocognit // One loop, so that its state stays in registers.
	acc, state, pos, data, safe := r.acc, ^r.n&stateBits, r.pos, r.data, r.safe
	of, needed := &place.of, uint(place.needed)<<stateShift

	for i := range units {
		c, index := units[i].coder, units[i].index
		block := (*coefficients)(into[index*t81.BlockSize:])
		*block = coefficients{}

		if take := int(state >> 3); pos+take <= safe {
			acc |= binary.BigEndian.Uint64(data[pos:]) >> (^state & stateBits)
			pos += take
			state &= 7
		} else {
			acc, state, pos = r.refillState(acc, state, pos)
			safe = r.safe
		}

		e := c.dc.look[acc>>(64-lookBits)]
		used, difference := e.bits(), int32(e.value())

		if e&special != 0 {
			if used, difference, ok = c.dc.longDifference(acc); !ok {
				r.acc, r.n, r.pos = acc, ^state&stateBits, pos

				return false
			}
		}

		acc <<= used & 63
		state += used
		c.prediction += difference
		block[0] = saturate(c.prediction)

		for pairs := c.ac.pairs; state < needed; {
			if take := int(state & stateBits >> 3); pos+take <= safe {
				acc |= binary.BigEndian.Uint64(data[pos:]) >> (^state & stateBits)
				pos += take
				state &^= stateBits &^ 7
			} else {
				acc, state, pos = r.refillState(acc, state, pos)
				safe = r.safe
			}

			p := pairs[acc>>(64-lookBits)]
			next := state + uint(p&stepMask)

			if next < blockEnd {
				block[of[p.first(state)]&lastCoefficient] = int16(p >> pairFirst)
				block[of[next>>stateShift&lastCoefficient]&lastCoefficient] = int16(p >> pairSecond)
				acc <<= p & 63
				state = next

				p = pairs[acc>>(64-lookBits)]
				next = state + uint(p&stepMask)

				if next < blockEnd {
					block[of[p.first(state)]&lastCoefficient] = int16(p >> pairFirst)
					block[of[next>>stateShift&lastCoefficient]&lastCoefficient] = int16(p >> pairSecond)
					acc <<= p & 63
					state = next

					continue
				}
			}

			if p&stepEnd != 0 && next < outOfBlock+blockEnd {
				if p>>pairAdvance != 0 {
					block[of[p.first(state)]&lastCoefficient] = int16(p >> pairFirst)
				}

				acc <<= p & 63
				state = next

				break
			}

			if acc, state, pos, ok = r.coefficient(c.ac, of, block, acc, state, pos); !ok {
				r.acc, r.n, r.pos = acc, ^state&stateBits, pos

				return false
			}

			safe = r.safe
		}

		lasts[index] = uint8(state >> stateShift & lastCoefficient)

		if state < blockEnd {
			if acc, state, pos, ok = r.skipAC(c.ac, acc, state, pos); !ok {
				r.acc, r.n, r.pos = acc, ^state&stateBits, pos

				return false
			}

			safe = r.safe
		}

		state &= stateBits
	}

	r.acc, r.n, r.pos = acc, ^state&stateBits, pos

	return true
}

// coefficient reads one AC coefficient and stores it at its place, or reads the end of a
// block. It is used when the pair table has no entry for the bits.
func (r *bitReader) coefficient(h *huffman, of *[t81.BlockSize]uint8, into *coefficients, acc uint64, state uint, pos int) (uint64, uint, int, bool) {
	acc, state, pos = r.refillState(acc, state, pos)
	used, advance, value, ok := h.step(acc)
	acc <<= used & 63
	state += used + uint(advance)<<stateShift

	switch {
	case state < outOfBlock:
		into[of[state>>stateShift&lastCoefficient]&lastCoefficient] = value
	case advance != beyondBlock: // Not the end of the block: only a run of 16 zeros is allowed.
		ok = ok && value == 0
		state = state&stateBits | blockEnd
	}

	return acc, state, pos, ok
}

// difference reads the difference of a DC coefficient at the top of acc (F.2.2.1), and
// returns the number of bits that it takes. ok is false if the bits are not a symbol.
func (h *huffman) difference(acc uint64) (used uint, difference int32, ok bool) {
	if e := h.look[acc>>(64-lookBits)]; e&special == 0 {
		return e.bits(), int32(e.value()), true
	}

	return h.longDifference(acc)
}

func (h *huffman) longDifference(acc uint64) (used uint, difference int32, ok bool) {
	e := h.resolve(h.look[acc>>(64-lookBits)], acc)
	if e == 0 || e.advance() != 1 {
		return 0, 0, false // No such code, or a size of more than 15 bits.
	}

	size := e.size()
	if size > 0 {
		difference = extend(acc<<(e.bits()&63)>>(64-size), size)
	}

	return e.bits() + size, difference, true
}

// saturate converts a number to the nearest int16.
func saturate(value int32) int16 {
	return int16(min(max(value, math.MinInt16), math.MaxInt16))
}
