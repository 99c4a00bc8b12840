package unfilter

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

	return byte(best)
}

// The loops load the bytes above left again, because there are not enough registers for
// them. The prediction of the first pixel is the pixel above.

func undoPaeth1(into, from, above []byte) {
	into, above = into[:len(from)], above[:len(from)]

	var left, corner int

	for at := range from {
		up := int(above[at])
		value := from[at] + paeth(left, up, corner)
		into[at] = value
		left, corner = int(value), up
	}
}

func undoPaeth2(into, from, above []byte) {
	if len(from) < 2 {
		return
	}

	into, above = into[:len(from)], above[:len(from)]

	for at := range 2 {
		into[at] = from[at] + above[at]
	}

	left0, left1 := int(into[0]), int(into[1])

	for at := 2; at <= len(from)-2; at += 2 {
		value := from[at] + paeth(left0, int(above[at]), int(above[at-2]))
		into[at] = value
		left0 = int(value)

		value = from[at+1] + paeth(left1, int(above[at+1]), int(above[at-1]))
		into[at+1] = value
		left1 = int(value)
	}
}

func undoPaeth3(into, from, above []byte) {
	if len(from) < 3 {
		return
	}

	into, above = into[:len(from)], above[:len(from)]

	for at := range 3 {
		into[at] = from[at] + above[at]
	}

	left0, left1, left2 := int(into[0]), int(into[1]), int(into[2])

	for at := 3; at <= len(from)-3; at += 3 {
		value := from[at] + paeth(left0, int(above[at]), int(above[at-3]))
		into[at] = value
		left0 = int(value)

		value = from[at+1] + paeth(left1, int(above[at+1]), int(above[at-2]))
		into[at+1] = value
		left1 = int(value)

		value = from[at+2] + paeth(left2, int(above[at+2]), int(above[at-1]))
		into[at+2] = value
		left2 = int(value)
	}
}

func undoPaeth4(into, from, above []byte) {
	if len(from) < 4 {
		return
	}

	into, above = into[:len(from)], above[:len(from)]

	for at := range 4 {
		into[at] = from[at] + above[at]
	}

	left0, left1, left2, left3 := int(into[0]), int(into[1]), int(into[2]), int(into[3])

	for at := 4; at <= len(from)-4; at += 4 { //nolint:dupl // A loop for each size keeps the neighbors in registers.
		value := from[at] + paeth(left0, int(above[at]), int(above[at-4]))
		into[at] = value
		left0 = int(value)

		value = from[at+1] + paeth(left1, int(above[at+1]), int(above[at-3]))
		into[at+1] = value
		left1 = int(value)

		value = from[at+2] + paeth(left2, int(above[at+2]), int(above[at-2]))
		into[at+2] = value
		left2 = int(value)

		value = from[at+3] + paeth(left3, int(above[at+3]), int(above[at-1]))
		into[at+3] = value
		left3 = int(value)
	}
}

// undoPaeth6 processes one half of each pixel after the other, because the processor has
// few registers.
func undoPaeth6(into, from, above []byte) {
	if len(from) < 6 {
		return
	}

	into, above = into[:len(from)], above[:len(from)]

	for at := range 6 {
		into[at] = from[at] + above[at]
	}

	left0, left1, left2 := int(into[0]), int(into[1]), int(into[2])

	for at := 6; at <= len(from)-6; at += 6 {
		value := from[at] + paeth(left0, int(above[at]), int(above[at-6]))
		into[at] = value
		left0 = int(value)

		value = from[at+1] + paeth(left1, int(above[at+1]), int(above[at-5]))
		into[at+1] = value
		left1 = int(value)

		value = from[at+2] + paeth(left2, int(above[at+2]), int(above[at-4]))
		into[at+2] = value
		left2 = int(value)
	}

	left0, left1, left2 = int(into[3]), int(into[4]), int(into[5])

	for at := 6; at <= len(from)-6; at += 6 {
		value := from[at+3] + paeth(left0, int(above[at+3]), int(above[at-3]))
		into[at+3] = value
		left0 = int(value)

		value = from[at+4] + paeth(left1, int(above[at+4]), int(above[at-2]))
		into[at+4] = value
		left1 = int(value)

		value = from[at+5] + paeth(left2, int(above[at+5]), int(above[at-1]))
		into[at+5] = value
		left2 = int(value)
	}
}

// undoPaeth8 processes one half of each pixel after the other; see [undoPaeth6].
func undoPaeth8(into, from, above []byte) {
	if len(from) < 8 {
		return
	}

	into, above = into[:len(from)], above[:len(from)]

	for at := range 8 {
		into[at] = from[at] + above[at]
	}

	left0, left1, left2, left3 := int(into[0]), int(into[1]), int(into[2]), int(into[3])

	for at := 8; at <= len(from)-8; at += 8 { //nolint:dupl // A loop for each size keeps the neighbors in registers.
		value := from[at] + paeth(left0, int(above[at]), int(above[at-8]))
		into[at] = value
		left0 = int(value)

		value = from[at+1] + paeth(left1, int(above[at+1]), int(above[at-7]))
		into[at+1] = value
		left1 = int(value)

		value = from[at+2] + paeth(left2, int(above[at+2]), int(above[at-6]))
		into[at+2] = value
		left2 = int(value)

		value = from[at+3] + paeth(left3, int(above[at+3]), int(above[at-5]))
		into[at+3] = value
		left3 = int(value)
	}

	left0, left1, left2, left3 = int(into[4]), int(into[5]), int(into[6]), int(into[7])

	for at := 8; at <= len(from)-8; at += 8 {
		value := from[at+4] + paeth(left0, int(above[at+4]), int(above[at-4]))
		into[at+4] = value
		left0 = int(value)

		value = from[at+5] + paeth(left1, int(above[at+5]), int(above[at-3]))
		into[at+5] = value
		left1 = int(value)

		value = from[at+6] + paeth(left2, int(above[at+6]), int(above[at-2]))
		into[at+6] = value
		left2 = int(value)

		value = from[at+7] + paeth(left3, int(above[at+7]), int(above[at-1]))
		into[at+7] = value
		left3 = int(value)
	}
}
