package encoder

// appendScan appends the coded data of all parts.
func appendScan(file []byte, parts []*part, c *codes) []byte {
	for _, p := range parts {
		if p.dropped || len(parts) == 1 {
			return appendInTurn(file, parts, c)
		}
	}

	return appendAtOnce(file, parts, c)
}

// appendInTurn writes one part after the other, and makes again what was dropped.
func appendInTurn(file []byte, parts []*part, c *codes) []byte {
	w := writer{out: file}

	for _, p := range parts {
		if !p.dropped {
			p.tokens.each(func(tokens []token) { w.write(tokens, c) })

			continue
		}

		p.tokens.empty()
		p.begin()

		for row := p.top; row < p.bottom; row++ {
			p.tokeniseRow(row)
			p.tokens.each(func(tokens []token) { w.write(tokens, c) })
			p.tokens.empty()
		}
	}

	return w.finish()
}

// appendAtOnce has each part written by a goroutine of its own. Parts do not end
// with a byte, but how many bits each has is known from its counts. So a part
// begins with the bits that the one before it leaves in its last byte, which
// that does not write.
func appendAtOnce(file []byte, parts []*part, c *codes) []byte {
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

// bits is how many bits all that was counted takes.
func (n *counts) bits(c *codes) (total uint64) {
	for i, entry := range c.entries {
		total += uint64(n[i]) * uint64(entry&(1<<lengthBits-1))
	}

	return total
}

// roomFor is the bytes that so many bits take, with the zeros behind bytes of all ones
// (B.1.1.5), which are fewer than one of 64 in nearly every file.
func roomFor(bits uint64) int {
	const word = 8 // is written at once

	return int(bits/8+bits/512) + 2*word
}

// lastBits are the last of the bits that tokens take, less than eight: a part has
// a row of MCUs and so more than that.
func lastBits(tokens []token, c *codes, count uint) (word uint64) {
	for at, have := len(tokens)-1, uint(0); have < count; at-- {
		entry := c.entries[tokens[at]&symbolMask]
		word |= (uint64(entry>>lengthBits) | uint64(tokens[at]>>valueShift)) << have
		have += uint(entry & (1<<lengthBits - 1))
	}

	return word & (1<<count - 1)
}
