package encoder

import "triptych/picture/webp/vp8"

// sharpness is that of the loop filter. 0 lets it filter the most.
const sharpness = 0

// chooseLevel returns the level of the loop filter with the least distortion of luma.
func (f *frame) chooseLevel() int {
	rows := f.sampledRows()
	best, least := 0, f.filteredErrors(rows, 0)

	// The best level is about half of the quantizer's index. The search divides the range
	// around it.
	if begin := f.index / 2; begin > 0 {
		if errors := f.filteredErrors(rows, begin); errors < least {
			best, least = begin, errors
		}
	}

	for stride := 4; stride > 0; stride /= 2 {
		for _, level := range []int{best - stride, best + stride} {
			if level < 1 || level > vp8.MostLevel {
				continue
			}

			if errors := f.filteredErrors(rows, level); errors < least {
				best, least = level, errors
			}
		}
	}

	return best
}

// sampledRows returns rows of macroblocks on which levels are compared. The row above each
// of them is filtered too.
func (f *frame) sampledRows() []int {
	const most = 4

	visible := f.visibleRows()
	count := min(most, len(visible))
	rows := make([]int, 0, most)

	for i := range count {
		rows = append(rows, visible[(2*i+1)*len(visible)/(2*count)])
	}

	return rows
}

// filteredErrors returns the sum of squared errors of rows of macroblocks after the
// filter. The lower half of a row also depends on the next one, and is not counted. The
// upper half of a row and the lower half of the previous row are.
func (f *frame) filteredErrors(rows []int, level int) int {
	luma := &f.reconstruction[0]
	sum := 0

	for _, y := range rows {
		before := max(y-1, 0)
		begin := luma.at(0, before) - margin
		part := canvas{
			pix:    append([]byte(nil), luma.pix[begin:luma.at(0, y+1)-margin]...),
			stride: luma.stride, origin: margin, side: luma.side,
		}

		if level > 0 {
			strengths := f.strengths(level)
			for row := before; row <= y; row++ {
				f.filterRow(&part, &strengths, row, row-before)
			}
		}

		from, to := max(y*luma.side-luma.side/2, 0), min(y*luma.side+luma.side/2, f.img.Height)
		for row := from; row < to; row++ {
			made := part.pix[part.origin+(row-before*luma.side)*part.stride:]
			for x, sample := range f.img.Planes[0].Row(row) {
				d := int(f.ranges[0][sample]) - int(made[x])
				sum += d * d
			}
		}
	}

	return sum
}

// strengths returns the strength of each segment, or nil for none.
func (f *frame) strengths(level int) (all [mostSegments]*vp8.Strength) {
	for i := range f.segments {
		if l := f.filterLevel(&f.segments[i], level); l > 0 {
			s := vp8.NewStrength(l, sharpness)
			all[i] = &s
		}
	}

	return all
}

// filterRow filters row y of macroblocks of one plane, which is row at of the canvas.
func (f *frame) filterRow(c *canvas, strengths *[mostSegments]*vp8.Strength, y, at int) {
	for x := range f.wide {
		mb := &f.macroblocks[y*f.wide+x]
		inner := mb.luma == vp8.BySubblocks || !mb.skip

		if s := strengths[mb.segment]; s != nil {
			s.FilterBlock(c.pix, c.at(x, at), c.stride, c.side, x > 0, at > 0, inner)
		}
	}
}

// filter applies the chosen loop filter to the reconstruction.
func (f *frame) filter() {
	if f.level == 0 {
		return
	}

	strengths := f.strengths(f.level)

	for i := range f.reconstruction {
		for y := range f.high {
			f.filterRow(&f.reconstruction[i], &strengths, y, y)
		}
	}
}
