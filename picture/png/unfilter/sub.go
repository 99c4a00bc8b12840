package unfilter

import "encoding/binary"

// undoSub undoes filter 1.
func undoSub(into, from []byte, step int) {
	switch step {
	case 1:
		undoSub1(into, from)
	case 2:
		undoSub2(into, from)
	case 3:
		undoSub3(into, from)
	case 4:
		undoSub4(into, from)
	case 6:
		undoSub6(into, from)
	case 8:
		undoSub8(into, from)
	}
}

// undoSub1 calculates the sums of eight bytes with two multiplications. Multiplied by
// laneOnes, each lane becomes the sum of itself and the lanes below it.
func undoSub1(into, from []byte) {
	into = into[:len(from)]

	var left uint64 // the sum of all bytes so far

	at := 0

	for ; at <= len(from)-8; at += 8 {
		word := binary.LittleEndian.Uint64(from[at : at+8])
		even, odd := word&lanes*laneOnes, word>>8&lanes*laneOnes
		both := even + odd
		last := left & 0xff * laneOnes
		left += both >> 48

		binary.LittleEndian.PutUint64(into[at:at+8], (even+odd<<16+last)&lanes|(both+last)&lanes<<8)
	}

	last := byte(left)

	for ; at < len(from); at++ {
		last += from[at]
		into[at] = last
	}
}

// undoSub2 calculates the sums of four pixels; see [undoSub1].
func undoSub2(into, from []byte) {
	into = into[:len(from)]

	var left0, left1 uint64 // the sums of all bytes so far

	at := 0

	for ; at <= len(from)-8; at += 8 {
		word := binary.LittleEndian.Uint64(from[at : at+8])
		even, odd := word&lanes*laneOnes, word>>8&lanes*laneOnes
		last0, last1 := left0&0xff*laneOnes, left1&0xff*laneOnes
		left0 += even >> 48
		left1 += odd >> 48

		binary.LittleEndian.PutUint64(into[at:at+8], (even+last0)&lanes|(odd+last1)&lanes<<8)
	}

	last0, last1 := byte(left0), byte(left1)

	for ; at <= len(from)-2; at += 2 {
		last0, last1 = last0+from[at], last1+from[at+1]
		into[at], into[at+1] = last0, last1
	}
}

func undoSub3(into, from []byte) {
	into = into[:len(from)]

	var left0, left1, left2 byte

	for at := 0; at <= len(from)-3; at += 3 {
		left0, left1, left2 = left0+from[at], left1+from[at+1], left2+from[at+2]
		into[at], into[at+1], into[at+2] = left0, left1, left2
	}
}

func undoSub4(into, from []byte) {
	into = into[:len(from)]

	var left uint32

	for at := 0; at <= len(from)-4; at += 4 {
		left = sum4(left, binary.LittleEndian.Uint32(from[at:at+4]))
		binary.LittleEndian.PutUint32(into[at:at+4], left)
	}
}

// undoSub6 reads two bytes of the next pixel together with each pixel. Their sums are
// not used.
func undoSub6(into, from []byte) {
	into = into[:len(from)]

	var left uint64

	at := 0

	for ; at <= len(from)-8; at += 6 {
		left = sum(left, binary.LittleEndian.Uint64(from[at:at+8]))
		put6(into[at:at+6], left)
	}

	if at <= len(from)-6 {
		put6(into[at:at+6], sum(left, get6(from[at:at+6])))
	}
}

func undoSub8(into, from []byte) {
	into = into[:len(from)]

	var left uint64

	for at := 0; at <= len(from)-8; at += 8 {
		left = sum(left, binary.LittleEndian.Uint64(from[at:at+8]))
		binary.LittleEndian.PutUint64(into[at:at+8], left)
	}
}

// get6 reads six bytes.
func get6(bytes []byte) uint64 {
	return uint64(binary.LittleEndian.Uint32(bytes)) | uint64(binary.LittleEndian.Uint16(bytes[4:]))<<32
}

// put6 writes six bytes. It does not touch the next two bytes, which are not read yet if a
// row is unfiltered in place.
func put6(bytes []byte, word uint64) {
	binary.LittleEndian.PutUint32(bytes, uint32(word))
	binary.LittleEndian.PutUint16(bytes[4:], uint16(word>>32))
}
