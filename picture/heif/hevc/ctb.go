package hevc

// neighbors finds out what the current CTB may use of the CTBs to the left and above, and
// whether its edges are filtered (clause 8.7.2.3).
func (s *segment) neighbors() {
	x, y := s.ctb%s.ctbsX, s.ctb/s.ctbsX

	s.left = x > 0 && s.reachable(s.ctb-1, s.ctb)
	s.top = y > 0 && s.reachable(s.ctb-s.ctbsX, s.ctb)
	s.edgeLeft = x > 0 && s.filterable(s.ctb-1)
	s.edgeTop = y > 0 && s.filterable(s.ctb-s.ctbsX)
}

// filterable reports whether the edge between the current CTB and one to the left or above
// is filtered. That CTB is decoded earlier.
func (s *segment) filterable(other int) bool {
	if !s.slice.acrossSlices && s.ctbSlice[other].start != s.slice.start {
		return false
	}

	return s.pps.acrossTiles || s.grid.tile[other] == s.grid.tile[s.ctb]
}

// decodeCTB decodes coding_tree_unit (clause 7.3.8.2).
func (s *segment) decodeCTB() {
	x, y := s.ctb%s.ctbsX<<s.log2CTB, s.ctb/s.ctbsX<<s.log2CTB

	if s.slice.sao[0] || s.slice.sao[1] {
		s.parseSAO()
	}

	s.quadtree(x, y, s.log2CTB, 0)

	if s.tape == nil {
		s.passLines()
	}
}

// passLines copies the last lines of the current CTB to the row below.
func (s *segment) passLines() {
	if s.below == nil {
		return
	}

	x := s.ctb % s.ctbsX << s.log2CTB

	for c := range s.components() {
		shiftX, _ := s.shift(c)
		s.strip.surface.pass(s.below.surface, c, x>>shiftX, 1<<s.log2CTB>>shiftX)
	}
}
