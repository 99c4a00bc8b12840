package decoder

import "slices"

const (
	maxCodeLength = 16  // bits (C.2)
	maxCodes      = 256 // a symbol is a byte
	classDC       = 0   // the classes of Huffman tables (B.2.4.2)
	classAC       = 1
)

// lookBits is how many bits of the reservoir one look-up sees. 10 hold most codes
// together with the value that follows, and 1,024 entries of 4 bytes stay in the
// first-level cache.
const lookBits = 10

// huffman is a Huffman table, made for decoding.
//
// A symbol is a byte: the low four bits are the size of a value, whose bits follow
// the code (F.1.2.1, F.1.2.2); in AC tables the high four bits are a run of zero
// coefficients before it.
type huffman struct {
	// look is indexed by the next lookBits bits.
	look [1 << lookBits]entry
	// skip and pairs are made when they are needed; see skip.go and pairs.go.
	skip  *skipTable
	pairs *pairTable
	// used says that a scan has it: what defines it anew makes another.
	used bool

	// Codes longer than lookBits are found as F.2.2.3 does: codes of one length are
	// consecutive numbers, so a code of length l is valid where it is no larger than
	// maxCode[l], and its symbol is values[code + offset[l]].
	maxCode [maxCodeLength + 1]int32
	offset  [maxCodeLength + 1]int32
	values  [maxCodes]byte
}

// entry is what a look-up yields.
//
//	bits 0–5   how many bits to take off the reservoir
//	bit 6      endOfBlock: the symbol 0x00 of an AC table
//	bit 7      special: not all is known, see below
//	bits 8–12  advance: the run, and one for the coefficient behind it
//	bits 16–31 the coefficient's value
//
// An entry that is not special has code and value within lookBits bits. A special
// one has only the code's bits to take off, and in the place of the value the
// value's size; or it is of a code that is longer than lookBits, with no bits to
// take off.
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

// define makes the table from the counts of codes by length, and the symbols in
// the order of their codes (annex C), whatever it was before. DC says of which class
// the table is: there size 0 is the value 0, while in an AC table no value follows it.
//
// ok is false for a table that libjpeg refuses, too: a length has more codes than it
// has room for, a code consists of ones only, which annex C reserves, or the size of a
// DC difference is over 15 bits.
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

// use marks a table, if it is defined, as a scan's.
func (h *huffman) use() *huffman {
	if h != nil {
		h.used = true
	}

	return h
}

// enter fills the entries that begin with a code.
func (h *huffman) enter(code int32, length uint, symbol byte, dc bool) {
	behind := lookBits - length // bits of the look-up behind the code
	first := int(code) << behind
	size := uint(symbol & 0xf)

	for rest := range 1 << behind {
		e := specialEntry(length, symbol)

		switch {
		case dc && symbol > 0xf: // Never valid: as a special entry it is found out.
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

// specialEntry is the entry of a symbol without its value.
func specialEntry(length uint, symbol byte) entry {
	return special | entry(length) | entry(symbol>>4+1)<<advanceShift | entry(symbol&0xf)<<valueShift
}

// extend makes a value of its bits (F.2.2.1, figure F.12): those that begin with a
// zero are negative, counted from 1 - 2^size up.
func extend(bits uint64, size uint) int32 {
	value := int32(bits)
	if value < 1<<size>>1 {
		value += 1 - 1<<size
	}

	return value
}

// resolve returns the special entry of the code at the top of acc, where a look-up
// found that it is a long one. It is 0 where there is no such code.
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

// step reads one AC symbol with its value: see finish.
func (h *huffman) step(acc uint64) (used uint, advance int, value int16, ok bool) {
	e := h.look[acc>>(64-lookBits)]
	if e&special == 0 {
		return e.bits(), e.advance(), e.value(), true
	}

	return h.finish(e, acc)
}

// finish reads a special entry's value: it returns how many bits code and value
// take, how far to advance, and the value. A run of 16 zeros (ZRL, 0xF0) comes as
// an advance of 16 to a value of 0. The end of a block that comes as a long code is
// an advance out of the block; ok is false where the bits are no code, or a symbol
// that sequential files lack.
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
