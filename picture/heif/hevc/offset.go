package hevc

// offset applies sample adaptive offset to a row of CTBs (clause 8.7.3). The filter reads
// samples before any offset, also those of the lines above and below the row.
func (c *canvas[T]) offset(p *picture, row int, to *output) {
	for i := range c.layers {
		c.layers[i].offset(p, row, i, &to.planes[i], row-to.top)
	}
}

func (l *layer[T]) offset(p *picture, row, component int, to *outputPlane, at int) {
	lines := l.linesOf(row)
	out := samplesOf[T](to)[at*l.lines*to.stride:]
	copy(out, l.pix[headLines*l.stride:(headLines+lines)*l.stride])

	if !p.sao {
		return
	}

	shiftX, _ := p.shift(component)
	width := 1 << p.log2CTB >> shiftX

	for column := range p.ctbsX {
		one := &p.strip(row).sao[column][component]
		x := column * width
		area := area[T]{
			band: l.pix, at: l.at(x, 0), to: out[x:], stride: l.stride,
			width: min(width, l.stride-x), height: lines, most: l.most,
		}

		switch ctb := row*p.ctbsX + column; one.kind {
		case saoBand:
			area.bands(one, l.depth)
		case saoEdge:
			area.edges(one, p.around(ctb))
		default:
			continue
		}

		if p.strip(row).raw[column] {
			l.restore(p, component, area, x, row*l.lines)
		}
	}
}

// area is the part of a component in a CTB: samples before any offset from index at of
// band on, and samples to change. Both have the same stride.
type area[T sample] struct {
	band          []T
	at            int
	to            []T
	stride        int
	width, height int
	most          int32
}

// bands adds offsets to four of 32 bands of values.
func (a *area[T]) bands(one *saoParameters, depth int) {
	var table [32]int32

	for i, value := range one.offsets {
		table[(int(one.class)+i)&31] = int32(value)
	}

	shift := uint(depth - 5)

	for y := range a.height {
		row := a.to[y*a.stride : y*a.stride+a.width]
		for x, value := range row {
			row[x] = T(min(max(int32(value)+table[value>>shift&31], 0), a.most))
		}
	}
}

// steps are the distances to the second neighbor of a sample by class; the first one is
// opposite (table 8-13).
var steps = [4]struct{ x, y int }{{1, 0}, {0, 1}, {1, 1}, {-1, 1}}

// edges adds offsets to samples that are smaller or larger than both neighbors, or than
// one of them. In the rows and columns at a border of the CTB, only samples whose
// neighbors may be used change.
func (a *area[T]) edges(one *saoParameters, usable [3][3]bool) {
	// By 2 + the signs of the differences from both neighbors.
	table := [5]int32{int32(one.offsets[0]), int32(one.offsets[1]), 0, int32(one.offsets[2]), int32(one.offsets[3])}
	step := steps[one.class]
	distance := step.y*a.stride + step.x

	for y := range a.height {
		before, after := 1, 1 // the rows of CTBs with the neighbors

		if step.y > 0 && y == 0 {
			before = 0
		}

		if step.y > 0 && y == a.height-1 {
			after = 2
		}

		first, inside, last := around(&usable[before], &usable[after], step.x)

		if first {
			a.edgeRun(&table, y, 0, 1, distance)
		}

		if inside {
			a.edgeRun(&table, y, 1, a.width-1, distance)
		}

		if last {
			a.edgeRun(&table, y, a.width-1, a.width, distance)
		}
	}
}

// around reports whether the neighbors of the samples of a row may be used: of the first
// sample, of those inside, and of the last one. The neighbors are in rows of CTBs before
// and after, and step.x columns away.
func around(before, after *[3]bool, step int) (first, inside, last bool) {
	inside = before[1] && after[1]

	switch step {
	case 1:
		return before[0] && after[1], inside, before[1] && after[2]
	case -1:
		return before[1] && after[0], inside, before[2] && after[1]
	default:
		return inside, inside, inside
	}
}

// edgeBlock is the smallest number of samples for the kernel.
const edgeBlock = 16

// edgeRun processes a part of a row.
func (a *area[T]) edgeRun(table *[5]int32, y, from, to, distance int) {
	row := a.to[y*a.stride+from : y*a.stride+to]
	at := a.at + y*a.stride + from
	center := a.band[at : at+len(row)]
	one := a.band[at-distance : at-distance+len(row)]
	other := a.band[at+distance : at+distance+len(row)]

	if hasKernels && len(row) >= edgeBlock && edgeKernel(row, center, one, other, table) {
		return
	}

	for x := range row {
		value := int32(center[x])
		index := 2 + sign(value-int32(one[x])) + sign(value-int32(other[x]))
		row[x] = T(min(max(value+table[index], 0), a.most))
	}
}

func sign(n int32) int32 { return n>>31 | int32(uint32(-n)>>31) }

// around returns which CTBs around a CTB its samples may be compared with: the first
// index is the row, the second the column.
func (p *picture) around(ctb int) (usable [3][3]bool) {
	x, y := ctb%p.ctbsX, ctb/p.ctbsX

	for j := range 3 {
		for i := range 3 {
			if x, y := x+i-1, y+j-1; x >= 0 && y >= 0 && x < p.ctbsX && y < p.ctbsY {
				usable[j][i] = p.comparable(ctb, y*p.ctbsX+x)
			}
		}
	}

	return usable
}

// comparable reports whether filters may use samples of another CTB. Of two slices, the
// later one decides.
func (p *picture) comparable(ctb, other int) bool {
	if !p.pps.acrossTiles && p.grid.tile[ctb] != p.grid.tile[other] {
		return false
	}

	one, two := p.ctbSlice[ctb], p.ctbSlice[other]
	if one.start == two.start {
		return true
	}

	if p.grid.coded[other] > p.grid.coded[ctb] {
		one = two
	}

	return one.acrossSlices
}

// restore undoes the offsets of blocks that the loop filters do not change.
func (l *layer[T]) restore(p *picture, component int, a area[T], x, y int) {
	shiftX, shiftY := p.shift(component)

	for j := range a.height {
		line := (y + j) << shiftY >> p.log2MinCB * p.strideCB

		for i := range a.width {
			if p.unfiltered[line+(x+i)<<shiftX>>p.log2MinCB] {
				a.to[j*a.stride+i] = a.band[a.at+j*a.stride+i]
			}
		}
	}
}
