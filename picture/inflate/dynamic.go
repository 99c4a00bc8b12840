package inflate

// Codes of lengths of codes (3.2.7).
const (
	repeatLast  = 16 // 3 to 6 times the previous length
	repeatZero  = 17 // 3 to 10 zeros
	repeatZeros = 18 // 11 to 138 zeros

	lengthCodes = 19
	lengthBits  = 7 // the longest code of a length
)

// lengthOrder is the order in which the lengths of the codes of lengths are stored (3.2.7).
var lengthOrder = [lengthCodes]byte{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// lengthTemplates has the entries of the codes of lengths. The value is the symbol.
var lengthTemplates = func() (made [lengthCodes]entry) {
	for i := range made {
		made[i] = entry(i) << baseShift
	}

	return made
}()

// startDynamic reads the codes of a block (3.2.7).
func (r *Reader) startDynamic() {
	counts, ok := r.take(14)
	if !ok {
		r.truncated()

		return
	}

	literals, distances, codes := int(counts&31)+firstLength, int(counts>>5&31)+1, int(counts>>10)+4
	if literals > mostLiterals || distances > mostDistance {
		r.corrupt("%d codes of literals and lengths, and %d of distances", literals, distances)

		return
	}

	var table [1 << lengthBits]entry

	if !r.readLengthCodes(&table, codes) {
		return
	}

	var lengths [mostLiterals + mostDistance]byte

	if !r.readLengths(&table, lengths[:literals+distances]) {
		return
	}

	switch {
	case lengths[endSymbol] == 0:
		r.corrupt("no code for the end of a block")
	case !r.own.literals.define(lengths[:literals]):
		r.corrupt("invalid code of literals and lengths")
	case !r.own.distances.define(lengths[literals : literals+distances]):
		r.corrupt("invalid code of distances")
	default:
		r.codes, r.single, r.stage = &r.own, pairAfter, inCodes
	}
}

// readLengthCodes reads the code of the lengths.
func (r *Reader) readLengthCodes(table *[1 << lengthBits]entry, codes int) bool {
	var lengths [lengthCodes]byte

	for _, symbol := range lengthOrder[:codes] {
		length, ok := r.take(3)
		if !ok {
			r.truncated()

			return false
		}

		lengths[symbol] = byte(length)
	}

	if !build(table[:], lengthBits, lengths[:], lengthTemplates[:]) {
		r.corrupt("invalid code of lengths")

		return false
	}

	return true
}

// readLengths reads the lengths of the codes of both alphabets, which are one sequence.
func (r *Reader) readLengths(table *[1 << lengthBits]entry, lengths []byte) bool {
	for at := 0; at < len(lengths); {
		if r.n < lengthBits {
			r.refill()
		}

		found := table[r.acc&(1<<lengthBits-1)]

		switch {
		case found&special != 0:
			r.corrupt("invalid code of a length")

			return false
		case found.bits() > r.n:
			r.truncated()

			return false
		}

		r.drop(found.bits())

		symbol := byte(found >> baseShift)
		if symbol < repeatLast {
			lengths[at] = symbol
			at++

			continue
		}

		value, count, ok := r.repeat(symbol, lengths[:at])
		if !ok {
			return false
		}

		if count > len(lengths)-at {
			r.corrupt("too many lengths of codes")

			return false
		}

		for range count {
			lengths[at] = value
			at++
		}
	}

	return true
}

// repeat reads the extra bits of a symbol that repeats a length.
func (r *Reader) repeat(symbol byte, lengths []byte) (value byte, count int, ok bool) {
	base, extra := 11, uint(7)

	switch symbol {
	case repeatLast:
		if len(lengths) == 0 {
			r.corrupt("a repetition without a length")

			return 0, 0, false
		}

		value = lengths[len(lengths)-1]
		base, extra = 3, 2
	case repeatZero:
		base, extra = 3, 3
	}

	more, ok := r.take(extra)
	if !ok {
		r.truncated()
	}

	return value, base + int(more), ok
}
