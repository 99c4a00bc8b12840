package decoder

import "slices"

const (
	maxCodeLength = 16  // bits (C.2)
	maxCodes      = 256 // a symbol is a byte
	classDC       = 0   // the classes of Huffman tables (B.2.4.2)
	classAC       = 1
)

// lookBits is the number of bits of the reservoir that one look-up uses. 10 bits hold
// most codes together with the value that follows. The table of 1,024 entries of 4 bytes
// stays in the first-level cache.
const lookBits = 10

// huffman is a Huffman table in a form for fast decoding.
//
// A symbol is a byte. The low four bits are the size of a value, whose bits follow the
// code (F.1.2.1, F.1.2.2). In AC tables the high four bits are the number of zero
// coefficients before that value.
type huffman struct {
	// look is indexed by the next lookBits bits.
	look [1 << lookBits]entry
	// skip and pairs are built when they are needed; see skip.go and pairs.go.
	skip  *skipTable
	pairs *pairTable
	// used is set when a scan uses the table. A later definition then allocates a new
	// table.
	used bool

	// Codes longer than lookBits are found as in F.2.2.3. The codes of one length are
	// consecutive numbers. Therefore a code of length l is valid if it is not larger than
	// maxCode[l], and its symbol is values[code + offset[l]].
	maxCode [maxCodeLength + 1]int32
	offset  [maxCodeLength + 1]int32
	values  [maxCodes]byte
}

// entry is the result of a look-up.
//
//	bits 0–5   the number of bits to remove from the reservoir
//	bit 6      endOfBlock: the symbol 0x00 of an AC table
//	bit 7      special: the entry is incomplete, see below
//	bits 8–12  advance: the run, plus one for the coefficient after it
//	bits 16–31 the value of the coefficient
//
// If an entry is not special, code and value lie within lookBits bits. There are two
// kinds of special entries. In the first, the number of bits is that of the code only,
// and the value is replaced by its size. The second is for a code longer than lookBits;
// its number of bits is 0.
type entry uint32

const (
	beyondBlock  = 64 // an advance that leads out of every block
	bitsMask     = 63
	endOfBlock   = 1 << 6
	special      = 1 << 7
	advanceShift = 8
	advanceMask  = 31
	valueShift   = 16
)

func (e entry) bits() uint   { return uint(e & bitsMask) }
func (e entry) advance() int { return int(e>>advanceShift) & advanceMask }
func (e entry) value() int16 { return int16(e >> valueShift) }
func (e entry) size() uint   { return uint(e >> valueShift) }

// define builds the table from the number of codes of each length, and the symbols in the
// order of their codes (annex C). It overwrites earlier contents. dc is the class of the
// table: in a DC table, size 0 means the value 0; in an AC table, no value follows size
// 0.
//
// ok is false for a table that libjpeg rejects, too: there are more codes of a length
// than fit, a code consists only of ones, which annex C reserves, or the size of a DC
// difference is over 15 bits.
func (h *huffman) define(counts [maxCodeLength]byte, symbols []byte, dc bool) (ok bool) {
	const largestDC = 15

	if dc && len(symbols) > 0 && slices.Max(symbols) > largestDC {
		return false
	}

	h.skip, h.pairs = nil, nil
	copy(h.values[:], symbols)

	for i := range h.look {
		h.look[i] = special
	}

	code, index := int32(0), int32(0)

	for length := int32(1); length <= maxCodeLength; length++ {
		count := int32(counts[length-1])
		if count > 0 && code+count >= 1<<length {
			return false
		}

		h.offset[length] = index - code
		h.maxCode[length] = code + count - 1

		for range count {
			if length <= lookBits {
				h.enter(code, uint(length), symbols[index], dc)
			}

			code++
			index++
		}

		code <<= 1
	}

	return true
}

// use marks a table as used by a scan, if it is defined.
func (h *huffman) use() *huffman {
	if h != nil {
		h.used = true
	}

	return h
}

// enter fills the entries that begin with a code.
func (h *huffman) enter(code int32, length uint, symbol byte, dc bool) {
	behind := lookBits - length // bits of the look-up after the code
	first := int(code) << behind
	size := uint(symbol & 0xf)

	for rest := range 1 << behind {
		e := specialEntry(length, symbol)

		switch {
		case dc && symbol > 0xf: // Never valid: the special entry leads to an error later.
		case size == 0 && dc:
			e = entry(length) | 1<<advanceShift
		case size == 0 && symbol == 0:
			e |= endOfBlock
		case size > 0 && size <= behind:
			value := extend(uint64(rest)>>(behind-size), size)
			e = entry(length+size) | entry(symbol>>4+1)<<advanceShift | entry(uint16(value))<<valueShift
		}

		h.look[first+rest] = e
	}
}

// specialEntry returns the entry of a symbol without its value.
func specialEntry(length uint, symbol byte) entry {
	return special | entry(length) | entry(symbol>>4+1)<<advanceShift | entry(symbol&0xf)<<valueShift
}

// extend converts the bits of a value to the value (F.2.2.1, figure F.12). Bits that
// begin with a zero represent the negative values, from 1 - 2^size upward.
func extend(bits uint64, size uint) int32 {
	value := int32(bits)
	if value < 1<<size>>1 {
		value += 1 - 1<<size
	}

	return value
}

// resolve returns the special entry of the code at the top of acc, when the look-up found
// a long code. It returns 0 if there is no such code.
func (h *huffman) resolve(e entry, acc uint64) entry {
	if e.bits() != 0 {
		return e
	}

	for length := uint(lookBits + 1); length <= maxCodeLength; length++ {
		code := int32(acc >> (64 - length))
		if code <= h.maxCode[length] {
			return specialEntry(length, h.values[(code+h.offset[length])&(maxCodes-1)])
		}
	}

	return 0
}

// step reads one AC symbol with its value; see finish for the results.
func (h *huffman) step(acc uint64) (used uint, advance int, value int16, ok bool) {
	e := h.look[acc>>(64-lookBits)]
	if e&special == 0 {
		return e.bits(), e.advance(), e.value(), true
	}

	return h.finish(e, acc)
}

// finish reads the value of a special entry. It returns the number of bits of code and
// value, the advance, and the value. A run of 16 zeros (ZRL, 0xF0) is an advance of 16
// with the value 0. The end of a block with a long code is an advance out of the block.
// ok is false if the bits are not a code, or are a symbol that sequential files do not
// have.
func (h *huffman) finish(e entry, acc uint64) (used uint, advance int, value int16, ok bool) {
	e = h.resolve(e, acc)
	size := e.size()

	switch {
	case e == 0:
		return 0, 0, 0, false
	case size > 0:
		bits := acc << (e.bits() & 63) >> ((64 - size) & 63)

		return e.bits() + size, e.advance(), int16(extend(bits, size)), true
	case e.advance() == 1:
		return e.bits(), beyondBlock, 0, true
	default:
		return e.bits(), e.advance(), 0, e.advance() == 16
	}
}
