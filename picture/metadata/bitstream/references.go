package bitstream

// skipReferenceSets skips the short-term reference picture sets (ITU-T H.265, 7.3.7). A
// static image does not need them, but video encoders write them. A set may be predicted
// from another one, so the contents of all sets must be decoded.
func skipReferenceSets(in *bits) {
	const most = 64

	var sets [][]int

	for index := range in.small(most) {
		if in.ended {
			return
		}

		if index > 0 && in.flag() { // inter_ref_pic_set_prediction_flag
			sets = append(sets, predicted(in, sets[index-1]))
		} else {
			sets = append(sets, listed(in))
		}
	}
}

// listed reads a set as distances in picture order. The negative distances come first.
func listed(in *bits) (set []int) {
	const most = 16

	negative, positive := in.small(most), in.small(most)

	for i, sign := range []int{-1, 1} {
		distance := 0

		for range []int{negative, positive}[i] {
			distance += in.small(1<<15) + 1
			in.skip(1) // used_by_curr_pic_flag

			set = append(set, sign*distance)
		}
	}

	return set
}

// predicted reads a set that is predicted from another one. It contains selected
// distances of the other set, all shifted by one amount. It may also contain that amount
// itself. By (7-61) and (7-62), the negative distances come first, and each side is
// sorted from the nearest on.
func predicted(in *bits, other []int) []int {
	negative := in.flag()

	moved := in.small(1<<15) + 1
	if negative {
		moved = -moved
	}

	var below, above []int

	for i := range len(other) + 1 {
		distance := moved
		if i < len(other) {
			distance += other[i]
		}

		if used := in.flag(); !used && !in.flag() { // used_by_curr_pic_flag, use_delta_flag
			continue
		}

		switch {
		case distance < 0:
			below = insert(below, distance, -1)
		case distance > 0:
			above = insert(above, distance, 1)
		}
	}

	return append(below, above...)
}

// insert inserts a distance into a list that is sorted from the nearest to the farthest.
func insert(list []int, distance, sign int) []int {
	at := 0
	for at < len(list) && sign*list[at] < sign*distance {
		at++
	}

	list = append(list, 0)
	copy(list[at+1:], list[at:])
	list[at] = distance

	return list
}
