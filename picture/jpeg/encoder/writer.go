package encoder

import "encoding/binary"

// writer collects bits, the first in the highest bit of each byte (T.81, F.1.2 and C.2).
// It collects them in a word of 64 bits and appends the word when it is full.
type writer struct {
	out  []byte
	word uint64
	used uint // number of bits of the word, from the lowest, that are not written yet
}

const wordBits = 64

// write appends tokens.
func (w *writer) write(tokens []token, c *codes) {
	word, used, out := w.word, w.used, w.out

	for _, t := range tokens {
		entry := c.entries[t&symbolMask]
		length := uint(entry & (1<<lengthBits - 1))
		bits := uint64(entry>>lengthBits) | uint64(t>>valueShift)

		if used += length; used <= wordBits {
			word = word<<length | bits

			continue
		}

		// The bits that do not fit begin the next word. The bits above them are already
		// written. They are shifted out of the word before it is full.
		used -= wordBits
		out = appendWord(out, word<<((length-used)&(wordBits-1))|bits>>(used&(wordBits-1)))
		word = bits
	}

	w.word, w.used, w.out = word, used, out
}

// appendWord appends eight bytes. It appends a zero after each 0xff, to distinguish it
// from a marker (B.1.1.5). Few words contain 0xff. A byte of x is zero if subtracting one
// from it borrows: then its highest bit is set, and was not set before. The inverse of
// 0xff is zero.
func appendWord(out []byte, word uint64) []byte {
	const ones, highest = 0x0101010101010101, 0x8080808080808080

	if (^word-ones)&word&highest == 0 {
		return binary.BigEndian.AppendUint64(out, word)
	}

	for shift := wordBits - 8; shift >= 0; shift -= 8 {
		out = appendByte(out, byte(word>>shift))
	}

	return out
}

func appendByte(out []byte, b byte) []byte {
	if b == 0xff {
		return append(out, b, 0)
	}

	return append(out, b)
}

// flush writes the remaining whole bytes.
func (w *writer) flush() {
	for ; w.used >= 8; w.used -= 8 {
		w.out = appendByte(w.out, byte(w.word>>(w.used-8)))
	}
}

// finish fills the last byte with ones (F.1.2.3), and returns the whole output.
func (w *writer) finish() []byte {
	w.flush()

	if w.used > 0 {
		free := 8 - w.used
		w.out = appendByte(w.out, byte(w.word<<free)|byte(1<<free-1))
		w.used = 0
	}

	return w.out
}
