package hevc

import (
	"slices"
	"testing"
)

// TestReferenceSets reads a set of distances, and sets that are predicted from it
// (clause 7.4.8). The expected sets follow from (7-61) and (7-62).
func TestReferenceSets(t *testing.T) {
	w := &bitWriter{}
	w.golomb(3) // sets

	w.golomb(2) // num_negative_pics
	w.golomb(1)

	for _, distance := range []int{1, 2, 1} { // -1, -3 and 1
		w.golomb(distance - 1)
		w.flag(true)
	}

	w.flag(true)  // predicted from the first one,
	w.flag(true)  // by -1: -2, -4, 0, and -1
	w.golomb(0)   //
	w.uint(4, 15) // all used

	w.flag(true)  // predicted from the second one,
	w.flag(false) // by 3
	w.golomb(2)
	w.uint(2, 1) // not used, but kept: -1 becomes 2
	w.uint(2, 0) // dropped: -2 becomes 1
	w.uint(1, 1) // -4 becomes -1
	w.uint(1, 1) // 3 itself
	w.uint(8, 0)

	in := &bits{data: w.trailing(), part: "a test"}
	want := []referenceSet{{-1, -3, 1}, {-1, -2, -4}, {-1, 2, 3}}

	if got := parseReferenceSets(in); in.err != nil || !slices.EqualFunc(got, want, slices.Equal[referenceSet]) {
		t.Errorf("%v, want %v: %v", got, want, in.err)
	}
}
