package hevc

import (
	"context"
	"fmt"
)

// segment decodes the data of a slice segment.
type segment struct {
	*picture

	cabac
	qpState

	slice *slice
	err   error // the first error in the syntax of a block

	factors *scalingFactors

	ctb       int  // the raster address of the current CTB
	left, top bool // whether the CTBs there are in the same slice and tile
	edgeLeft  bool // whether the deblocking filter changes the left edge of the CTB
	edgeTop   bool

	unit codingUnit

	// The contexts after the second CTB of a row, and after the segment before.
	second, saved [contexts]uint8

	residual residual
}

func (s *segment) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// decode decodes a slice segment (clause 7.3.8.1).
func (s *segment) decode(ctx context.Context, h *slice) error {
	s.slice, s.data = h, h.data
	s.slices = append(s.slices, h)
	s.start(0)

	if h.dependent {
		s.state = s.saved
	} else {
		s.state = [contexts]uint8{}
		s.reset(h.qp)
		s.qp = h.qp
	}

	for at := int(s.grid.coded[h.address]); ; at++ {
		if at == len(s.grid.raster) {
			return corrupt("a slice that does not end with the picture")
		}

		if err := ctx.Err(); err != nil {
			return fmt.Errorf("decode HEVC: %w", err)
		}

		if err := s.begin(at, at == int(s.grid.coded[h.address])); err != nil {
			return err
		}

		s.decodeCTB()

		last := s.terminate()

		if err := s.check(); err != nil {
			return err
		}

		s.store()
		s.decoded++

		if last {
			s.saved = s.state
			h.data, s.data = nil, nil // Only the fields of the header are still needed.

			return nil
		}
	}
}

// check returns an error for the syntax of the current CTB, or if the data is cut.
func (s *segment) check() error {
	if s.overrun() {
		return truncated("block %d of %d", s.ctb, len(s.ctbSlice))
	}

	return s.err
}

// startsRow reports whether a CTB is the first of a row of its tile.
func (s *segment) startsRow(ctb int) bool { return s.grid.startX[ctb%s.ctbsX] }

// begin prepares decoding of a CTB. It ends a substream and starts the next one where a
// tile or, with wavefronts, a row of CTBs starts (clauses 7.3.8.1 and 9.3.1).
func (s *segment) begin(at int, first bool) error {
	ctb := int(s.grid.raster[at])

	if s.ctbSlice[ctb] != notDecoded {
		return corrupt("two slices with block %d", ctb)
	}

	s.ctb = ctb
	s.ctbSlice[ctb] = int32(len(s.slices) - 1)

	newTile := at > 0 && s.grid.tile[ctb] != s.grid.tile[s.grid.raster[at-1]]
	newRow := s.pps.sync && s.startsRow(ctb)

	if !first && (newTile || newRow) {
		if !s.terminate() { // end_of_subset_one_bit
			return corrupt("a substream that does not end before block %d", ctb)
		}

		s.start(s.next())
	}

	switch {
	case newTile:
		s.reset(s.slice.qp)
		s.qp = s.slice.qp
	case newRow:
		s.qp = s.slice.qp
		s.synchronize(ctb, first)
	}

	s.neighbors()

	return nil
}

// synchronize sets the contexts of the first CTB of a row: those after the second CTB of
// the row above, if that is in the same slice (clause 9.3.2.4).
func (s *segment) synchronize(ctb int, first bool) {
	x, y := ctb%s.ctbsX, ctb/s.ctbsX

	if y > 0 && x+1 < s.ctbsX && s.reachable(ctb+1-s.ctbsX, ctb) {
		s.state = s.second
	} else if !first || !s.slice.dependent {
		s.reset(s.slice.qp)
	}
}

// store keeps the contexts for the row below, after the second CTB of a row.
func (s *segment) store() {
	if x := s.ctb % s.ctbsX; s.pps.sync && x > 0 && s.grid.startX[x-1] {
		s.second = s.state
	}
}

// neighbors finds out what the current CTB may use of the CTBs to the left and above, and
// whether its edges are filtered (clause 8.7.2.3).
func (s *segment) neighbors() {
	x, y := s.ctb%s.ctbsX, s.ctb/s.ctbsX

	s.left = x > 0 && s.reachable(s.ctb-1, s.ctb)
	s.top = y > 0 && s.reachable(s.ctb-s.ctbsX, s.ctb)
	s.edgeLeft = x > 0 && s.filterable(s.ctb-1)
	s.edgeTop = y > 0 && s.filterable(s.ctb-s.ctbsX)
}

// filterable reports whether the edge between the current CTB and one before it is
// filtered.
func (s *segment) filterable(other int) bool {
	if s.ctbSlice[other] == notDecoded {
		return false
	}

	if !s.slice.acrossSlices && s.sliceAt(other).start != s.slice.start {
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
}
