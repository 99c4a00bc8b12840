package encoder

// table is a Huffman table as a file defines it (T.81, B.2.4.2): how many codes
// there are of each length from 1 to 16, and the symbols, shortest codes first.
type table struct {
	lengths [maxLength]uint8
	symbols []uint8
}

const maxLength = 16

// codes are those of all tables, ready for use: at a token's table and symbol, the
// code with zeros for the bits that follow, and in the lowest 5 bits how many bits
// the two are. A code has up to 16 bits, and 11 follow at most: 27 and 5 fill the
// word.
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

		// Codes of a length are consecutive numbers, and continue those of the length
		// before with a zero behind (annex C.2).
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
