package hevc

// referenceSet is a short-term reference picture set, as distances in picture order
// (clause 7.4.8). A still picture does not use it, but its contents determine the lengths
// of fields that follow.
type referenceSet []int

// mostSets is the limit of num_short_term_ref_pic_sets (clause 7.4.3.2.1).
const mostSets = 64

// parseReferenceSets reads the sets of a sequence parameter set.
func parseReferenceSets(in *bits) []referenceSet {
	var sets []referenceSet

	for range in.limited("num_short_term_ref_pic_sets", mostSets) {
		if in.err != nil {
			return nil
		}

		sets = append(sets, parseReferenceSet(in, sets, false))
	}

	return sets
}

// parseReferenceSet reads a set (clause 7.3.7). A set in a slice header may be predicted
// from any set of the sequence; another set, from the set before it.
func parseReferenceSet(in *bits, sets []referenceSet, inSlice bool) referenceSet {
	if len(sets) == 0 || !in.flag() { // inter_ref_pic_set_prediction_flag
		return parseListedSet(in)
	}

	back := 1
	if inSlice {
		back += in.limited("delta_idx_minus1", len(sets)-1)
	}

	return parsePredictedSet(in, sets[len(sets)-back])
}

// mostPictures is the limit of sps_max_dec_pic_buffering_minus1 (clause A.4.2).
const mostPictures = 16

// parseListedSet reads a set as distances. The negative distances come first.
func parseListedSet(in *bits) (set referenceSet) {
	negative := in.limited("num_negative_pics", mostPictures)
	positive := in.limited("num_positive_pics", mostPictures)

	for i, sign := range [...]int{-1, 1} {
		distance := 0

		for range [...]int{negative, positive}[i] {
			distance += in.limited("delta_poc_minus1", 1<<15-1) + 1
			in.skip(1) // used_by_curr_pic_flag

			set = append(set, sign*distance)
		}
	}

	return set
}

// parsePredictedSet reads a set that is predicted from another one. It selects distances
// of the other set, which are all shifted by one amount, and may also contain that amount
// itself. By (7-61) and (7-62), the negative distances come first, and each side is
// sorted from the nearest on.
func parsePredictedSet(in *bits, other referenceSet) referenceSet {
	negative := in.flag() // delta_rps_sign

	moved := in.limited("abs_delta_rps_minus1", 1<<15-1) + 1
	if negative {
		moved = -moved
	}

	var below, above referenceSet

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

	if len(below)+len(above) > mostPictures {
		in.fail(corrupt("a reference picture set of %d pictures in %s", len(below)+len(above), in.part))
	}

	return append(below, above...)
}

// insert inserts a distance into a list that is sorted from the nearest to the farthest.
func insert(list referenceSet, distance, sign int) referenceSet {
	at := 0
	for at < len(list) && sign*list[at] < sign*distance {
		at++
	}

	list = append(list, 0)
	copy(list[at+1:], list[at:])
	list[at] = distance

	return list
}
