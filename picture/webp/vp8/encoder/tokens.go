package encoder

import (
	"encoding/binary"

	"triptych/picture/webp/vp8"
)

// symbol is the decisions of a class: the one that the block does not end here, except
// after a zero, those of its path, and the sign of a level without extra bits.
type symbol struct {
	// decisions are eight words, of which the first ones are used. The indices are those of
	// the place 0.
	decisions [2]uint64
	// indexed has a one in each word to which the first index of a place is added.
	indexed [2]uint64
	bytes   int // without the sign
	sign    int // the bytes of the sign
}

const (
	wordBits    = 16
	wordsInHalf = 4
	symbolBytes = 16
)

// symbols are indexed by whether a zero comes before, and the class.
var symbols = func() (all [2][1 << classesBits]symbol) {
	for after := range all {
		for c := range class(classes) {
			s := &all[after][c]
			add := func(node uint8, bit bool) {
				at := s.bytes / decisionBytes
				s.decisions[at/wordsInHalf] |= uint64(decision(node)|decisionOf(bit)) << (at % wordsInHalf * wordBits)
				s.indexed[at/wordsInHalf] |= 1 << (at % wordsInHalf * wordBits)
				s.bytes += decisionBytes
			}

			if after == 0 {
				add(0, c != endOfBlock)
			}

			for _, branch := range classPaths[c] {
				add(branch.Node, branch.Bit)
			}

			if c > 0 && c < firstCategory {
				s.sign = decisionBytes
			}
		}
	}

	return all
}()

// placesAt are the places by kind, and by place in a block and context.
var placesAt = func() (all [vp8.Kinds][vp8.BlockSize << contextBits]uint8) {
	for kind := range all {
		for n, band := range vp8.Bands {
			for context := range vp8.Contexts {
				all[kind][n<<contextBits|context] = uint8((kind*vp8.BandCount+int(band))*vp8.Contexts + context)
			}
		}
	}

	return all
}()

// contextBits is the width of a context in an index.
const contextBits = 2

// mostDecisions is the highest number of decisions of a block. A level has one on the end,
// six in the tree of tokens, 11 extra bits and a sign.
const mostDecisions = vp8.BlockSize * 19

// record keeps and counts the decisions of a block (RFC 6386, 13.2 and 13.3).
func (c *coder) record(kind vp8.Kind, context, first int, levels *vp8.Coefficients, end int) {
	c.tape.room(mostDecisions*decisionBytes + symbolBytes)

	var (
		out   = c.tape.last
		at    = c.tape.used
		where = &placesAt[kind&(vp8.Kinds-1)]
		after = 0
	)

	for n := first; n < end; n++ {
		level := int(levels[n&(vp8.BlockSize-1)])
		negative := level >> (wordBits - 1)
		level = (level ^ negative) - negative
		is := levelClasses[min(uint(level), sameFrom)]
		place := where[(n<<contextBits|context)&(len(where)-1)]
		c.counts[tokenAt(int(place), after, is)]++

		s := &symbols[after&1][is&(1<<classesBits-1)]
		base := uint64(place) * vp8.Nodes
		to := out[at:][:symbolBytes]
		binary.LittleEndian.PutUint64(to, s.decisions[0]+s.indexed[0]*base)
		binary.LittleEndian.PutUint64(to[8:], s.decisions[1]+s.indexed[1]*base)
		at += s.bytes

		if is >= firstCategory {
			at = putExtra(out, at, level, int(is-firstCategory), negative != 0)
		} else {
			binary.LittleEndian.PutUint16(out[at:], uint16(signDecision|decision(negative)&one))
			at += s.sign
		}

		context = min(level, 2)
		after = bitOf(level == 0)
	}

	if end < vp8.BlockSize {
		place := where[(max(first, end)<<contextBits|context)&(len(where)-1)]
		c.counts[tokenAt(int(place), 0, endOfBlock)]++
		binary.LittleEndian.PutUint16(out[at:], uint16(place)*vp8.Nodes)
		at += decisionBytes
	}

	c.tape.used = at
}

const signDecision = fixed + decision(vp8.Even)

// putExtra writes the decisions for the extra bits and the sign of a level.
func putExtra(out []byte, at, level, category int, negative bool) int {
	c := &vp8.Categories[category]
	extra, width := level-c.Base, len(c.Probabilities)

	put := func(d decision) {
		binary.LittleEndian.PutUint16(out[at:], uint16(d))
		at += decisionBytes
	}

	for i, p := range c.Probabilities {
		put(fixed + decision(p) | decisionOf(extra>>(width-1-i)&1 != 0))
	}

	put(signDecision | decisionOf(negative))

	return at
}
