//go:build !purego

package resize

import (
	"golang.org/x/sys/cpu"
)

// accelerated says whether the assembly is used. Tests change it.
var accelerated = cpu.X86.HasAVX2

const (
	columnsAtOnce = 32
	resultsAtOnce = 8
)

// columnsAVX2 computes row[x] = (Σ weights[t] × window[t×stride+x] + ½) ÷ 2⁸ for
// groups × 32 columns and 2 × pairs taps.
//
//go:noescape
func columnsAVX2(row *int16, window *byte, stride int, weights *int16, pairs, groups int)

// acrossAVX2 computes dst[x] = (Σ weights[t] × row[start[x]+t] + ½) ÷ 2²⁰, limited to 0
// to 255, for groups × 8 results and 8 × eights taps. The weights must be arranged.
//
//go:noescape
func acrossAVX2(dst *byte, row *int16, start *int32, weights *int16, eights, groups int)

// convolve makes the rows of a band. It uses assembly if the band is wide enough.
func (b *band) convolve() {
	used, length := b.columns()

	if len(b.x.arranged) == 0 || used < columnsAtOnce {
		b.convolvePlain()

		return
	}

	if b.row == nil {
		b.row = make([]int16, length)
	}

	row := b.row

	for y := b.top; y < b.bottom; y++ {
		samples, weights := b.window(y)
		column(row[:used], samples, b.src.Stride, weights)
		across(b.dst.Row(y), row, b.x)
	}
}

// column makes a row of intermediates. The assembly does not check the bounds of its
// memory accesses, so the first line of this function checks them.
func column(row []int16, window []byte, stride int, weights []int16) {
	_ = window[(len(weights)-1)*stride+len(row)-1]

	pairs := len(weights) / columnTaps
	columnsAVX2(&row[0], &window[0], stride, &weights[0], pairs, len(row)/columnsAtOnce)

	// The remaining columns are processed as a whole group that ends at the end of the
	// row. Some columns are computed twice, but none beyond the row is accessed.
	if len(row)%columnsAtOnce != 0 {
		last := len(row) - columnsAtOnce
		columnsAVX2(&row[last], &window[last], stride, &weights[0], pairs, 1)
	}
}

// across makes a row of results. No start lies beyond the used part of the source. The
// row has that part, and then at least as many samples as there are taps.
func across(dst []byte, row []int16, a *axis) {
	eights, groups := a.taps/rowTaps, len(dst)/resultsAtOnce
	acrossAVX2(&dst[0], &row[0], &a.starts[0], &a.arranged[0], eights, groups)

	if len(dst)%resultsAtOnce != 0 { // As above: a group that ends at the end of the row.
		last := len(dst) - resultsAtOnce
		acrossAVX2(&dst[last], &row[0], &a.starts[last], &a.arranged[groups*resultsAtOnce*a.taps], eights, 1)
	}
}

// arrange stores the weights of an axis in the order in which acrossAVX2 reads them.
// acrossAVX2 computes eight results at once, r and r+4 in the two halves of a register.
// So each group of results and each eight taps has the weights of results 0 and 4, then
// of 1 and 5, 2 and 6, 3 and 7.
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
