package hevc

// deblock applies the deblocking filter to a row of CTBs: first to all vertical edges, and
// then to all horizontal ones (clause 8.7.2). The edges to the row above also change the
// last lines of that row. All edges between intra blocks have the filtering strength 2.
func (c *canvas[T]) deblock(p *picture, row int, above surface) {
	before, _ := above.(*canvas[T])

	for i := range c.layers {
		l := &c.layers[i]

		l.deblock(p, row, i, edgeLeft)

		if before == nil {
			l.deblock(p, row, i, edgeTop)

			continue
		}

		last := &before.layers[i]

		for y := -headLines; y < 0; y++ {
			copy(l.line(y), last.line(l.lines+y))
		}

		l.deblock(p, row, i, edgeTop)

		for y := -headLines; y < 0; y++ {
			copy(last.line(l.lines+y), l.line(y))
		}

		copy(last.line(l.lines), l.line(0))
	}
}

func (l *layer[T]) deblock(p *picture, row, component int, mark uint8) {
	if component == 0 {
		l.deblockLuma(p, row, mark)
	} else {
		l.deblockChroma(p, row, component, mark)
	}
}

// betas and tcs are β′ and tC′ by Q (table 8-12).
var (
	betas = [52]uint8{
		16: 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 22, 24, 26, 28,
		30, 32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62, 64,
	}
	tcs = [54]uint8{
		18: 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4,
		5, 5, 6, 6, 7, 8, 9, 10, 11, 13, 14, 16, 18, 20, 22, 24,
	}
)

// edge is a piece of an edge between the samples P before and Q behind it.
type edge struct {
	qp           int  // the mean of both sides
	holdP, holdQ bool // a side that does not change
	slice        *slice
}

// edgeAt returns the edge to the left of a luma sample, or above it.
func (p *picture) edgeAt(x, y int, mark uint8) edge {
	beforeX, beforeY := x-1, y
	if mark == edgeTop {
		beforeX, beforeY = x, y-1
	}

	q := y>>p.log2MinCB*p.strideCB + x>>p.log2MinCB
	before := beforeY>>p.log2MinCB*p.strideCB + beforeX>>p.log2MinCB

	return edge{
		qp:    (int(p.qps[q]) + int(p.qps[before]) + 1) >> 1,
		holdP: p.unfiltered[before], holdQ: p.unfiltered[q],
		slice: p.ctbSlice[p.ctb(x, y)],
	}
}

// tc returns tC for a QP (clause 8.7.2.5.3). The strength of 2 adds 2.
func (l *layer[T]) tc(qp int, h *slice) int32 {
	const strength = 2

	return int32(tcs[min(max(qp+strength+h.tc, 0), len(tcs)-1)]) << (l.depth - 8)
}

func (l *layer[T]) deblockLuma(p *picture, row int, mark uint8) {
	const piece = 4

	across, along := 1, l.stride
	stepX, stepY := 2, 1 // in squares of 4 × 4

	if mark == edgeTop {
		across, along = l.stride, 1
		stepX, stepY = 1, 2
	}

	top, edges := row*l.lines, p.strip(row).edges

	for y := 0; y < l.linesOf(row)/piece; y += stepY {
		marks := edges[y*p.stride4 : (y+1)*p.stride4]

		for x := 0; x < len(marks); x += stepX {
			if marks[x]&mark == 0 {
				continue
			}

			e := p.edgeAt(x*piece, top+y*piece, mark)
			beta := int32(betas[min(max(e.qp+e.slice.beta, 0), len(betas)-1)]) << (l.depth - 8)
			l.filterLuma(l.at(x*piece, y*piece), across, along, beta, l.tc(e.qp, e.slice), e)
		}
	}
}

// filterLuma filters four lines across an edge (clauses 8.7.2.5.3, 8.7.2.5.6 and
// 8.7.2.5.7).
func (l *layer[T]) filterLuma(at, across, along int, beta, tc int32, e edge) {
	first := l.across(at, across)
	last := l.across(at+3*along, across)

	p0, q0 := abs(first.p[2]-2*first.p[1]+first.p[0]), abs(first.q[2]-2*first.q[1]+first.q[0])
	p3, q3 := abs(last.p[2]-2*last.p[1]+last.p[0]), abs(last.q[2]-2*last.q[1]+last.q[0])

	if p0+q0+p3+q3 >= beta {
		return
	}

	limit := (beta + beta>>1) >> 3
	how := filtering{
		strong: first.flat(2*(p0+q0), beta, tc) && last.flat(2*(p3+q3), beta, tc),
		moreP:  p0+p3 < limit, moreQ: q0+q3 < limit,
	}

	if hasKernels && !e.holdP && !e.holdQ {
		l.lumaKernel(at, across, tc, how)
	} else {
		l.filterLines(at, across, along, tc, how, e)
	}
}

// filtering says how to filter a piece of an edge.
type filtering struct {
	strong       bool
	moreP, moreQ bool // whether the weak filter also changes the second sample of a side
}

