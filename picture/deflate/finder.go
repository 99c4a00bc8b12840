package deflate

import (
	"encoding/binary"
	"math/bits"
)

// match is a match of a block, and the number of literals before it.
type match struct {
	literals, length, distance uint16
}

// finder looks for matches by a hash of the next bytes. For each hash it has the last two
// positions.
//
// A position is the number of a byte of the stream, modulo 2^16. An entry may be of a
// position that is too far away, or of another hash. Therefore candidates are compared.
type finder struct {
	// heads has two entries for each hash, the last one in the lower half. An entry is a
	// position, and further 16 bits of the hash above it: most other bytes differ in them,
	// so they are not read.
	heads [1 << hashBits]uint64

	// saved has the cost of the literals of a block before each of its bytes.
	saved [blockBytes + 1]uint32

	ignored uint // the bits of eight bytes that are not part of the hash
}

const (
	hashBits = 13
	tagMask  = 0xffff << 16

	wordBytes = 8

	// A match has at least the bytes whose literals need as many bits as a match, from
	// fewestBytes to mostBytes.
	matchBits   = 28
	fewestBytes = 4
	mostBytes   = 6

	enough = 64 // bytes of a match that is not compared with longer ones

	// After 2^patience positions without a match, one position is skipped after each
	// examined position. This number grows by one after each further 2^patience
	// positions, up to mostLeftOut.
	patience    = 5
	mostLeftOut = 7
)

// add adds a position and the bytes there, and returns the two before with the same hash.
func (f *finder) add(bytes uint64, position uint32) (last uint64, tag uint32) {
	const factor = 0x9e3779b97f4a7c15 // The golden ratio of 2^64.

	hash := bytes << (f.ignored & 63) * factor
	head := &f.heads[hash>>(64-hashBits)]
	tag = uint32(hash>>16) & tagMask
	last = *head
	*head = last<<32 | uint64(tag|position&^tagMask)

	return last, tag
}

// prepare adds up the costs of the literals of a block, and decides how many bytes a match
// has at least. It omits the search for shorter ones, which seldom save bits.
func (f *finder) prepare(data []byte, costs *costs) {
	sum := uint32(0)
	saved := f.saved[:len(data)+1]

	for i, value := range data {
		saved[i] = sum
		sum += uint32(costs.literal[value])
	}

	saved[len(data)] = sum

	fewest := fewestBytes
	if sum > 0 {
		fewest = min(max(matchBits*wholeBit*len(data)/int(sum), fewestBytes), mostBytes)
	}

	f.ignored = uint(64 - 8*fewest)
}

// find appends the matches of the data from begin to end. The number of the first byte of
// the window is first.
func (f *finder) find(window *[windowBytes + slack]byte, begin, end int, first uint32, costs *costs, matches []match) []match {
	f.prepare(window[begin:end], costs)

	literals, misses := begin, 0

	for at := begin; at+wordBytes <= end; {
		found, gain := f.best(window, at, begin, end, first, costs)
		if gain <= 0 {
			at += 1 + min(misses>>patience, mostLeftOut)
			misses++

			continue
		}

		// A match that begins one byte later may save more.
		for found.length < enough && at+1+wordBytes <= end {
			later, more := f.best(window, at+1, begin, end, first, costs)
			if more <= gain {
				break
			}

			found, gain = later, more
			at++
		}

		found.literals = uint16(at - literals)
		matches = append(matches, found)
		f.skip(window, at+2, min(at+int(found.length), end-wordBytes), first)

		at += int(found.length)
		literals, misses = at, 0
	}

	return matches
}

// skip adds positions within a match. In a long match it adds only some.
func (f *finder) skip(window *[windowBytes + slack]byte, from, to int, first uint32) {
	const few = 32

	step := 1 + max(to-from, 0)/few

	for at := from; at < to; at += step {
		f.add(binary.LittleEndian.Uint64(window[at:]), first+uint32(at))
	}
}

// best adds a position, and returns the match there that saves the most sixteenths of
// bits.
func (f *finder) best(window *[windowBytes + slack]byte, at, begin, end int, first uint32, costs *costs) (found match, gain int) {
	bytes := binary.LittleEndian.Uint64(window[at:])
	position := first + uint32(at)
	last, tag := f.add(bytes, position)
	longest := 0

	for ; last != 0; last >>= 32 {
		if uint32(last)&tagMask != tag {
			continue
		}

		distance := uint32(uint16(position - uint32(last)))
		if distance-1 >= history || int(distance) > at {
			continue
		}

		different := binary.LittleEndian.Uint64(window[at-int(distance):]) ^ bytes
		if different<<(f.ignored&63) != 0 {
			continue
		}

		most := min(end-at, maxMatch)

		length := bits.TrailingZeros64(different) / 8
		if different == 0 {
			length = common(window[at:], window[at-int(distance):], most)
		}

		if length > longest {
			longest = length

			won := int(f.saved[at-begin+length]-f.saved[at-begin]) - int(costs.length[length]) - int(costs.distance[distanceSymbol(int(distance))])
			if won > gain {
				found, gain = match{length: uint16(length), distance: uint16(distance)}, won
			}

			if length >= enough || length == most {
				break
			}
		}
	}

	return found, gain
}

// common returns the number of equal bytes of two parts of the window, up to most. The
// first eight are equal. After most bytes, both have at least [slack] more.
func common(a, b []byte, most int) int {
	length := wordBytes

	for ; length < most; length += wordBytes {
		different := binary.LittleEndian.Uint64(a[length:]) ^ binary.LittleEndian.Uint64(b[length:])
		if different != 0 {
			length += bits.TrailingZeros64(different) / 8

			break
		}
	}

	return min(length, most)
}
