package encoder

// table is a Huffman table in the form of a file (T.81, B.2.4.2): the number of codes of
// each length from 1 to 16, and the symbols, shortest codes first.
type table struct {
	lengths [maxLength]uint8
	symbols []uint8
}

const maxLength = 16

// codes has the codes of all tables in a form for fast encoding. The entry for a table
// and a symbol contains the code, followed by zeros in place of the value bits, and in
// the lowest 5 bits the length of both. A code has up to 16 bits, and at most 11 bits
// follow. 27 and 5 bits fill the word.
type codes struct {
	tables  [tables]table
	entries [tables * symbols]uint32
}

const lengthBits = 5

func newCodes(tables [tables]table) codes {
	c := codes{tables: tables}

	for i := range tables {
		t := &tables[i]
		code, at := uint32(0), 0

		// The codes of one length are consecutive numbers. They continue the codes of the
		// previous length, with a zero appended (annex C.2).
		for l, count := range t.lengths {
			for range count {
				symbol := t.symbols[at]
				size := uint32(symbol) & categoryAll
				c.entries[i<<tableShift|int(symbol)] = code<<size<<lengthBits | (uint32(l) + 1 + size)
				code++
				at++
			}

			code <<= 1
		}
	}

	return c
}
