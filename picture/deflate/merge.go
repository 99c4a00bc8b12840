package deflate

import "math"

// pending is a block that is not written yet, because it may continue.
type pending struct {
	literals []byte
	matches  []match
	tail     int // the literals after the last match
	codes    codes
	joint    codes // of this block and the next data together
}

func (p *pending) empty() bool { return len(p.matches)+len(p.literals) == 0 }

// merge compresses the data of the window thoroughly. The data joins the pending block, if
// this needs fewer bits than two blocks, each with codes of its own.
func (w *Writer) merge(data []byte, final bool) {
	t, last := w.thorough, &w.thorough.pending

	w.matches = t.find(&w.window, w.begin, w.end, w.first, &w.costs, &w.codes, w.matches[:0])
	w.codes.count(data, w.matches)
	w.codes.build()

	if stored := w.storedBits(len(data)); stored < w.codes.least() {
		w.flush(false)
		w.stored(final, data)

		return
	}

	if !last.empty() {
		last.joint.add(&last.codes, &w.codes)
		last.joint.build()

		// A match stores the number of literals before it in 16 bits.
		tooLong := len(w.matches) > 0 && last.tail+int(w.matches[0].literals) > math.MaxUint16

		if tooLong || last.joint.least() > last.codes.least()+w.codes.least() {
			w.flush(false)
		}
	}

	last.append(data, w.matches, &w.codes)

	if final {
		w.flush(true)
	}
}

// append adds the symbols of data to the block, and builds its codes.
func (p *pending) append(data []byte, matches []match, counted *codes) {
	before := p.codes
	if p.empty() {
		before = codes{}
	}

	p.codes.add(&before, counted)
	p.codes.build()

	for _, m := range matches {
		p.literals = append(p.literals, data[:m.literals]...)
		data = data[m.literals+m.length:]

		m.literals += uint16(p.tail) // merge has checked the sum.
		p.tail = 0
		p.matches = append(p.matches, m)
	}

	p.literals = append(p.literals, data...)
	p.tail += len(data)
}

// flush writes the pending block. The final block is written even if it is empty.
func (w *Writer) flush(final bool) {
	last := &w.thorough.pending

	if final || !last.empty() {
		w.symbols(last.literals, last.matches, false, &last.codes, final)
	}

	last.literals, last.matches, last.tail = last.literals[:0], last.matches[:0], 0
}

// add sets the counts to the sums of those of two blocks.
func (c *codes) add(a, b *codes) {
	for i := range c.literalCount {
		c.literalCount[i] = a.literalCount[i] + b.literalCount[i]
	}

	c.literalCount[endSymbol] = 1

	for i := range c.distanceCount {
		c.distanceCount[i] = a.distanceCount[i] + b.distanceCount[i]
	}
}
