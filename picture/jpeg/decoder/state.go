package decoder

import "triptych/picture/jpeg/t81"

// The state of a sequential block's decoding is one number: its lowest six bits
// are how many of the reservoir's 63 bits are used up (63 - n, see [bitReader]),
// above them stands the zigzag index of the last coefficient so far. An entry of
// [pairTable] and [skipTable] has a step in its lowest 14 bits, which moves both
// when it is added: one addition a look-up, and one comparison.
//
// A step that ends the block leads out of it, as does one that is none. So a state
// of less than blockEnd, 63 coefficients, is the one common case, and what is not
// is looked at then: the end of the block, its very last coefficient, a symbol
// that the look-up does not see as a whole, or damage.
//
// With a state the lines of bits.go that fill the reservoir become:
//
//	if take := int(state & stateBits >> 3); pos+take <= safe {
//		acc |= binary.BigEndian.Uint64(data[pos:]) >> (^state & stateBits)
//		pos += take
//		state &^= stateBits &^ 7
//	} else {
//		acc, state, pos = r.refillState(acc, state, pos)
//		safe = r.safe
//	}
//
// They run whether or not there are few bits: that costs less than a condition
// that comes out now so, now so. Behind them are 56 bits at least.
const (
	stateShift = 6
	stateBits  = 1<<stateShift - 1
	blockEnd   = lastCoefficient << stateShift
	outOfBlock = t81.BlockSize << stateShift

	stepMask = 1<<14 - 1
	stepEnd  = outOfBlock     // the step's last symbol ends the block
	stepNone = 2 * outOfBlock // no step: the bits seen do not hold a symbol
)

// refillState is [bitReader.refill] for a state.
func (r *bitReader) refillState(acc uint64, state uint, pos int) (uint64, uint, int) {
	acc, n, pos := r.refill(acc, ^state&stateBits, pos)

	return acc, state&^stateBits | ^n&stateBits, pos
}
