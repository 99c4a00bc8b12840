package encoder

import (
	"slices"

	"triptych/picture/webp/vp8l"
)

// writePrefixCode writes the code of symbols that occur so often, and returns it (RFC 9649,
// 3.7.2.1).
func writePrefixCode(w *bitWriter, counts []uint32) prefixCode {
	const mostSimple, simpleSymbols = 2, 256

	var used []int

	for symbol, n := range counts {
		if n > 0 && len(used) <= mostSimple {
			used = append(used, symbol)
		}
	}

	if len(used) == 0 {
		used = []int{0}
	}

	if len(used) <= mostSimple && used[len(used)-1] < simpleSymbols {
		writeSimple(w, used)
	}

	code := newPrefixCode(counts, vp8l.MostBits)
	if len(used) > mostSimple || used[len(used)-1] >= simpleSymbols {
		writeLengths(w, code.lengths)
	}

	return code
}

// writeSimple writes a code of one or two symbols (RFC 9649, 3.7.2.1.1).
func writeSimple(w *bitWriter, used []int) {
	const short, long = 1, 8

	w.write(1, 1)
	w.write(uint32(len(used)-1), 1)

	if used[0] <= 1 {
		w.write(0, 1)
		w.write(uint32(used[0]), short)
	} else {
		w.write(1, 1)
		w.write(uint32(used[0]), long)
	}

	for _, symbol := range used[1:] {
		w.write(uint32(symbol), long)
	}
}

// lengthSymbol is a symbol of the code of code lengths, with its extra bits.
type lengthSymbol struct {
	symbol uint8
	extra  uint8
}

// extraBits has the number of extra bits of the symbols from RepeatPrevious on.
var extraBits = [vp8l.LengthSymbols - vp8l.RepeatPrevious]uint{2, 3, 7}

// writeLengths writes the lengths of a code (RFC 9649, 3.7.2.1.2).
func writeLengths(w *bitWriter, lengths []uint8) {
	const fewestLengths, countBits, lengthBits = 4, 4, 3

	symbols := packed(lengths)
	counts := make([]uint32, vp8l.LengthSymbols)

	for _, s := range symbols {
		counts[s.symbol]++
	}

	code := newPrefixCode(counts, vp8l.MostLengthBits)
	named := slices.Clone(code.lengths)

	for symbol, n := range counts {
		if n > 0 && named[symbol] == 0 { // The only symbol. Its code is named with one bit, and has none.
			named[symbol] = 1
		}
	}

	last := vp8l.LengthSymbols
	for last > fewestLengths && named[vp8l.LengthOrder[last-1]] == 0 {
		last--
	}

	w.write(0, 1)
	w.write(uint32(last-fewestLengths), countBits)

	for _, symbol := range vp8l.LengthOrder[:last] {
		w.write(uint32(named[symbol]), lengthBits)
	}

	w.write(0, 1) // All symbols have lengths.

	for _, s := range symbols {
		code.write(w, int(s.symbol))

		if s.symbol >= vp8l.RepeatPrevious {
			w.write(uint32(s.extra), extraBits[s.symbol-vp8l.RepeatPrevious])
		}
	}
}

// packed returns the symbols of lengths, in which repetitions are counted.
func packed(lengths []uint8) []lengthSymbol {
	const (
		fewest, mostPrevious      = 3, 6
		mostZeros                 = 10
		fewestManyZeros, mostMany = 11, 138
	)

	var symbols []lengthSymbol

	previous := uint8(8) // before the first length

	for at := 0; at < len(lengths); {
		length, run := lengths[at], 1
		for at+run < len(lengths) && lengths[at+run] == length {
			run++
		}

		at += run

		if length != 0 && length != previous {
			symbols = append(symbols, lengthSymbol{symbol: length})
			previous = length
			run--
		}

		for run > 0 {
			switch {
			case run < fewest:
				symbols = append(symbols, lengthSymbol{symbol: length})
				run--
			case length != 0:
				n := min(run, mostPrevious)
				symbols = append(symbols, lengthSymbol{vp8l.RepeatPrevious, uint8(n - fewest)})
				run -= n
			case run <= mostZeros:
				symbols = append(symbols, lengthSymbol{vp8l.RepeatZero, uint8(run - fewest)})
				run = 0
			default:
				n := min(run, mostMany)
				symbols = append(symbols, lengthSymbol{vp8l.RepeatZeroLong, uint8(n - fewestManyZeros)})
				run -= n
			}
		}
	}

	return symbols
}
