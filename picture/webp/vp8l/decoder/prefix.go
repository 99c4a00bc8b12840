package decoder

import "triptych/picture/webp/vp8l"

// code is a prefix code as a table (RFC 9649, 3.7.2.1). An index is up to rootBits bits of the
// stream. Longer codes have their entries in second tables behind it.
type code struct {
	table []entry
	mask  uint64 // of the index; 0 for a code of one symbol, which takes no bits
}

// entry is a symbol and the length of its code. If the length exceeds rootBits, an entry of the
// root has the place of a second table, and rootBits plus the bits of its index.
type entry struct {
	symbol uint16
	length uint8
}

const (
	rootBits = 8
	rootSize = 1 << rootBits
)

// find returns the entry of the next symbol, where value has the next bits.
func (c *code) find(value uint64) entry {
	e := c.table[value&c.mask]

	if e.length > rootBits {
		e = c.table[uint64(e.symbol)+value>>rootBits&(1<<((e.length-rootBits)&15)-1)]
	}

	return e
}

// symbol reads a symbol. At least vp8l.MostBits are available.
func (r *reader) symbol(c *code) int {
	e := c.find(r.value)
	r.value >>= e.length
	r.count -= int(e.length)

	return int(e.symbol)
}

// builder makes prefix codes.
type builder struct {
	counts [vp8l.MostBits + 1]int // codes of each length
	sorted []uint16               // symbols by length, then by number
	table  []entry
}

// build makes the table of a code, which is valid until the next call. It returns nil if the
// code is not complete: as in libwebp, no other code is valid, except one of a single symbol.
func (b *builder) build(lengths []uint8) []entry {
	b.counts = [vp8l.MostBits + 1]int{}
	for _, length := range lengths {
		b.counts[length]++
	}

	symbols := len(lengths) - b.counts[0]
	b.counts[0] = 0
	b.sort(lengths, symbols)

	if symbols == 1 {
		return append(b.table[:0], entry{symbol: b.sorted[0]})
	}

	open, longest := 1, 0

	for length := 1; length <= vp8l.MostBits; length++ {
		open = open<<1 - b.counts[length]
		if open < 0 {
			return nil
		}

		if b.counts[length] > 0 {
			longest = length
		}
	}

	if open != 0 {
		return nil
	}

	b.fillTables(min(longest, rootBits))

	return b.table
}

// fillTables fills the tables with the symbols, in the order of their codes. root is the number of
// bits of the root's index.
func (b *builder) fillTables(root int) {
	if cap(b.table) < rootSize {
		b.table = make([]entry, rootSize)
	}

	b.table = b.table[:1<<root]

	var (
		index   int // the code of the next symbol, reversed
		next    int
		current = -1 // the index of the root whose second table is filled
		start   int  // of this table
	)

	for length := 1; length <= vp8l.MostBits; length++ {
		for ; b.counts[length] > 0; b.counts[length]-- {
			e := entry{b.sorted[next], uint8(length)}

			if length <= root {
				for at := index; at < len(b.table); at += 1 << length {
					b.table[at] = e
				}
			} else {
				if low := index & (rootSize - 1); low != current {
					width := b.width(length)
					current, start = low, len(b.table)
					b.table = append(b.table, make([]entry, 1<<width)...)
					b.table[low] = entry{uint16(start), uint8(rootBits + width)}
				}

				for at := start + index>>rootBits; at < len(b.table); at += 1 << (length - rootBits) {
					b.table[at] = e
				}
			}

			next++
			index = after(index, length)
		}
	}
}

// width returns the bits of the index of a second table that begins with the next code, of a
// length: enough for all codes with the same first bits.
func (b *builder) width(length int) int {
	room := 1 << (length - rootBits)

	for length < vp8l.MostBits {
		room -= b.counts[length]
		if room <= 0 {
			break
		}

		length++
		room <<= 1
	}

	return length - rootBits
}

// sort lists the symbols that have a code.
func (b *builder) sort(lengths []uint8, symbols int) {
	var starts [vp8l.MostBits + 2]int

	for length := 1; length <= vp8l.MostBits; length++ {
		starts[length+1] = starts[length] + b.counts[length]
	}

	if cap(b.sorted) < symbols {
		b.sorted = make([]uint16, symbols)
	}

	b.sorted = b.sorted[:symbols]

	for symbol, length := range lengths {
		if length > 0 {
			b.sorted[starts[length]] = uint16(symbol)
			starts[length]++
		}
	}
}

// after returns the reversed code after a reversed code of a length.
func after(index, length int) int {
	step := 1 << (length - 1)
	for index&step != 0 {
		step >>= 1
	}

	if step == 0 {
		return 0
	}

	return index&(step-1) + step
}
