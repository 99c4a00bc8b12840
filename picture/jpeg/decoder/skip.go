package decoder

// skipBits is the number of bits of a look-up that only skips symbols.
const skipBits = 12

// skipTable skips several AC symbols with their values at once. An entry is a step, which
// is added to the state of a block (see state.go):
//
//	bits 0–5   the number of bits to remove from the reservoir. The codes lie within the
//	           skipBits bits of the look-up. The bits of the last value may lie beyond
//	           them, so the number is at most 12 + 15
//	bits 6–11  the number of coefficients to advance
//	bit 12     stepEnd: the last of the symbols ends the block
//	bit 13     stepNone: the first code is longer than skipBits, or invalid
//
// It contains one table for every number of bits; the table for n bits starts at 1 << n.
// If a symbol and its value take m of n bits, the symbols of the table for n - m follow.
// So each table is built from smaller ones.
type skipTable [2 << skipBits]uint16

// of returns the table for a number of bits.
func (t *skipTable) of(bits int) []uint16 { return t[1<<bits : 2<<bits] }

// whole returns the table for skipBits bits.
func (t *skipTable) whole() *[1 << skipBits]uint16 { return (*[1 << skipBits]uint16)(t[1<<skipBits:]) }

// makeSkip builds the tables that skip symbols, once.
func (h *huffman) makeSkip() {
	if h.skip != nil {
		return
	}

	h.skip = new(skipTable)

	for bits := 1; bits <= skipBits; bits++ {
		table := h.skip.of(bits)

		h.eachCode(bits, func(length int, symbol byte, first, count int) {
			h.skip.enter(table[first:first+count], bits-length, length, symbol)
		})
	}

	for i, e := range h.skip.of(skipBits) {
		if e == 0 {
			h.skip.of(skipBits)[i] = stepNone
		}
	}
}

// eachCode calls do for every code whose length is at most bits. The numbers of that many
// bits that begin with the code are consecutive: count numbers, from first on.
func (h *huffman) eachCode(bits int, do func(length int, symbol byte, first, count int)) {
	next, first := 0, int32(0)

	for length := 1; length <= bits; length++ {
		for code := first; code <= h.maxCode[length]; code++ {
			count := 1 << (bits - length)
			do(length, h.values[(code+h.offset[length])&(maxCodes-1)], next, count)
			next += count
		}

		// The first code of a length follows the last code of the previous length (C.2).
		first = (h.maxCode[length] + 1) << 1
	}
}

// enter fills the entries of one code. behind is the number of bits after the code.
func (t *skipTable) enter(entries []uint16, behind, length int, symbol byte) {
	run, size := int(symbol>>4)+1, int(symbol&0xf)
	step := uint16(length + size | run<<stateShift)

	switch {
	case symbol == 0:
		step = uint16(length) | stepEnd
	case size == 0 && run != 16:
		return // Not a symbol of a sequential scan.
	case size < behind:
		// Any value may be followed by the same symbols.
		rest := t.of(behind - size)
		for ; len(entries) > 0; entries = entries[len(rest):] {
			for i, more := range rest {
				entries[i] = step
				if run+int(more>>stateShift&63) < lastCoefficient {
					entries[i] += more
				}
			}
		}

		return
	}

	for i := range entries {
		entries[i] = step
	}
}

// openBits is the number of bits of the look-up at the beginning of a block.
const openBits = 11

// openTable yields the difference of a DC coefficient and skips the AC symbols after it,
// often the whole block. An entry has a step as in a [skipTable], and the difference in
// its upper 16 bits. stepNone is set if code and value do not lie within the bits.
type openTable [1 << openBits]uint32

// makeTables builds the tables for reading the blocks of a component in a scan. Two
// components with the same codes share a table. The chroma components usually do.
func (c *coder) makeTables(others []*coder) {
	c.ac.makeSkip()
	c.ac.makePairs()

	for _, other := range others {
		if other.dc == c.dc && other.ac == c.ac {
			c.open = other.open

			return
		}
	}

	c.open = makeOpen(c.dc, c.ac)
}

// makeOpen builds the open table from a DC table and an AC table.
func makeOpen(dc, ac *huffman) *openTable {
	table := new(openTable)
	for i := range table {
		table[i] = stepNone
	}

	dc.eachCode(openBits, func(length int, symbol byte, first, count int) {
		size := int(symbol)
		if length+size > openBits {
			return
		}

		entries := table[first : first+count]
		rest := ac.skip.of(openBits - length - size)

		for value := range 1 << size {
			entry := uint32(uint16(extend(uint64(value), uint(size))))<<16 | uint32(length+size)
			for i, more := range rest {
				entries[value*len(rest)+i] = entry + uint32(more)
			}
		}
	})

	return table
}
