package decoder

// pairTable yields one or two AC coefficients at once, and the end of the block if it
// follows. The index is the next lookBits bits.
type pairTable [1 << lookBits]pairEntry

// pairEntry is the result of a look-up; see state.go for steps.
//
//	bits 0–13  the step
//	bits 16–31 the value of the first coefficient
//	bits 32–47 the value of the second coefficient. If there is no second, these bits
//	           repeat the first. Storing it twice in one place needs no condition
//	bits 48–53 the advance of the first symbol; 0 if the block ends at once
//
// A run of 16 zeros counts as a coefficient with the value 0.
type pairEntry uint64

const (
	pairFirst   = 16
	pairSecond  = 32
	pairAdvance = 48
)

// first returns the zigzag index of the first coefficient after a state.
func (p pairEntry) first(state uint) uint { return state>>stateShift + uint(p>>pairAdvance) }

// makePairs builds the pair table from look, once.
func (h *huffman) makePairs() {
	if h.pairs != nil {
		return
	}

	h.pairs = new(pairTable)
	for i := range h.pairs {
		h.pairs[i] = h.pair(uint(i))
	}
}

// pair looks up two symbols in succession.
func (h *huffman) pair(bits uint) pairEntry {
	used, advance, value, ends := h.within(bits, 0)

	switch {
	case used == 0:
		return stepNone
	case ends:
		return pairEntry(used) | stepEnd
	}

	p := pairEntry(uint16(value))<<pairFirst | pairEntry(advance)<<pairAdvance
	more, further, second, ends := h.within(bits, used)

	if ends {
		p |= stepEnd
	}

	if ends || more == 0 || advance+further > lastCoefficient {
		further, second = 0, value
	}

	if further == 0 && !ends {
		more = 0
	}

	return p | pairEntry(used+more) | pairEntry(advance+further)<<stateShift | pairEntry(uint16(second))<<pairSecond
}

// within returns the next symbol, with its value, after the first bits of a look-up.
// Those bits are already used. used is 0 if the symbol does not lie within the remaining
// bits.
func (h *huffman) within(bits, before uint) (used uint, advance int, value int16, ends bool) {
	e := h.look[bits<<before&(1<<lookBits-1)]

	switch {
	case e.bits() == 0 || e.bits()+before > lookBits:
		return 0, 0, 0, false
	case e&special == 0:
		return e.bits(), e.advance(), e.value(), false
	case e&endOfBlock != 0:
		return e.bits(), 0, 0, true
	case e.size() == 0 && e.advance() == 16:
		return e.bits(), 16, 0, false
	default:
		return 0, 0, 0, false
	}
}
