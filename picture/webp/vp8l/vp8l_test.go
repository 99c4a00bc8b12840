package vp8l

import "testing"

func TestNear_hasEachPlaceOnce(t *testing.T) {
	found := map[[2]int8]bool{}

	for i, at := range Near {
		x, y := at[0], at[1]
		if found[at] || y < 0 || y > 7 || x > 8 || x < -7 || y == 0 && x < 1 {
			t.Errorf("place %d: %v", i, at)
		}

		found[at] = true
	}
}
