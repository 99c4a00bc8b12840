package resize

import (
	"golang.org/x/sys/cpu"
)

// accelerated says whether the assembly is used; tests change it.
var accelerated = cpu.X86.HasAVX2

const (
	columnsAtOnce = 32
	resultsAtOnce = 8
)

// columnsAVX2 is columnPlain for groups × 32 columns and 2 × pairs taps. The
// caller has checked that window and row are long enough.
//
//go:noescape
func columnsAVX2(row *int16, window *byte, stride int, weights *int16, pairs, groups int)

// acrossAVX2 is acrossPlain for groups × 8 results and 8 × eights taps. row is
// that of sample 0, before which start does not point, and weights are arranged.
//
//go:noescape
func acrossAVX2(dst *byte, row *int16, start *int32, weights *int16, eights, groups int)

// column makes a row of intermediates.
func column(row []int16, window []byte, stride int, weights []int16) {
	if !accelerated || len(row) < columnsAtOnce {
		columnPlain(row, window, stride, weights)

		return
	}

	_ = window[(len(weights)-1)*stride+len(row)-1] // All that is read: the assembly does not check.

	pairs := len(weights) / columnTaps
	columnsAVX2(&row[0], &window[0], stride, &weights[0], pairs, len(row)/columnsAtOnce)

	// What is left over is done as a whole group that ends at the row's end: some
	// columns are computed twice, none beyond the row is touched.
	if len(row)%columnsAtOnce != 0 {
		last := len(row) - columnsAtOnce
		columnsAVX2(&row[last], &window[last], stride, &weights[0], pairs, 1)
	}
}

// across makes a row of results.
func across(dst []byte, row []int16, a *axis) {
	if len(a.arranged) == 0 || len(dst) != len(a.start) {
		acrossPlain(dst, row, a)

		return
	}

	_ = row[a.beyond-a.first+a.taps-1] // No start lies beyond `beyond`.

	eights, groups := a.taps/rowTaps, len(dst)/resultsAtOnce
	acrossAVX2(&dst[0], &row[0], &a.starts[0], &a.arranged[0], eights, groups)

	if len(dst)%resultsAtOnce != 0 { // As above: a group that ends at the row's end.
		last := len(dst) - resultsAtOnce
		acrossAVX2(&dst[last], &row[0], &a.starts[last], &a.arranged[groups*resultsAtOnce*a.taps], eights, 1)
	}
}

// arrange puts an axis's weights into the order in which acrossAVX2 reads them. It
// computes eight results at once, r and r+4 in the two halves of a register, so
// for each group of results and each eight taps come those of results 0 and 4,
// then of 1 and 5, 2 and 6, 3 and 7.
func arrange(a *axis) {
	results := len(a.start)
	if !accelerated || results < resultsAtOnce {
		return
	}

	a.starts = make([]int32, results)
	for i, start := range a.start {
		a.starts[i] = start - int32(a.first) //nolint:gosec // A side of a plane.
	}

	groups := (results + resultsAtOnce - 1) / resultsAtOnce
	a.arranged = make([]int16, 0, groups*resultsAtOnce*a.taps)

	for group := range groups {
		first := min(group*resultsAtOnce, results-resultsAtOnce)

		for tap := 0; tap < a.taps; tap += rowTaps {
			for _, result := range [resultsAtOnce]int{0, 4, 1, 5, 2, 6, 3, 7} {
				at := (first+result)*a.taps + tap
				a.arranged = append(a.arranged, a.weights[at:at+rowTaps]...)
			}
		}
	}
}
