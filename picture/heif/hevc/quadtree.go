package hevc

// codingUnit is the current coding unit (clause 7.3.8.5).
type codingUnit struct {
	x, y, log2 int
	bypass     bool // cu_transquant_bypass_flag
	split      bool // IntraSplitFlag: four prediction blocks
	luma       [4]int
	chroma     [4]int
}

// quadtree decodes coding_quadtree (clause 7.3.8.4).
func (s *segment) quadtree(x, y, log2, depth int) {
	size := 1 << log2

	split := log2 > s.log2MinCB
	if split && x+size <= s.width && y+size <= s.height {
		split = s.flag(ctxSplitCU + s.splitContext(x, y, depth))
	}

	if s.pps.deltaQP && log2 >= s.log2CTB-s.pps.deltaQPDepth {
		s.startGroup(x, y)
	}

	if !split {
		s.codingUnit(x, y, log2, depth)

		return
	}

	half := size / 2

	for i := range 4 {
		if x, y := x+i&1*half, y+i>>1*half; x < s.width && y < s.height {
			s.quadtree(x, y, log2-1, depth+1)
		}
	}
}

// splitContext returns the number of neighbors with a larger depth (clause 9.3.4.2.2).
func (s *segment) splitContext(x, y, depth int) (count int) {
	mask := 1<<s.log2CTB - 1
	at := y>>s.log2MinCB*s.strideCB + x>>s.log2MinCB

	if (x&mask > 0 || s.left) && int(s.depths[at-1]) > depth {
		count++
	}

	if (y&mask > 0 || s.top) && int(s.depths[at-s.strideCB]) > depth {
		count++
	}

	return count
}

// codingUnit decodes coding_unit.
func (s *segment) codingUnit(x, y, log2, depth int) {
	s.unit = codingUnit{x: x, y: y, log2: log2}
	u := &s.unit

	s.predictQP()

	u.bypass = s.pps.bypass && s.flag(ctxBypass)
	u.split = log2 == s.log2MinCB && !s.flag(ctxPartMode)

	pcm := s.pcm && !u.split && log2 >= s.log2MinPCM && log2 <= s.log2MaxPCM && s.terminate()

	if pcm {
		s.samples()
	} else {
		s.intraModes()
		s.transformTree(transformNode{x: x, y: y, baseX: x, baseY: y, log2: log2, blue: 3, red: 3})
	}

	s.describe(depth, u.bypass || pcm && s.pcmUnfiltered)
}

// describe stores what later blocks and the loop filters need to know of the unit.
func (s *segment) describe(depth int, unfiltered bool) {
	u := &s.unit
	count := 1 << (u.log2 - s.log2MinCB)
	at := u.y>>s.log2MinCB*s.strideCB + u.x>>s.log2MinCB

	for range count {
		for i := at; i < at+count; i++ {
			s.depths[i] = uint8(depth)
			s.qps[i] = int8(s.qp)
			s.unfiltered[i] = unfiltered
		}

		at += s.strideCB
	}

	if unfiltered {
		s.strip.raw[u.x>>s.log2CTB] = true
	}
}

// markEdges marks the left and top edges of a transform block for the deblocking filter,
// which changes edges on a grid of 8 × 8 samples (clauses 8.7.2.3 and 8.7.2.4).
func (s *segment) markEdges(x, y, log2 int) {
	if s.slice.deblockOff {
		return
	}

	mask, count := 1<<s.log2CTB-1, 1<<(log2-2)
	at := s.square(x, y)

	if x&7 == 0 && (x&mask > 0 || s.edgeLeft) {
		for i := range count {
			s.strip.edges[at+i*s.stride4] |= edgeLeft
		}
	}

	if y&7 == 0 && (y&mask > 0 || s.edgeTop) {
		for i := range count {
			s.strip.edges[at+i] |= edgeTop
		}
	}
}
