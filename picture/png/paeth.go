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

// undoPaeth3 has left and aboveLeft in variables of their own: Go keeps those in
// registers, and arrays in memory.
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

// undoPaethPairs goes over a row once for every two bytes of a pixel, which are
// of an even number: more would not stay in registers.
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

// paeth is whichever of left, above and above left is nearest to left + above −
// above left; of two that are as near, the one that is named first.
//
// Written without branches, which would be guessed wrong half of the time (the
// formulation is known from stb_image). Let low and high be the smaller and the
// larger of left and above. What is foretold is as far from low as aboveLeft is
// from high, so only the place of aboveLeft between the two matters:
//   - in the upper third or beyond, low is nearest: high ≤ 3 × aboveLeft − (low + high);
//   - in the lower third or before, high is: 3 × aboveLeft − (low + high) ≤ low;
//   - in the middle third it is aboveLeft itself.
//
// A test compares it with the standard's own words for every three bytes.
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
