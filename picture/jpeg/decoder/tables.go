package decoder

import (
	"encoding/binary"

	"triptych/picture/jpeg/t81"
)

// takeQuantization reads quantization tables (B.2.4.1): a byte with the precision and the
// number of the table, then 64 values of one or two bytes in zigzag order.
func (f *file) takeQuantization(s segment) error {
	rest := s.payload

	for len(rest) > 0 {
		precision, number := rest[0]>>4, rest[0]&0xf
		rest = rest[1:]
		size := t81.BlockSize * (1 + int(precision))

		switch {
		case precision > 1 || number > 3:
			return corrupt(s.offset, "quantization table %d of precision %d", number, precision)
		case len(rest) < size:
			return corrupt(s.offset, "quantization table cut short")
		}

		table := new([t81.BlockSize]uint16)

		for k := range table {
			if precision == 0 {
				table[k] = uint16(rest[k])
			} else {
				table[k] = binary.BigEndian.Uint16(rest[2*k:])
			}
		}

		f.tables[number] = table
		rest = rest[size:]
	}

	return nil
}

// takeHuffman reads Huffman tables (B.2.4.2): a byte with the class and the number of the
// table, 16 counts of codes by length, and the symbols.
func (f *file) takeHuffman(s segment) error {
	const header = 1 + maxCodeLength

	rest := s.payload

	for len(rest) > 0 {
		if len(rest) < header {
			return corrupt(s.offset, "Huffman table cut short")
		}

		class, number := rest[0]>>4, rest[0]&0xf
		counts := [maxCodeLength]byte(rest[1:header])
		total := 0

		for _, count := range counts {
			total += int(count)
		}

		switch {
		case class > 1 || number > 3:
			return corrupt(s.offset, "Huffman table %d of class %d", number, class)
		case total > maxCodes || len(rest) < header+total:
			return corrupt(s.offset, "Huffman table cut short")
		}

		table := &f.huffman[class][number]
		if *table == nil || (*table).used {
			*table = new(huffman)
		}

		if !(*table).define(counts, rest[header:header+total], class == classDC) {
			return corrupt(s.offset, "Huffman table with invalid codes or symbols")
		}

		rest = rest[header+total:]
	}

	return nil
}
