package inflate

import (
	"bytes"
	"math/bits"
)

// maxCode is the length of the longest code in bits (3.2.7).
const maxCode = 15

// The bits of the first look-up, and the sizes of the tables. Longer codes continue in a
// second table, which follows the first one.
//
// A second table of 2^k entries has at least k + 1 symbols, because the code is complete.
// For literals k is at most 15 − 11, so a symbol has at most 16 / 5 entries of second
// tables, and 288 symbols have fewer than 1,024. For distances k is at most 15 − 8, and 32
// symbols have at most 32 × 128 / 8 entries.
const (
	literalBits  = 11
	distanceBits = 8

	literalSize  = 1<<literalBits + 1<<10
	distanceSize = 1<<distanceBits + 1<<9

	literalMask  = 1<<literalBits - 1
	distanceMask = 1<<distanceBits - 1
)

// entry is the result of a look-up. An entry with the bit literal is one or two literals:
//
//	bits 0–5   the number of bits to remove from the reservoir
//	bit 7      literal
//	bits 8–15  the first literal
//	bits 16–23 the second literal
//	bits 24–27 the length of the code of the first literal
//	bits 28–29 the number of literals
//
// An entry with neither literal nor special is a length or a distance:
//
//	bits 0–5   the number of bits to remove: the code and its extra bits
//	bits 8–11  the length of the code
//	bits 16–31 the value, to which the extra bits are added
//
// An entry with the bit special is one of these:
//   - with the bit second, a longer code: bits 8–11 are the number of further bits to look
//     up, and bits 16–31 are the index of the second table;
//   - with the bit endOfBlock, the end of the block;
//   - otherwise, a code that may not occur.
//
// In second tables the numbers of bits include those of the first look-up.
type entry uint32

const (
	bitsMask = 63

	special    = 1 << 6
	literal    = 1 << 7
	second     = 1 << 12
	endOfBlock = 1 << 13

	bytesShift = 8
	firstShift = 24
	countShift = 28

	codeShift = 8
	codeMask  = 15
	baseShift = 16
)

func (e entry) bits() uint { return uint(e & bitsMask) }

// of returns the entry of a symbol for a code of a length.
func (e entry) of(length int) entry {
	if e&literal != 0 {
		return e + entry(length)*(1+1<<firstShift)
	}

	return e + entry(length)*(1+1<<codeShift)
}

// value returns a length or a distance. acc begins with its code.
func (e entry) value(acc uint64) uint {
	return uint(e>>baseShift) + uint(acc&(1<<(e&bitsMask)-1)>>(e>>codeShift&codeMask))
}

// index returns the place of a longer code in a table whose first look-up has the given
// number of bits.
func (e entry) index(acc uint64, first uint) uint {
	return uint(e>>baseShift) + uint(acc>>first&(1<<(e>>codeShift&codeMask)-1))
}

// tables decodes the symbols of a block.
type tables struct {
	literals  literalTable
	distances distanceTable
}

// literalTable decodes literals and lengths.
type literalTable [literalSize]entry

// define builds the table, without pairs, from the length of the code of each symbol. It
// reports whether the lengths are those of a code; see [build].
func (t *literalTable) define(lengths []byte) bool {
	return build(t[:], literalBits, lengths, alphabet.literals[:])
}

// pair adds a second literal to each literal of the first look-up, if both codes fit.
//
// The second literal is found in the same table, by the bits after the first one. Its
// index is smaller, or both are 0. From the last index down, that entry is therefore not
// yet a pair.
//
// The loop has one condition, which becomes a conditional move, because the processor
// would mispredict branches: an entry that is not a literal adds 64 bits.
func (t *literalTable) pair() {
	for i := uint(literalMask + 1); i > 0; {
		i--

		first := t[i]
		next := t[i>>(first&bitsMask)&literalMask]

		both := first&bitsMask + next&bitsMask + (literal-first&next&literal)/2

		pair := first + next&bitsMask + next&(0xff<<bytesShift)<<8 + 1<<countShift
		if both > literalBits {
			pair = first
		}

		t[i] = pair
	}
}

// distanceTable decodes distances.
type distanceTable [distanceSize]entry

