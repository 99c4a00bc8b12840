package inflate

import "encoding/binary"

// symbols decodes the symbols of a block (3.2.5), until the block ends or the window has
// stop bytes or more.
func (r *Reader) symbols(stop int) {
	for r.stage == inCodes && r.written < stop {
		if r.pos+8 <= len(r.part) {
			r.run(stop)
		}

		if r.stage == inCodes && r.written < stop {
			r.step()
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
func (r *Reader) run(stop int) { //nolint:cyclop,funlen,gocognit,gocyclo // One loop, whose variables stay in registers.
	var (
		part, pos, safe     = r.part, r.pos, len(r.part) - 8
		acc, n              = r.acc, r.n
		window, written     = r.window, r.written
		literals, distances = r.literals, r.distances
	)

	for written < stop && pos <= safe {
		acc |= binary.LittleEndian.Uint64(part[pos:]) << (n & 63)
		pos += int((63 - n) >> 3)
		n |= 56

		found := literals[acc&literalMask]
		if found&literal != 0 {
			acc >>= found & bitsMask
			n -= found.bits()
			binary.LittleEndian.PutUint16(window[written:], uint16(found>>bytesShift)) //nolint:gosec // Two bytes of it.
			written += int(found >> countShift)

			found = literals[acc&literalMask]
			if found&literal != 0 {
				acc >>= found & bitsMask
				n -= found.bits()
				binary.LittleEndian.PutUint16(window[written:], uint16(found>>bytesShift)) //nolint:gosec // As above.
				written += int(found >> countShift)

				found = literals[acc&literalMask]
				if found&literal != 0 {
					acc >>= found & bitsMask
					n -= found.bits()
					binary.LittleEndian.PutUint16(window[written:], uint16(found>>bytesShift)) //nolint:gosec // As above.
					written += int(found >> countShift)

					continue
				}
			}

			if pos > safe {
				break
			}

			acc |= binary.LittleEndian.Uint64(part[pos:]) << (n & 63)
			pos += int((63 - n) >> 3)
			n |= 56
		}

		if found&special != 0 {
			if found&second == 0 {
				break
			}

			found = literals[found.index(acc, literalBits)]

			if found&literal != 0 {
				acc >>= found & bitsMask
				n -= found.bits()
				window[written] = byte(found >> bytesShift)
				written++

				continue
			}

			if found&special != 0 {
				break
			}
		}

		behind := acc >> (found & bitsMask)

		place := distances[behind&distanceMask]
		if place&special != 0 {
			if place&second == 0 {
				break
			}

			place = distances[place.index(behind, distanceBits)]
			if place&special != 0 {
				break
			}
		}

		distance := place.value(behind)
		if distance > written {
			break
		}

		length := found.value(acc)
		acc = behind >> (place & bitsMask)
		n -= found.bits() + place.bits()

		repeat(window, written, distance, length)
		written += length
	}

	r.pos, r.acc, r.n, r.written = pos, acc, n, written
}

// step decodes one look-up. It reads across parts, and returns the errors.
func (r *Reader) step() {
	r.refill()

	found := r.literals[r.acc&literalMask]
	if found&second != 0 && found&(special|literal) == special {
		found = r.literals[found.index(r.acc, literalBits)]
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

	place := r.distances[r.acc&distanceMask]
	if place&special != 0 && place&second != 0 {
		place = r.distances[place.index(r.acc, distanceBits)]
	}

	switch distance := place.value(r.acc); {
	case place.bits() > r.n:
		r.truncated()
	case place&special != 0:
		r.corrupt("invalid code of a distance")
	case distance > r.written:
		r.corrupt("distance %d after %d bytes", distance, r.written)
	default:
		r.drop(place.bits())
		repeat(r.window, r.written, distance, length)
		r.written += length
	}
}
