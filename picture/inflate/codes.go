package inflate

import "encoding/binary"

// pairAfter is the number of bytes of a block after which pairs of literals are built. For
// shorter blocks they take longer than they save.
const pairAfter = 2 << 10

// symbols decodes the symbols of a block (3.2.5), until the block ends or the window has
// stop bytes or more.
func (r *Reader) symbols(stop int) {
	for r.stage == inCodes && r.written < stop {
		end, began := stop, r.written
		if r.single > 0 {
			end = min(stop, began+r.single)
		}

		if r.pos+8 <= len(r.part) {
			r.run(end)
		}

		if r.stage == inCodes && r.written < end {
			r.step()
		}

		if r.single > 0 {
			if r.single -= r.written - began; r.single <= 0 {
				r.own.literals.pair()
			}
		}
	}
}

// run decodes symbols as long as 8 bytes of the part are left. It stops before the end of
// the block, before a code that may not occur, and at an invalid distance.
//
// A turn of the loop decodes up to three look-ups of literals, or a match, or both. It
// fills the reservoir at its start, and again before a match that follows literals. Three
// look-ups need at most 3 × 11 bits. A match needs at most 15 + 5 + 15 + 13 bits. Both are
// fewer than 56.
//
// Only the lowest 6 bits of n count here. Therefore whole entries are subtracted from it,
// and the number of bytes that fit, (63 − n) / 8, is calculated from its complement.
//
// The window is an array, and end is limited by a constant. Therefore the compiler can
// omit most checks of its bounds.
func (r *Reader) run(stop int) { //nolint:cyclop,funlen,gocognit // One loop, whose variables stay in registers.
	var (
		part, pos  = r.part, uint(r.pos)
		acc, n     = r.acc, r.n
		window, at = &r.window, uint(r.written)
		end        = min(uint(stop), windowBytes-slop)
		codes      = r.codes
	)

	for at < end && pos+8 <= uint(len(part)) {
		acc |= binary.LittleEndian.Uint64(part[pos:pos+8]) << (n & 63)
		pos += ^n & 63 >> 3
		n |= 56

		found := codes.literals[acc&literalMask]
		if found&literal != 0 {
			acc >>= found & bitsMask
			n -= uint(found)
			window[at], window[at+1] = byte(found>>bytesShift), byte(found>>(bytesShift+8))
			at += uint(found >> countShift)

			found = codes.literals[acc&literalMask]
			if found&literal != 0 {
				acc >>= found & bitsMask
				n -= uint(found)
				window[at], window[at+1] = byte(found>>bytesShift), byte(found>>(bytesShift+8))
				at += uint(found >> countShift)

				found = codes.literals[acc&literalMask]
				if found&literal != 0 {
					acc >>= found & bitsMask
					n -= uint(found)
					window[at], window[at+1] = byte(found>>bytesShift), byte(found>>(bytesShift+8))
					at += uint(found >> countShift)

					continue
				}
			}

			if pos+8 > uint(len(part)) {
				break
			}

			acc |= binary.LittleEndian.Uint64(part[pos:pos+8]) << (n & 63)
			pos += ^n & 63 >> 3
			n |= 56
		}

		if found&special != 0 {
			if found&second == 0 {
				break
			}

			found = codes.literals[found.index(acc, literalBits)]

			if found&literal != 0 {
				acc >>= found & bitsMask
				n -= uint(found)
				window[at] = byte(found >> bytesShift)
				at++

				continue
			}

			if found&special != 0 {
				break
			}
		}

		behind := acc >> (found & bitsMask)

		place := codes.distances[behind&distanceMask]
		if place&special != 0 {
			if place&second == 0 {
				break
			}

			place = codes.distances[place.index(behind, distanceBits)]
			if place&special != 0 {
				break
			}
		}

		distance := place.value(behind)
		if distance > at {
			break
		}

		behindMatch := at + found.value(acc)
		acc = behind >> (place & bitsMask)
		n -= uint(found) + uint(place)

		if distance < 8 {
			repeat(window, at, distance, behindMatch)
			at = behindMatch

			continue
		}

		// Two words at a time. Most matches are not longer.
		for from := at - distance; ; from += 16 {
			into, old := window[at:at+16], window[from:from+16]
			binary.LittleEndian.PutUint64(into, binary.LittleEndian.Uint64(old))
			binary.LittleEndian.PutUint64(into[8:], binary.LittleEndian.Uint64(old[8:]))

			if at += 16; at >= behindMatch {
				break
			}
		}

		at = behindMatch
	}

	r.pos, r.acc, r.n, r.written = int(pos), acc, n&63, int(at)
}

// step decodes one look-up. It reads across parts, and returns the errors.
func (r *Reader) step() {
	r.refill()

	found := r.codes.literals[r.acc&literalMask]
	if found&second != 0 && found&(special|literal) == special {
		found = r.codes.literals[found.index(r.acc, literalBits)]
	}

	switch {
	case found&literal != 0:
		r.put(found)
	case found.bits() > r.n:
		r.truncated()
	case found&special == 0:
		r.match(found)
	case found&endOfBlock != 0:
		r.drop(found.bits())
		r.stage = atBlock
	default:
		r.corrupt("invalid code of a literal or length")
	}
}

// put writes one or two literals. At the end of the source, the second one may consist of
// bits that the source does not have.
func (r *Reader) put(found entry) {
	if found.bits() > r.n {
		length := found >> firstShift & codeMask
		if uint(length) > r.n {
			r.truncated()

			return
		}

		found = literal | length | found&(0xff<<bytesShift) | 1<<countShift
	}

	r.drop(found.bits())

	for range found >> countShift {
		r.window[r.written] = byte(found >> bytesShift)
		r.written++
		found >>= 8
	}
}

// match decodes a distance and copies a match, whose length begins the reservoir.
func (r *Reader) match(found entry) {
	length := found.value(r.acc)
	r.drop(found.bits())

	place := r.codes.distances[r.acc&distanceMask]
	if place&special != 0 && place&second != 0 {
		place = r.codes.distances[place.index(r.acc, distanceBits)]
	}

	switch distance := int(place.value(r.acc)); {
	case place.bits() > r.n:
		r.truncated()
	case place&special != 0:
		r.corrupt("invalid code of a distance")
	case distance > r.written:
		r.corrupt("distance %d after %d bytes", distance, r.written)
	default:
		r.drop(place.bits())

		for range length {
			r.window[r.written] = r.window[r.written-distance]
			r.written++
		}
	}
}
