package encoder

import (
	"math/bits"

	"triptych/picture/jpeg/t81"
)

// band turns the blocks of a component into the tokens of one scan of AC coefficients: a
// part of the spectrum, and a part of the bits of each coefficient (T.81, G.1.2.2 and
// G.1.2.3).
type band struct {
	tokens []token

	last  int    // the index of the last coefficient of the band in the zigzag sequence
	mask  uint64 // of the coefficients of the band
	shift uint   // the number of the lower bits that the scan leaves out (Al)

	// ended is the number of blocks, up to the current one, whose bands have no further
	// new coefficient: the run of the next symbol EOBn.
	ended int
	// corrections has the correction bits of the current block that are not written yet,
	// and carried has those of the blocks that ended. A byte holds one bit.
	corrections, carried []uint8
}

const (
	// acTable is the table of the symbols of a scan of AC coefficients, and rawTable is the
	// table of raw bits: each symbol n has an empty code, which n bits follow.
	acTable  = 1 << tableShift
	rawTable = 3 << tableShift

	// rawBitsAtMost is the maximum number of raw bits of a token.
	rawBitsAtMost = 15

	// endedAtMost is the longest run of EOBn (table G.1).
	endedAtMost = 1<<15 - 1

	// carriedAtMost limits the correction bits that a run of ended blocks carries.
	carriedAtMost = 1000

	// bandTokens is the maximum number of tokens that one block appends: one for each
	// coefficient, and those of a run of ended blocks with its correction bits.
	bandTokens = 2*t81.BlockSize + carriedAtMost/rawBitsAtMost + 8
)

func newBand(s scanOf) band {
	return band{last: s.last, mask: 1<<s.last<<1 - 1<<s.first, shift: s.shift}
}

// first appends the tokens of a block in the first scan of its band (G.1.2.2). The
// coefficients are divided by 2^shift, and rounded toward zero. The mask has only those
// that are not zero then.
func (b *band) first(block *[t81.BlockSize]int16, mask uint64) {
	last := bits.TrailingZeros64(b.mask) - 1

	for mask &= b.mask; mask != 0; mask &= mask - 1 {
		k := bits.TrailingZeros64(mask)
		value := int(block[place[k&(t81.BlockSize-1)]&(t81.BlockSize-1)])
		sign := value >> (bits.UintSize - 1)

		value = (((value^sign)-sign)>>b.shift ^ sign) - sign

		if b.ended > 0 {
			b.end()
		}

		run := k - last - 1
		last = k

		for ; run > categoryAll; run -= categoryAll + 1 {
			b.tokens = append(b.tokens, acTable|sixteenZeros)
		}

		b.tokens = append(b.tokens, acTable|token(run)<<runShift|magnitudes[(value+most)&(2*most-1)])
	}

	if last < b.last {
		if b.ended++; b.ended == endedAtMost {
			b.end()
		}
	}
}

// refine appends the tokens of a block in the scan that adds one bit to each coefficient
// (G.1.2.3, figure G.7). The ones, whose magnitude is 1, are new: they have a symbol and a
// sign. The others have a correction bit, after the symbol of the next new
// coefficient, or after the end of the block.
func (b *band) refine(block *[t81.BlockSize]int16, mask, ones uint64) {
	mask &= b.mask
	ones &= b.mask

	final := bits.Len64(ones) - 1 // the last new coefficient
	run, last := 0, bits.TrailingZeros64(b.mask)-1

	for ; mask != 0; mask &= mask - 1 {
		k := bits.TrailingZeros64(mask)
		run += k - last - 1
		last = k

		for ; run > categoryAll && k <= final; run -= categoryAll + 1 {
			b.end()
			b.tokens = append(b.tokens, acTable|sixteenZeros)
			b.correct()
		}

		value := block[place[k&(t81.BlockSize-1)]&(t81.BlockSize-1)]

		if ones>>k&1 == 0 {
			b.corrections = append(b.corrections, uint8(value&1))

			continue
		}

		b.end()
		b.tokens = append(b.tokens, acTable|token(run)<<runShift|magnitudes[(int(value)+most)&(2*most-1)])
		b.correct()

		run = 0
	}

	if last < b.last || len(b.corrections) > 0 {
		b.carried = append(b.carried, b.corrections...)
		b.corrections = b.corrections[:0]

		if b.ended++; b.ended == endedAtMost || len(b.carried) > carriedAtMost-t81.BlockSize {
			b.end()
		}
	}
}

// end writes the run of ended blocks, and the correction bits that it carries (figures G.4
// and G.8). The symbol EOBn has the number of bits of the run, less one, in its upper four
// bits.
func (b *band) end() {
	if b.ended == 0 {
		return
	}

	size := bits.Len(uint(b.ended)) - 1
	b.tokens = append(b.tokens, acTable|token(size)<<runShift)

	if size > 0 {
		b.tokens = append(b.tokens, rawTable|token(size)|token(b.ended&(1<<size-1))<<valueShift)
	}

	b.ended = 0
	b.raw(b.carried)
	b.carried = b.carried[:0]
}

// correct writes the correction bits of the current block.
func (b *band) correct() {
	b.raw(b.corrections)
	b.corrections = b.corrections[:0]
}

// raw writes bits without a code.
func (b *band) raw(all []uint8) {
	for len(all) > 0 {
		count := min(len(all), rawBitsAtMost)
		value := token(0)

		for _, bit := range all[:count] {
			value = value<<1 | token(bit)
		}

		b.tokens = append(b.tokens, rawTable|token(count)|value<<valueShift)
		all = all[count:]
	}
}
