package deflate

import (
	"encoding/binary"
	"math/bits"
)

// thorough finds the matches of a block by a search of all near candidates, and chooses
// those that together need the fewest bits. It takes several times as long as a [finder].
type thorough struct {
	depth  int // the largest number of candidates at a position
	passes int // how often matches are chosen, each time with the costs of the last choice

	// heads has the last position of each hash of four bytes, and last3 of three bytes. prev
	// has for each position the one before it with the same hash. A position is the number
	// of a byte of the stream plus 1, and 0 is none.
	heads [1 << chainBits]uint32
	last3 [1 << shortBits]uint32
	prev  [1 << 16]uint32

	// The candidates of all positions of a block. Those of position i are from ends[i-1] to
	// ends[i]. Their lengths increase, and so do their distances.
	candidates []candidate
	ends       [blockBytes]uint32

	// spent has the least cost from each position to the end of the block, and chosen the
	// match that it begins with, or no match.
	spent  [blockBytes + 1]uint32
	chosen [blockBytes]candidate

	pending pending
}

// candidate is a possible match.
type candidate struct{ length, distance uint16 }

const (
	chainBits = 15
	shortBits = 12

	// satisfied is the length of a match from which the positions within it are not
	// searched. Their only candidate is the rest of the match.
	satisfied = 128

	// shortFar is the largest distance of a match of three bytes. A match from further away
	// needs about as many bits as the literals.
	shortFar = 4096
)

// find appends the matches of the data from begin to end; see [finder.find].
func (t *thorough) find(window *[windowBytes + slack]byte, begin, end int, first uint32, costs *costs, codes *codes, matches []match) []match {
	data := window[begin:end]

	t.search(window, begin, end, first)

	if t.pending.empty() {
		costs.reset()
		costs.literals(data)
	} else {
		costs.measure(&t.pending.codes)
	}

	for pass := range t.passes {
		if pass > 0 {
			codes.count(data, matches)

			if !t.pending.empty() {
				codes.add(codes, &t.pending.codes)
			}

			costs.measure(codes)
		}

		t.choose(data, costs)
		matches = t.path(len(data), matches[:0])
	}

	return matches
}

// search collects the candidates of all positions.
func (t *thorough) search(window *[windowBytes + slack]byte, begin, end int, first uint32) {
	t.candidates = t.candidates[:0]

	var long candidate // the rest of a long match

	for at := begin; at < end; at++ {
		if long.length > 0 {
			long.length--
		}

		if at+wordBytes <= end {
			count := len(t.candidates)
			t.position(window, at, end, first, long.length == 0)

			if len(t.candidates) > count && t.candidates[len(t.candidates)-1].length >= satisfied {
				long = t.candidates[len(t.candidates)-1]
			} else if long.length >= minMatch {
				t.candidates = append(t.candidates, long)
			}
		}

		t.ends[at-begin] = uint32(len(t.candidates))
	}
}

// position adds a position and collects its candidates, if they are wanted.
func (t *thorough) position(window *[windowBytes + slack]byte, at, end int, first uint32, wanted bool) {
	const factor = 0x9e3779b1 // The golden ratio of 2^32.

	bytes := binary.LittleEndian.Uint64(window[at:])
	head := &t.heads[uint32(bytes)*factor>>(32-chainBits)]
	short := &t.last3[uint32(bytes)<<8*factor>>(32-shortBits)]
	here := first + uint32(at) + 1

	next, near := *head, *short
	t.prev[uint16(here)], *head, *short = next, here, here

	if !wanted {
		return
	}

	longest, most := 0, min(end-at, maxMatch)

	if distance := int(here - near); near != 0 && distance <= min(shortFar, at) {
		other := binary.LittleEndian.Uint64(window[at-distance:])
		if (other^bytes)<<40 == 0 {
			longest = minMatch
			t.candidates = append(t.candidates, candidate{minMatch, uint16(distance)})
		}
	}

	for range t.depth {
		distance := int(here - next)
		if next == 0 || distance > min(history, at) {
			break
		}

		old := at - distance
		if window[old+longest] == window[at+longest] {
			if length := equal(window[at:], window[old:], most); length > max(longest, minMatch) {
				longest = length
				t.candidates = append(t.candidates, candidate{uint16(length), uint16(distance)})

				if length >= satisfied || length == most {
					break
				}
			}
		}

		next = t.prev[uint16(next)]
	}
}

// equal returns the number of equal bytes of two parts of the window, up to most.
func equal(a, b []byte, most int) int {
	if different := binary.LittleEndian.Uint64(a) ^ binary.LittleEndian.Uint64(b); different != 0 {
		return min(bits.TrailingZeros64(different)/8, most)
	}

	return common(a, b, most)
}

// choose calculates from the end of the block to its start how the rest of the block needs
// the fewest bits.
func (t *thorough) choose(data []byte, costs *costs) {
	t.spent[len(data)] = 0

	for at := len(data) - 1; at >= 0; at-- {
		least := t.spent[at+1] + uint32(costs.literal[data[at]])
		best := candidate{}

		from := uint32(0)
		if at > 0 {
			from = t.ends[at-1]
		}

		shortest := minMatch

		for _, found := range t.candidates[from:t.ends[at]] {
			place := uint32(costs.distance[distanceSymbol(int(found.distance))])

			// Of a long match, only the whole is considered.
			if int(found.length) > enough {
				shortest = int(found.length)
			}

			for length := shortest; length <= int(found.length); length++ {
				if cost := place + uint32(costs.length[length]) + t.spent[at+length]; cost < least {
					least, best = cost, candidate{uint16(length), found.distance}
				}
			}

			shortest = int(found.length) + 1
		}

		t.spent[at], t.chosen[at] = least, best
	}
}

// path appends the chosen matches.
func (t *thorough) path(length int, matches []match) []match {
	literals := 0

	for at := 0; at < length; {
		found := t.chosen[at]
		if found.length == 0 {
			literals++
			at++

			continue
		}

		matches = append(matches, match{uint16(literals), found.length, found.distance})
		literals = 0
		at += int(found.length)
	}

	return matches
}
