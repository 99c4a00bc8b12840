package inflate

import "encoding/binary"

// steps has for each distance below 8 the largest multiple of it that is not larger than
// 8.
var steps = [8]uint8{0, 8, 8, 6, 8, 5, 6, 7}

// repeat writes a match of length bytes, from a distance back (3.2.3). It may write up to
// 16 bytes behind the match.
func repeat(window []byte, at, distance, length int) {
	from, end := at-distance, at+length

	if distance >= 8 {
		// Most matches are short.
		binary.LittleEndian.PutUint64(window[at:], binary.LittleEndian.Uint64(window[from:]))
		binary.LittleEndian.PutUint64(window[at+8:], binary.LittleEndian.Uint64(window[from+8:]))

		if length > 16 {
			repeatLong(window, at+16, from+16, end)
		}

		return
	}

	// The bytes up to at repeat. A word of them repeats after a multiple of the distance.
	pattern := binary.LittleEndian.Uint64(window[from:])
	width := uint(distance) * 8 //nolint:gosec // Below 64.
	pattern &= 1<<width - 1
	pattern |= pattern << width
	pattern |= pattern << (2 * width)
	pattern |= pattern << (4 * width)

	for step := int(steps[distance&7]); at < end; at += step {
		binary.LittleEndian.PutUint64(window[at:], pattern)
	}
}

// repeatLong copies the rest of a long match.
func repeatLong(window []byte, at, from, end int) {
	if end-at > 32 && at-from >= end-at {
		copy(window[at:end], window[from:])

		return
	}

	for at < end {
		binary.LittleEndian.PutUint64(window[at:], binary.LittleEndian.Uint64(window[from:]))
		at += 8
		from += 8
	}
}
