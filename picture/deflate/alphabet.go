package deflate

import "math/bits"

// The alphabets of a compressed block (3.2.5, 3.2.7).
const (
	endSymbol   = 256
	firstLength = 257

	allLiterals  = 286 // literals, the end of the block, and lengths
	allDistances = 30

	minMatch, maxMatch = 3, 258

	lengthCount = allLiterals - firstLength
)

// Each symbol of a length or distance stands for its base and the following values, which
// its extra bits number. The tables are calculated from the rules by which those of 3.2.5
// are made.
var (
	lengthExtra, lengthBases     = lengthTable()
	distanceExtra, distanceBases = distanceTable()

	// lengthSymbols has the symbol of each length.
	lengthSymbols = func() (symbols [maxMatch + 1]uint16) {
		for i, base := range lengthBases {
			for length := int(base); length <= maxMatch && length < int(base)+1<<lengthExtra[i]; length++ {
				symbols[length] = firstLength + uint16(i)
			}
		}

		return symbols
	}()
)

// lengthTable: the lengths 3 to 10 have a symbol each. Then four symbols have one extra
// bit, four have two, and so on. The last symbol is a length of its own.
func lengthTable() (extra [lengthCount]uint8, bases [lengthCount]uint16) {
	base := uint16(minMatch)

	for i := range lengthCount - 1 {
		extra[i] = uint8(max(i/4-1, 0))
		bases[i] = base
		base += 1 << extra[i]
	}

	bases[lengthCount-1] = maxMatch

	return extra, bases
}

// distanceTable: the distances 1 to 4 have a symbol each. Then two symbols have one extra
// bit, two have two, and so on.
func distanceTable() (extra [allDistances]uint8, bases [allDistances]uint16) {
	base := uint16(1)

	for i := range allDistances {
		extra[i] = uint8(max(i/2-1, 0))
		bases[i] = base
		base += 1 << extra[i]
	}

	return extra, bases
}

// distanceSymbol returns the symbol of a distance. Above 4, the two highest bits of the
// distance minus one select the symbol.
func distanceSymbol(distance int) int {
	value := uint(distance - 1)
	if value < 4 {
		return int(value)
	}

	high := bits.Len(value) - 1

	return 2*high + int(value>>(high-1)&1)
}

// code is the code of a symbol, with its first bit in the lowest bit (3.1.1).
type code struct {
	bits   uint16
	length uint8 // 0 if the symbol has no code
}

// The fixed codes (3.2.6).
var (
	fixedLiterals = func() (made [allLiterals]code) {
		var lengths [allFixed]uint8

		for i := range lengths {
			switch {
			case i < 144:
				lengths[i] = 8
			case i < 256:
				lengths[i] = 9
			case i < 280:
				lengths[i] = 7
			default:
				lengths[i] = 8
			}
		}

		var all [allFixed]code

		assign(all[:], lengths[:])
		copy(made[:], all[:])

		return made
	}()

	fixedDistances = func() (made [allDistances]code) {
		var lengths [allDistances]uint8

		for i := range lengths {
			lengths[i] = 5
		}

		assign(made[:], lengths[:])

		return made
	}()
)

// allFixed is the number of fixed codes of literals and lengths. The last two do not occur.
const allFixed = 288

// assign numbers the codes of the given lengths (3.2.2).
func assign(codes []code, lengths []uint8) {
	var count, next [maxCode + 2]uint16

	for _, length := range lengths {
		count[length]++
	}

	count[0] = 0

	for length := 1; length <= maxCode; length++ {
		next[length+1] = (next[length] + count[length]) << 1
	}

	for i, length := range lengths {
		codes[i] = code{}

		if length > 0 {
			codes[i] = code{bits.Reverse16(next[length]) >> (16 - length), length}
			next[length]++
		}
	}
}
