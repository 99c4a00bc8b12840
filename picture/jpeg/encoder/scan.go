package encoder

// appendScan appends the coded data of all parts.
func appendScan(file []byte, parts []*part, c *codes) []byte {
	for _, p := range parts {
		if p.dropped || len(parts) == 1 {
			return appendSequentially(file, parts, c)
		}
	}

	return appendConcurrently(file, parts, c)
}

// appendSequentially writes one part after the other, and makes dropped tokens again.
func appendSequentially(file []byte, parts []*part, c *codes) []byte {
	w := writer{out: file}

	for _, p := range parts {
		if !p.dropped {
			p.tokens.each(func(tokens []token) { w.write(tokens, c) })

			continue
		}

		p.tokens.empty()
		p.begin()

		for row := p.top; row < p.bottom; row++ {
			p.tokenizeRow(row)
			p.tokens.each(func(tokens []token) { w.write(tokens, c) })
			p.tokens.empty()
		}
	}

	return w.finish()
}

// appendConcurrently writes each part on its own goroutine. Parts do not end at a byte
// boundary. But the counts of a part determine its number of bits. So a part begins with
// the bits that the previous part leaves in its last byte, and the previous part does not
// write them.
func appendConcurrently(file []byte, parts []*part, c *codes) []byte {
	bits := uint64(0)

	for i, p := range parts {
		p.writer = writer{}

		if i > 0 {
			p.writer.used = uint(bits % 8)
			p.writer.word = lastBits(parts[i-1].tokens.last, c, p.writer.used)
		}

		count := p.counts.bits(c)
		p.writer.out = make([]byte, 0, roomFor(count))
		bits += count
	}

	each(parts, func(p *part) {
		p.tokens.each(func(tokens []token) { p.writer.write(tokens, c) })

		if p == parts[len(parts)-1] {
			p.writer.finish()
		} else {
			p.writer.flush()
		}
	})

	for _, p := range parts {
		file = append(file, p.writer.out...)
	}

	return file
}

// bits is the number of bits of all counted tokens.
func (n *counts) bits(c *codes) (total uint64) {
	for i, entry := range c.entries {
		total += uint64(n[i]) * uint64(entry&(1<<lengthBits-1))
	}

	return total
}

// roomFor is the number of bytes for a number of bits, including the zeros after bytes of
// all ones (B.1.1.5). In nearly every file, fewer than one byte in 64 needs such a zero.
func roomFor(bits uint64) int {
	const word = 8 // written at once

	return int(bits/8+bits/512) + 2*word
}

// lastBits returns the last of the bits of the tokens, fewer than eight. A part has at
// least a row of MCUs, so it always has more than eight bits.
func lastBits(tokens []token, c *codes, count uint) (word uint64) {
	for at, have := len(tokens)-1, uint(0); have < count; at-- {
		entry := c.entries[tokens[at]&symbolMask]
		word |= (uint64(entry>>lengthBits) | uint64(tokens[at]>>valueShift)) << have
		have += uint(entry & (1<<lengthBits - 1))
	}

	return word & (1<<count - 1)
}
