package png

// undoPaeth undoes filter 4 (9.4).
func undoPaeth(row, last []byte, step int) {
	last = last[:len(row)]

	switch step {
	case 1:
		undoPaeth1(row, last)
	case 3:
		undoPaeth3(row, last)
	default:
		undoPaethPairs(row, last, step)
	}
}

// undoPaeth3 has separate variables for left and aboveLeft, because Go keeps variables in
// registers, but arrays in memory.
func undoPaeth3(row, last []byte) {
	var left0, left1, left2, corner0, corner1, corner2 int

	for len(row) >= 3 && len(last) >= 3 {
		above0, above1, above2 := int(last[0]), int(last[1]), int(last[2])

		byte0 := row[0] + paeth(left0, above0, corner0)
		byte1 := row[1] + paeth(left1, above1, corner1)
		byte2 := row[2] + paeth(left2, above2, corner2)

		row[0], row[1], row[2] = byte0, byte1, byte2
		left0, left1, left2 = int(byte0), int(byte1), int(byte2)
		corner0, corner1, corner2 = above0, above1, above2
		row, last = row[3:], last[3:]
	}
}

// undoPaethPairs processes a row once for every two bytes of a pixel; the number of bytes
// is even. More bytes at a time would not stay in registers.
func undoPaethPairs(row, last []byte, step int) {
	for first := 0; first < step; first += 2 {
		var left0, left1, corner0, corner1 int

		for i := first; i+1 < len(row) && i+1 < len(last); i += step {
			above0, above1 := int(last[i]), int(last[i+1])

			byte0 := row[i] + paeth(left0, above0, corner0)
			byte1 := row[i+1] + paeth(left1, above1, corner1)

			row[i], row[i+1] = byte0, byte1
			left0, left1 = int(byte0), int(byte1)
			corner0, corner1 = above0, above1
		}
	}
}

func undoPaeth1(row, last []byte) {
	var left, aboveLeft int

	for i, above := range last {
		row[i] += paeth(left, int(above), aboveLeft)
		left, aboveLeft = int(row[i]), int(above)
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
	threshold := 3*aboveLeft - (left + above)

	best := aboveLeft
	if high <= threshold {
		best = low
	}

	if threshold <= low {
		best = high
	}

	return byte(best) //nolint:gosec // One of three bytes.
}
