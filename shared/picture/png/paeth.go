package png

// undoPaeth undoes filter 4 (9.4).
func undoPaeth(row, last []byte, step int) {
	last = last[:len(row)]

	switch step {
	case 3: //nolint:mnd // Bytes a pixel.
		undoPaeth3(row, last)
	case 4: //nolint:mnd // Bytes a pixel.
		undoPaeth4(row, last)
	default:
		for first := range min(step, len(row)) {
			var left, aboveLeft int

			for i := first; i < len(row); i += step {
				above := int(last[i])
				row[i] += paeth(left, above, aboveLeft)
				left, aboveLeft = int(row[i]), above
			}
		}
	}
}

func undoPaeth3(row, last []byte) {
	var left, aboveLeft [3]int

	for len(row) >= 3 && len(last) >= 3 {
		r, g, b := int(last[0]), int(last[1]), int(last[2])

		row[0] += paeth(left[0], r, aboveLeft[0])
		row[1] += paeth(left[1], g, aboveLeft[1])
		row[2] += paeth(left[2], b, aboveLeft[2])

		left[0], left[1], left[2] = int(row[0]), int(row[1]), int(row[2])
		aboveLeft[0], aboveLeft[1], aboveLeft[2] = r, g, b
		row, last = row[3:], last[3:]
	}
}

func undoPaeth4(row, last []byte) {
	var left, aboveLeft [4]int

	for len(row) >= 4 && len(last) >= 4 {
		r, g, b, a := int(last[0]), int(last[1]), int(last[2]), int(last[3])

		row[0] += paeth(left[0], r, aboveLeft[0])
		row[1] += paeth(left[1], g, aboveLeft[1])
		row[2] += paeth(left[2], b, aboveLeft[2])
		row[3] += paeth(left[3], a, aboveLeft[3])

		left[0], left[1], left[2], left[3] = int(row[0]), int(row[1]), int(row[2]), int(row[3])
		aboveLeft[0], aboveLeft[1], aboveLeft[2], aboveLeft[3] = r, g, b, a
		row, last = row[4:], last[4:]
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
	threshold := 3*aboveLeft - (left + above) //nolint:mnd // As derived.

	best := aboveLeft
	if high <= threshold {
		best = low
	}

	if threshold <= low {
		best = high
	}

	return byte(best) //nolint:gosec // One of three bytes.
}
