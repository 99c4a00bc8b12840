package hevc

import (
	"context"

	"triptych/picture/failure"
	"triptych/picture/workers"
)

// decoder is the state of decoding one picture.
type decoder struct {
	ctx        context.Context //nolint:containedctx // It lives as long as one call of Decode.
	options    Options
	take       func(part Part) error
	taken      int  // rows of CTBs that take has received in an earlier attempt
	sequential bool // decode one substream after the other

	sequences map[int]*sps
	pictures  map[int]*pps

	segment *segment // the picture and its last slice segment; nil before the first one
	kind    int      // of the NAL units of the picture
	layer   int      // the temporal layer of the NAL units of the picture
	ended   bool     // another picture starts

	filters   workers.Group // the goroutine of the loop filters
	filterErr error
}

func (d *decoder) run(hvcC, data []byte) error {
	d.sequences, d.pictures = map[int]*sps{}, map[int]*pps{}

	defer d.filters.Wait() // Also after a panic.

	err := d.units(hvcC, data)

	d.filters.Wait()

	if d.filterErr != nil {
		return d.filterErr
	}

	return err
}

// units decodes all NAL units. When it returns, the loop filters process the rows that
// are complete, and then end.
func (d *decoder) units(hvcC, data []byte) error {
	defer func() {
		if d.segment == nil {
			return
		}

		if s := d.segment; s.tape != nil {
			_ = s.flush() // If the other goroutine has ended, its error is reported.
			close(s.tapes.full)
		}

		d.segment.stop()
	}()

	if err := configured(hvcC, d.unit); err != nil {
		return err
	}

	if err := split(hvcC, data, d.unit); err != nil {
		return err
	}

	if d.segment == nil {
		return truncated("a file without a slice")
	}

	if p := d.segment.picture; p.next < len(p.ctbSlice) {
		return truncated("block %d of %d", p.next, len(p.ctbSlice))
	}

	return nil
}

// unit decodes a NAL unit. It ignores units without a meaning for pixels, and units after
// the first picture.
func (d *decoder) unit(data []byte) error {
	if d.ended || len(data) == 0 {
		return nil
	}

	u, ok, err := newUnit(data)
	if !ok {
		return err
	}

	switch {
	case u.kind == typeSPS && d.segment == nil:
		id, set, err := parseSPS(u.payload)
		if err != nil {
			return err
		}

		d.sequences[id] = set
	case u.kind == typePPS && d.segment == nil:
		id, set, err := parsePPS(u.payload)
		if err != nil {
			return err
		}

		d.pictures[id] = set
	case u.kind < typeFirstReserved, u.kind >= typeBLA && u.kind <= typeCRA:
		return d.slice(u)
	}

	return nil
}

// active returns the parameter sets of a slice. All slices of a picture have the same
// ones.
func (d *decoder) active(number int) (*sps, *pps, error) {
	p := d.pictures[number]
	if p == nil {
		return nil, nil, corrupt("a slice without its picture parameter set")
	}

	s := d.sequences[p.sps]
	if s == nil {
		return nil, nil, corrupt("a slice without its sequence parameter set")
	}

	if p.scaling != nil && s.scaling == nil {
		return nil, nil, corrupt("scaling lists of a picture whose sequence has none (7.4.3.3.1)")
	}

	return s, p, nil
}

// slice decodes a slice segment.
func (d *decoder) slice(u unit) error {
	if len(u.payload) > 0 && u.payload[0]>>7 == 1 { // first_slice_segment_in_pic_flag
		if d.segment != nil {
			d.ended = true

			return nil
		}
	} else if d.segment == nil {
		return corrupt("a picture without its first slice")
	}

	var before *slice

	if d.segment != nil {
		before = d.segment.slice

		if u.kind != d.kind || u.layer != d.layer {
			return corrupt("NAL units of the types %d and %d and of the layers %d and %d in a picture (7.4.2.2)", d.kind, u.kind, d.layer, u.layer)
		}
	}

	h, err := parseSlice(u, d.active, before)
	if err != nil {
		return err
	}

	if err := d.begin(h); err != nil {
		return err
	}

	d.kind, d.layer = u.kind, u.layer

	if next := d.segment.next; int(d.segment.grid.coded[h.address]) != next {
		return corrupt("a slice at block %d, after %d of %d blocks", h.address, next, len(d.segment.ctbSlice))
	}

	if p := d.segment.parallel(h); p != nil {
		return p.decode(d.ctx)
	}

	return d.segment.decode(d.ctx, h)
}

// begin allocates the picture before its first slice.
func (d *decoder) begin(h *slice) error {
	s, p, err := d.active(h.pps)
	if err != nil {
		return err
	}

	if d.segment != nil {
		if p != d.segment.pps {
			return unsupported("slices with different parameter sets")
		}

		return nil
	}

	if int64(s.width)*int64(s.height) > d.options.MaxPixels {
		return failure.New(failure.TooManyPixels, "%d × %d pixels, more than %d", s.width, s.height, d.options.MaxPixels)
	}

	most := d.options.MaxBytes
	if need := s.memory(p, d.options.Threads, d.take == nil); most > 0 && need > most {
		return failure.New(failure.TooManyPixels, "%d × %d pixels, which need %d MiB to decode, more than %d",
			s.width, s.height, need>>20, most>>20)
	}

	made, err := newPicture(s, p, d.options.Threads, d.take == nil)
	if err != nil {
		return err
	}

	made.take, made.taken = d.take, d.taken
	d.segment = newSegment(made)

	if d.sequential {
		made.threads = 1
	}

	switch {
	case made.tapes != nil:
		d.segment.tape = <-made.tapes.free
		d.filters.Go(func() { d.filterErr = made.replay() })
	case made.concurrent:
		d.filters.Go(func() { d.filterErr = made.follow() })
	}

	return nil
}