// filterLines filters the four lines of a piece of an edge.
func (l *layer[T]) filterLines(at, across, along int, tc int32, how filtering, e edge) {
	for range 4 {
		samples := l.across(at, across)
		changed := samples

		if how.strong {
			changed.strong(tc)
		} else if !changed.weak(tc, l.most, how.moreP, how.moreQ) {
			at += along

			continue
		}

		for i := range 3 {
			if !e.holdP {
				l.pix[at-(i+1)*across] = T(changed.p[i])
			}

			if !e.holdQ {
				l.pix[at+i*across] = T(changed.q[i])
			}
		}

		at += along
	}
}

// line has four samples on both sides of an edge, from the edge outwards.
type line struct{ p, q [4]int32 }

func (l *layer[T]) across(at, across int) (made line) {
	for i := range 4 {
		made.p[i] = int32(l.pix[at-(i+1)*across])
		made.q[i] = int32(l.pix[at+i*across])
	}

	return made
}

// flat decides for the strong filter (clause 8.7.2.5.6).
func (s *line) flat(twice, beta, tc int32) bool {
	return twice < beta>>2 && abs(s.p[3]-s.p[0])+abs(s.q[0]-s.q[3]) < beta>>3 && abs(s.p[0]-s.q[0]) < (5*tc+1)>>1
}

func (s *line) strong(tc int32) {
	p, q := s.p, s.q
	near := func(value, old int32) int32 { return min(max(value, old-2*tc), old+2*tc) }

	s.p[0] = near((p[2]+2*p[1]+2*p[0]+2*q[0]+q[1]+4)>>3, p[0])
	s.p[1] = near((p[2]+p[1]+p[0]+q[0]+2)>>2, p[1])
	s.p[2] = near((2*p[3]+3*p[2]+p[1]+p[0]+q[0]+4)>>3, p[2])
	s.q[0] = near((p[1]+2*p[0]+2*q[0]+2*q[1]+q[2]+4)>>3, q[0])
	s.q[1] = near((p[0]+q[0]+q[1]+q[2]+2)>>2, q[1])
	s.q[2] = near((p[0]+q[0]+q[1]+3*q[2]+2*q[3]+4)>>3, q[2])
}

// weak changes one or two samples of each side. It reports whether any sample changes.
func (s *line) weak(tc, most int32, moreP, moreQ bool) bool {
	p, q := s.p, s.q

	delta := (9*(q[0]-p[0]) - 3*(q[1]-p[1]) + 8) >> 4
	if abs(delta) >= 10*tc {
		return false
	}

	limit := func(value int32) int32 { return min(max(value, 0), most) }

	delta = min(max(delta, -tc), tc)
	s.p[0], s.q[0] = limit(p[0]+delta), limit(q[0]-delta)

	if half := tc >> 1; moreP {
		s.p[1] = limit(p[1] + min(max(((p[2]+p[0]+1)>>1-p[1]+delta)>>1, -half), half))
	}

	if half := tc >> 1; moreQ {
		s.q[1] = limit(q[1] + min(max(((q[2]+q[0]+1)>>1-q[1]-delta)>>1, -half), half))
	}

	return true
}

// deblockChroma filters edges on a grid of 8 × 8 chroma samples (clause 8.7.2.5.5).
func (l *layer[T]) deblockChroma(p *picture, row, component int, mark uint8) {
	const grid, piece = 8, 4

	shiftX, shiftY := p.shift(component)
	across, along, count := 1, l.stride, piece>>shiftY
	maskX, maskY := grid<<shiftX-1, 0

	if mark == edgeTop {
		across, along, count = l.stride, 1, piece>>shiftX
		maskX, maskY = 0, grid<<shiftY-1
	}

	top, edges := row<<p.log2CTB, p.strip(row).edges

	for y := 0; y < l.linesOf(row)<<shiftY; y += piece {
		if y&maskY != 0 {
			continue
		}

		marks := edges[y/piece*p.stride4 : (y/piece+1)*p.stride4]

		for i, marked := range marks {
			x := piece * i
			if marked&mark == 0 || x&maskX != 0 {
				continue
			}

			e := p.edgeAt(x, top+y, mark)
			tc := l.tc(p.chromaQP(e.qp+p.pps.offset[component]), e.slice)
			l.filterChroma(l.at(x>>shiftX, y>>shiftY), across, along, count, tc, e)
		}
	}
}

// filterChroma changes one sample of each side (clause 8.7.2.5.8).
func (l *layer[T]) filterChroma(at, across, along, count int, tc int32, e edge) {
	for range count {
		p1, p0 := int32(l.pix[at-2*across]), int32(l.pix[at-across])
		q0, q1 := int32(l.pix[at]), int32(l.pix[at+across])
		delta := min(max(((q0-p0)<<2+p1-q1+4)>>3, -tc), tc)

		if !e.holdP {
			l.pix[at-across] = T(min(max(p0+delta, 0), l.most))
		}

		if !e.holdQ {
			l.pix[at] = T(min(max(q0-delta, 0), l.most))
		}

		at += along
	}
}
