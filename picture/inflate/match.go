package inflate

import "encoding/binary"

// steps has for each distance below 8 the largest multiple of it that is not larger than
// 8.
var steps = [8]uint8{8, 8, 8, 6, 8, 5, 6, 7}

// repeat writes a match from a distance below 8 (3.2.3). It may write up to 7 bytes after
// the match.
//
// The bytes before the match repeat. A word of them repeats after each multiple of the
// distance, so no byte is read that was just written.
func repeat(window *[windowBytes]byte, at, distance, end uint) {
	from := at - distance
	pattern := binary.LittleEndian.Uint64(window[from : from+8])
	width := distance * 8
	pattern &= 1<<width - 1
	pattern |= pattern << width
	pattern |= pattern << (2 * width)
	pattern |= pattern << (4 * width)

	for step := uint(steps[distance&7]); at < end; at += step {
		binary.LittleEndian.PutUint64(window[at:at+8], pattern)
	}
}
