package inflate

import "sync"

// The alphabets of a compressed block (3.2.5, 3.2.7).
const (
	endSymbol    = 256 // of the literals and lengths
	firstLength  = 257
	mostLiterals = 286 // symbols of literals and lengths that may occur
	mostDistance = 30  // symbols of distances that may occur

	allLiterals = 288 // symbols that have a code, including those that may not occur
	allDistance = 32

	maxMatch = 258
)

// templates has the entry of each symbol, without the length of its code.
type templates struct {
	literals  [allLiterals]entry
	distances [allDistance]entry
}

// alphabet is calculated from the rules by which the tables of 3.2.5 are made.
var alphabet = func() (made templates) {
	for i := range made.literals {
		made.literals[i] = special // Not valid.
	}

	for i := range endSymbol {
		made.literals[i] = literal | entry(i)<<bytesShift | 1<<countShift
	}

	made.literals[endSymbol] = special | endOfBlock

	// The lengths 3 to 10 have a symbol each. Then four symbols have one extra bit, four
	// have two, and so on. The last symbol is a length of its own.
	const lengths, minMatch = mostLiterals - firstLength - 1, 3

	for i, base := 0, entry(minMatch); i < lengths; i++ {
		extra := entry(max(i/4-1, 0))
		made.literals[firstLength+i] = base<<baseShift | extra
		base += 1 << extra
	}

	made.literals[mostLiterals-1] = maxMatch << baseShift

	// The distances 1 to 4 have a symbol each. Then two symbols have one extra bit, two have
	// two, and so on.
	for i := range made.distances {
		made.distances[i] = special
	}

	for i, base := 0, entry(1); i < mostDistance; i++ {
		extra := entry(max(i/2-1, 0))
		made.distances[i] = base<<baseShift | extra
		base += 1 << extra
	}

	return made
}()

// fixed returns the tables of the fixed codes (3.2.6).
var fixed = sync.OnceValue(func() *tables {
	var lengths [allLiterals]byte

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

	made := new(tables)
	made.literals.define(lengths[:])
	made.literals.pair()

	for i := range allDistance {
		lengths[i] = 5
	}

	made.distances.define(lengths[:allDistance])

	return made
})
