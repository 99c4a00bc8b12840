package hevc

import (
	"context"
	"errors"
	"fmt"
)

// segment decodes the data of a slice segment, or one substream of it at a time.
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
	tape      *tape // receives blocks instead of the strip; nil if they are reconstructed at once
	strip     *strip
	below     *strip // nil in the last row

	unit codingUnit

	saved states // the contexts after the segment before

	residual residual
	border   border
}

func newSegment(p *picture) *segment { return &segment{picture: p, factors: p.factors()} }

func (s *segment) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// errStopped ends decoding after an error of the loop filters' goroutine, which is
// reported instead.
var errStopped = errors.New("decoding has stopped")

// decode decodes a slice segment (clause 7.3.8.1).
func (s *segment) decode(ctx context.Context, h *slice) error {
	s.open(h)

	first := s.next

	for at := first; ; at++ {
		if at == len(s.grid.raster) {
			return corrupt("a slice that does not end with the picture")
		}

		s.ctbSlice[s.grid.raster[at]] = h

		if at > first && s.startsSubstream(at) {
			if err := s.closeSubstream(at); err != nil {
				return err
			}

			s.start(s.nextByte())
		}

		last, err := s.decodeNext(ctx, at, at == first)
		if err != nil {
			return err
		}

		s.next = at + 1

		if err := s.finishCTB(); err != nil {
			return err
		}

		if last {
			s.close()

			return nil
		}
	}
}

// finishCTB passes the current CTB to the loop filters.
func (s *segment) finishCTB() error {
	if s.tape != nil {
		return s.recordEnd()
	}

	s.decoded(s.ctb / s.ctbsX)

	if s.concurrent {
		return nil
	}

	return s.drain()
}

// open prepares decoding of a slice segment.
func (s *segment) open(h *slice) {
	s.slice, s.data = h, h.data
	s.start(0)

	if h.dependent {
		s.state = s.saved
	} else {
		s.reset(h.qp)
		s.qp = h.qp
	}
}

// close ends a slice segment. Only the fields of its header are still needed.
func (s *segment) close() {
	s.saved = s.state
	s.slice.data, s.data, s.slice.entries = nil, nil, nil
}

// decodeNext decodes a CTB, whose address is in tile scan. It reports whether the slice
// segment ends after it.
func (s *segment) decodeNext(ctx context.Context, at int, first bool) (last bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, fmt.Errorf("decode HEVC: %w", err)
	}

	if err := s.begin(at, first); err != nil {
		return false, err
	}

	s.decodeCTB()

	last = s.terminate()

	if s.overrun() {
		return false, truncated("block %d of %d", s.ctb, len(s.ctbSlice))
	}

	if s.err != nil {
		return false, s.err
	}

	s.store()

	return last, nil
}

// startsRow reports whether a CTB is the first of a row of its tile.
func (s *segment) startsRow(ctb int) bool { return s.grid.startX[ctb%s.ctbsX] }

// startsTile reports whether a CTB is the first one of a tile other than the first tile.
// Its address is in tile scan.
func (s *segment) startsTile(at int) bool {
	return at > 0 && s.grid.tile[s.grid.raster[at]] != s.grid.tile[s.grid.raster[at-1]]
}

// startsSubstream reports whether a CTB inside of a slice segment starts a substream:
// where a tile or, with wavefronts, a row of CTBs starts (clause 7.3.8.1).
func (s *segment) startsSubstream(at int) bool {
	return s.startsTile(at) || s.pps.sync && s.startsRow(int(s.grid.raster[at]))
}

// closeSubstream ends the substream before a CTB.
func (s *segment) closeSubstream(at int) error {
	if !s.terminate() { // end_of_subset_one_bit
		return corrupt("a substream that does not end before block %d", s.grid.raster[at])
	}

	return nil
}

// begin prepares decoding of a CTB: its strip, and the contexts at the start of a
// substream (clause 9.3.1).
func (s *segment) begin(at int, first bool) error {
	ctb := int(s.grid.raster[at])
	s.ctb = ctb

	if first || s.startsRow(ctb) {
		if err := s.enter(ctb / s.ctbsX); err != nil {
			return err
		}
	}

	switch {
	case s.startsTile(at):
		s.reset(s.slice.qp)
		s.qp = s.slice.qp
	case s.pps.sync && s.startsRow(ctb):
		s.qp = s.slice.qp
		s.synchronize(ctb, first)
	}

	s.neighbors()

	return nil
}

// enter prepares the strips of a row of CTBs and of the row below.
func (s *segment) enter(row int) error {
	if err := s.flush(); err != nil {
		return err
	}

	if !s.acquire(row) {
		return errStopped
	}

	s.strip, s.below = s.picture.strip(row), nil

	if row+1 < s.ctbsY {
		if !s.acquire(row + 1) {
			return errStopped
		}

		s.below = s.picture.strip(row + 1)
	}

	return nil
}

// synchronize sets the contexts of the first CTB of a row: those after the second CTB of
// the row above, if that is in the same slice (clause 9.3.2.4).
func (s *segment) synchronize(ctb int, first bool) {
	x, y := ctb%s.ctbsX, ctb/s.ctbsX

	if y > 0 && x+1 < s.ctbsX && s.reachable(ctb+1-s.ctbsX, ctb) {
		s.state = s.picture.strip(y - 1).second
	} else if !first || !s.slice.dependent {
		s.reset(s.slice.qp)
	}
}

// store keeps the contexts for the row below, after the second CTB of a row.
func (s *segment) store() {
	if x := s.ctb % s.ctbsX; s.pps.sync && x > 0 && s.grid.startX[x-1] {
		s.strip.second = s.state
	}
}
