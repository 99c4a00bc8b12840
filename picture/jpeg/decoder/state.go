package decoder

import "triptych/picture/jpeg/t81"

// The state of decoding a sequential block is one number. Its lowest six bits are the
// number of used bits of the reservoir (63 - n, see [bitReader]). The bits above are the
// zigzag index of the last coefficient so far. An entry of [pairTable] or [skipTable] has
// a step in its lowest 14 bits. Adding the step changes both numbers. So a look-up needs
// one addition and one comparison.
//
// A step that ends the block leads out of it, and so does an invalid step. Therefore a
// state of less than blockEnd, 63 coefficients, is the only common case. The code
// examines the other cases afterwards: the end of the block, its very last coefficient, a
// symbol that is longer than the look-up, or damage.
//
// With a state, the lines of bits.go that fill the reservoir become:
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
// They run even if there are enough bits: this costs less than a condition that the
// processor cannot predict. Afterwards there are at least 56 bits.
const (
	stateShift = 6
	stateBits  = 1<<stateShift - 1
	blockEnd   = lastCoefficient << stateShift
	outOfBlock = t81.BlockSize << stateShift

	stepMask = 1<<14 - 1
	stepEnd  = outOfBlock     // the step's last symbol ends the block
	stepNone = 2 * outOfBlock // no step: the bits of the look-up do not hold a symbol
)

// refillState is [bitReader.refill] with a state instead of n.
func (r *bitReader) refillState(acc uint64, state uint, pos int) (uint64, uint, int) {
	acc, n, pos := r.refill(acc, ^state&stateBits, pos)

	return acc, state&^stateBits | ^n&stateBits, pos
}
