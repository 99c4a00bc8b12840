package unfilter

import "encoding/binary"

// undoPaeth undoes filter 4 (9.4).
func undoPaeth(into, from, above []byte, step int) {
	switch step {
	case 1:
		undoPaeth1(into, from, above)
	case 2:
		undoPaeth2(into, from, above)
	case 3:
		undoPaeth3(into, from, above)
	case 4:
		undoPaeth4(into, from, above)
	case 6:
		undoPaeth6(into, from, above)
	case 8:
		undoPaeth8(into, from, above)
	}
}

// paeth returns the value among left, above and aboveLeft that is nearest to left + above
// − aboveLeft. For equal distances, the first in this order wins.
//
// It has no branches, because the processor would mispredict them half of the time (this
// form is known from stb_image). Let low and high be the smaller and the larger of left
// and above. The prediction is as far from low as aboveLeft is from high. Therefore only
// the position of aboveLeft between the two matters:
//   - in the upper third or above: low is nearest, high ≤ 3 × aboveLeft − (low + high);
//   - in the lower third or below: high is nearest, 3 × aboveLeft − (low + high) ≤ low;
//   - in the middle third: aboveLeft is nearest.
//
// A test compares the result with the formula of the standard for every three bytes.
func paeth(left, above, aboveLeft int) byte {
	low, high := min(left, above), max(left, above)
	threshold := 3*aboveLeft - above - left

	best := aboveLeft
	if high <= threshold {
		best = low
	}

	if threshold <= low {
		best = high
	}

	return byte(best) //nolint:gosec // One of three bytes.
}

func undoPaeth1(into, from, above []byte) {
	var left, corner int

	for at := range from {
		up := int(above[at])
		value := from[at] + paeth(left, up, corner)
		into[at] = value
		left, corner = int(value), up
	}
}

func undoPaeth2(into, from, above []byte) {
	var left0, left1, corner0, corner1 int

	for at := 0; at <= len(from)-2; at += 2 {
		up0, up1 := int(above[at]), int(above[at+1])

		value0 := from[at] + paeth(left0, up0, corner0)
		value1 := from[at+1] + paeth(left1, up1, corner1)

		into[at], into[at+1] = value0, value1
		left0, left1 = int(value0), int(value1)
		corner0, corner1 = up0, up1
	}
}

func undoPaeth3(into, from, above []byte) {
	var left0, left1, left2, corner0, corner1, corner2 int

	for at := 0; at <= len(from)-3; at += 3 {
		up0, up1, up2 := int(above[at]), int(above[at+1]), int(above[at+2])

		value0 := from[at] + paeth(left0, up0, corner0)
		value1 := from[at+1] + paeth(left1, up1, corner1)
		value2 := from[at+2] + paeth(left2, up2, corner2)

		into[at], into[at+1], into[at+2] = value0, value1, value2
		left0, left1, left2 = int(value0), int(value1), int(value2)
		corner0, corner1, corner2 = up0, up1, up2
	}
}

func undoPaeth4(into, from, above []byte) {
	var left, corner uint64

	for at := 0; at <= len(from)-4; at += 4 {
		up := spread(binary.LittleEndian.Uint32(above[at:]))
		left = (spread(binary.LittleEndian.Uint32(from[at:])) + paethLanes(left, up, corner)) & lanes
		corner = up

		binary.LittleEndian.PutUint32(into[at:], gather(left))
	}
}

// undoPaeth6 reads two bytes of the next pixel together with each pixel. Their sums are
// not used.
func undoPaeth6(into, from, above []byte) {
	var even, odd, cornerEven, cornerOdd uint64

	at := 0

	for ; at <= len(from)-8; at += 6 {
		word, up := binary.LittleEndian.Uint64(from[at:]), binary.LittleEndian.Uint64(above[at:])
		upEven, upOdd := up&lanes, up>>8&lanes
		even = (word&lanes + paethLanes(even, upEven, cornerEven)) & lanes
		odd = (word>>8&lanes + paethLanes(odd, upOdd, cornerOdd)) & lanes
		cornerEven, cornerOdd = upEven, upOdd

		put6(into[at:], even|odd<<8)
	}

	if at <= len(from)-6 {
		word, up := get6(from[at:]), get6(above[at:])
		even = (word&lanes + paethLanes(even, up&lanes, cornerEven)) & lanes
		odd = (word>>8&lanes + paethLanes(odd, up>>8&lanes, cornerOdd)) & lanes

		put6(into[at:], even|odd<<8)
	}
}

func undoPaeth8(into, from, above []byte) {
	var even, odd, cornerEven, cornerOdd uint64

	for at := 0; at <= len(from)-8; at += 8 {
		word, up := binary.LittleEndian.Uint64(from[at:]), binary.LittleEndian.Uint64(above[at:])
		upEven, upOdd := up&lanes, up>>8&lanes
		even = (word&lanes + paethLanes(even, upEven, cornerEven)) & lanes
		odd = (word>>8&lanes + paethLanes(odd, upOdd, cornerOdd)) & lanes
		cornerEven, cornerOdd = upEven, upOdd

		binary.LittleEndian.PutUint64(into[at:], even|odd<<8)
	}
}

// paethLanes is [paeth] for four lanes. A comparison is a subtraction, whose result
// remains positive in its lane by adding laneHigh. The highest bit of the lane is the
// result of the comparison.
//
// high ≤ threshold is true if both left and above are not larger than the threshold:
// 2 × left ≤ 3 × aboveLeft − above, and left ≤ 3 × aboveLeft − 2 × above. The other
// comparison is the opposite of both. The right sides do not depend on left, so they are
// known before it.
func paethLanes(left, above, aboveLeft uint64) uint64 {
	third := 3 * aboveLeft
	side := laneHigh + third - above
	side2 := side - above
	opposite := laneHigh + above - third
	opposite2 := opposite + above

	isLow := mask((side - 2*left) & (side2 - left))
	isHigh := mask((opposite + 2*left) & (opposite2 + left))

	swap := (left ^ above) & mask(laneHigh+above-left) // left ≤ above
	low, high := above^swap, left^swap

	best := aboveLeft ^ (aboveLeft^low)&isLow

	return best ^ (best^high)&isHigh
}

// mask returns 0xff in each lane whose highest bit is set, and 0 in the others.
func mask(word uint64) uint64 {
	word &= laneHigh

	return word>>7 - word>>15
}