// define builds the table; see [literalTable.define].
func (t *distanceTable) define(lengths []byte) bool {
	return build(t[:], distanceBits, lengths, alphabet.distances[:])
}

// build enters the codes of all symbols into a table (3.2.2). The first look-up uses the
// given number of bits. The symbol i has a code of lengths[i] bits, or no code if that is
// 0, and the entry symbols[i].
//
// build reports whether the lengths are those of a complete code. As in zlib, two other
// codes are allowed: a code of one symbol with one bit, and a code without symbols. Their
// unused codes are not valid.
func build(table []entry, first int, lengths []byte, symbols []entry) bool {
	var count [maxCode + 1]int

	for _, length := range lengths {
		count[length]++
	}

	left := 1
	for length := 1; length <= maxCode; length++ {
		left = left<<1 - count[length]
		if left < 0 {
			return false
		}
	}

	if left > 0 {
		used := len(lengths) - count[0]
		if used > 1 || used != count[1] {
			return false
		}

		enterSingle(table[:1<<first], lengths, symbols)

		return true
	}

	// The symbols in the order of their codes.
	var (
		sorted [allLiterals]uint16
		next   [maxCode + 1]int
	)

	for length := 1; length < maxCode; length++ {
		next[length+1] = next[length] + count[length]
	}

	for symbol, length := range lengths {
		if length > 0 {
			sorted[next[length]] = uint16(symbol)
			next[length]++
		}
	}

	enter(table, first, &count, sorted[:], symbols)

	return true
}

// enterSingle enters a code of at most one symbol, into the entries of the first look-up.
// The code is 0.
func enterSingle(table []entry, lengths []byte, symbols []entry) {
	table[0], table[1] = special, special

	if symbol := bytes.IndexByte(lengths, 1); symbol >= 0 {
		table[0] = symbols[symbol].of(1)
	}

	for half := 2; half < len(table); half *= 2 {
		copy(table[half:], table[:half])
	}
}

// enter enters the symbols of a complete code. Codes of the same length are consecutive
// numbers. Their first bit is the lowest bit of an index (3.1.1).
//
// The table doubles with each length of codes: all entries are copied to the new half,
// because the new bit may be 0 or 1. Places without a code are filled later, because the
// code is complete.
func enter(table []entry, first int, count *[maxCode + 1]int, sorted []uint16, symbols []entry) {
	code, at := uint(0), 0

	for length := 1; length <= first; length++ {
		half := 1 << (length - 1)
		copy(table[half:2*half], table[:half])

		for range count[length] {
			table[code] = symbols[sorted[at]].of(length)
			code = following(code, length)
			at++
		}
	}

	var (
		end      = 1 << first // of the second tables
		mask     = uint(1)<<first - 1
		prefix   = mask + 1 // of the current second table; no prefix has this value
		index    int
		lookBits int
	)

	for length := first + 1; length <= maxCode; length++ {
		for left := count[length]; left > 0; left-- {
			if code&mask != prefix {
				prefix, index = code&mask, end
				lookBits = secondBits(length-first, left, count[length+1:])
				end += 1 << lookBits

				table[prefix] = special | second | entry(first) | entry(lookBits)<<codeShift | entry(index)<<baseShift
			}

			symbol := symbols[sorted[at]].of(length)
			for i := code >> first; i < 1<<lookBits; i += 1 << (length - first) {
				table[index+int(i)] = symbol
			}

			code = following(code, length)
			at++
		}
	}
}

// following returns the code after a code. The first bit of both is their lowest bit.
// After the last code of a complete code it returns 0.
func following(code uint, length int) uint {
	zeros := ^code & (1<<length - 1)
	if zeros == 0 {
		return 0
	}

	// Counting up from the first bit: the last zero becomes a one, and the ones after it
	// become zeros.
	last := uint(1) << (bits.Len(zeros) - 1)

	return code&(last-1) | last
}

// secondBits returns the number of bits of a second table. Its first code has further
// more bits than the first look-up. left codes have this length. The table ends when the
// codes that follow fill it.
func secondBits(further, left int, longer []int) int {
	for used := left; used < 1<<further && len(longer) > 0; further++ {
		used = 2*used + longer[0]
		longer = longer[1:]
	}

	return further
}
