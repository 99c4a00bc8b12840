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

// mostColumns is the number of macroblocks of a row on which levels are compared.
const mostColumns = 32

// filteredErrors returns the sum of squared errors of parts of rows of macroblocks after the
// filter: of the first row the left part, of the last one the right part. The lower half of a row also depends on the next one, and is not
// counted. The upper half of a row and the lower half of the previous row are.
func (f *frame) filteredErrors(rows []int, level int) int {
	luma := &f.reconstruction[0]
	columns := min(f.wide, mostColumns)
	strengths := f.strengths(level)
	sum := 0

	for i, y := range rows {
		begin := (f.wide - columns) * i / max(len(rows)-1, 1)
		before := max(y-1, 0)
		part := luma.part(begin, before, columns, y+1-before)

		if level > 0 {
			for row := before; row <= y; row++ {
				f.filterRow(&part, &strengths, row, begin, columns, row-before)
			}
		}

		from, to := max(y*luma.side-luma.side/2, 0), min(y*luma.side+luma.side/2, f.img.Height)
		left, right := begin*luma.side, min((begin+columns)*luma.side, f.img.Width)

		for row := from; row < to; row++ {
			made := part.pix[part.origin+(row-before*luma.side)*part.stride:][:right-left]
			samples := f.img.Planes[0].Row(row)[left:right]

			for x, sample := range samples {
				d := int(f.ranges[0][sample]) - int(made[x])
				sum += d * d
			}
		}
	}

	return sum
}

// part copies some macroblocks of a canvas, with the margin at their left.
func (c *canvas) part(x, y, wide, high int) canvas {
	made := canvas{stride: wide*c.side + 2*margin, origin: margin, side: c.side}
	made.pix = make([]byte, 0, high*c.side*made.stride)

	for row := range high * c.side {
		begin := c.at(x, y) + row*c.stride - margin
		made.pix = append(made.pix, c.pix[begin:begin+made.stride]...)
	}

	return made
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

// filterRow filters columns of row y of macroblocks of one plane, from x on. They are row at
// of the canvas.
func (f *frame) filterRow(c *canvas, strengths *[mostSegments]*vp8.Strength, y, x, columns, at int) {
	for column := range columns {
		mb := &f.macroblocks[y*f.wide+x+column]
		inner := mb.luma == vp8.BySubblocks || !mb.skip

		if s := strengths[mb.segment]; s != nil {
			s.FilterBlock(c.pix, c.at(column, at), c.stride, c.side, x+column > 0, at > 0, inner)
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
			f.filterRow(&f.reconstruction[i], &strengths, y, 0, f.wide, y)
		}
	}
}
