package unfilter

import "encoding/binary"

// undoAverage undoes filter 3.
func undoAverage(into, from, above []byte, step int) {
	switch step {
	case 1:
		undoAverage1(into, from, above)
	case 2:
		undoAverage2(into, from, above)
	case 3:
		undoAverage3(into, from, above)
	case 4:
		undoAverage4(into, from, above)
	case 6:
		undoAverage6(into, from, above)
	case 8:
		undoAverage8(into, from, above)
	}
}

// averaged returns a byte whose difference from the mean of two bytes is known.
func averaged(difference byte, left uint, above byte) uint {
	return (uint(difference) + (left+uint(above))>>1) & 0xff
}

func undoAverage1(into, from, above []byte) {
	into, above = into[:len(from)], above[:len(from)]

	var left uint

	for at := range from {
		left = averaged(from[at], left, above[at])
		into[at] = byte(left)
	}
}

func undoAverage2(into, from, above []byte) {
	into, above = into[:len(from)], above[:len(from)]

	var left0, left1 uint

	for at := 0; at <= len(from)-2; at += 2 {
		left0 = averaged(from[at], left0, above[at])
		left1 = averaged(from[at+1], left1, above[at+1])
		into[at], into[at+1] = byte(left0), byte(left1)
	}
}

func undoAverage3(into, from, above []byte) {
	into, above = into[:len(from)], above[:len(from)]

	var left0, left1, left2 uint

	for at := 0; at <= len(from)-3; at += 3 {
		left0 = averaged(from[at], left0, above[at])
		left1 = averaged(from[at+1], left1, above[at+1])
		left2 = averaged(from[at+2], left2, above[at+2])
		into[at], into[at+1], into[at+2] = byte(left0), byte(left1), byte(left2)
	}
}

// averagedLanes is [averaged] for four lanes.
func averagedLanes(difference, left, above uint64) uint64 {
	return (difference + (left+above)>>1&lanes) & lanes
}

func undoAverage4(into, from, above []byte) {
	into, above = into[:len(from)], above[:len(from)]

	var left uint64

	for at := 0; at <= len(from)-4; at += 4 {
		left = averagedLanes(
			spread(binary.LittleEndian.Uint32(from[at:at+4])), left, spread(binary.LittleEndian.Uint32(above[at:at+4])))
		binary.LittleEndian.PutUint32(into[at:at+4], gather(left))
	}
}

// undoAverage6 reads two bytes of the next pixel together with each pixel. Their sums are
// not used.
func undoAverage6(into, from, above []byte) {
	into, above = into[:len(from)], above[:len(from)]

	var even, odd uint64

	at := 0

	for ; at <= len(from)-8; at += 6 {
		word, up := binary.LittleEndian.Uint64(from[at:at+8]), binary.LittleEndian.Uint64(above[at:at+8])
		even = averagedLanes(word&lanes, even, up&lanes)
		odd = averagedLanes(word>>8&lanes, odd, up>>8&lanes)
		put6(into[at:at+6], even|odd<<8)
	}

	if at <= len(from)-6 {
		word, up := get6(from[at:at+6]), get6(above[at:at+6])
		even = averagedLanes(word&lanes, even, up&lanes)
		odd = averagedLanes(word>>8&lanes, odd, up>>8&lanes)
		put6(into[at:at+6], even|odd<<8)
	}
}

func undoAverage8(into, from, above []byte) {
	into, above = into[:len(from)], above[:len(from)]

	var even, odd uint64

	for at := 0; at <= len(from)-8; at += 8 {
		word, up := binary.LittleEndian.Uint64(from[at:at+8]), binary.LittleEndian.Uint64(above[at:at+8])
		even = averagedLanes(word&lanes, even, up&lanes)
		odd = averagedLanes(word>>8&lanes, odd, up>>8&lanes)
		binary.LittleEndian.PutUint64(into[at:at+8], even|odd<<8)
	}
}
