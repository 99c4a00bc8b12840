package decoder

import (
	"errors"
	"image"

	"triptych/shared/faults"
	"triptych/shared/picture/jpeg/t81"
)

// progress is what is held of a component of a progressive file between its scans.
type progress struct {
	// coefficients of the wanted blocks, row by row, kept of each: as many as the
	// transform needs.
	coefficients []int16
	kept         int
	// of maps the zigzag index to the place in a block, in the order of the transform;
	// a place of kept or more is none.
	of *[t81.BlockSize]uint8
	// keptMask has a bit for each zigzag index that is kept, reach for each up to the
	// last of them.
	keptMask, reach uint64
	// nonzero has a bitmap for each of the component's blocks: which of its AC
	// coefficients, by zigzag index, are not zero so far. Refining scans depend on
	// it, of blocks and coefficients that are not kept, too.
	nonzero []uint64
	// missing is, for each coefficient, how many of its low bits have not been read;
	// neverRead where none has.
	missing [t81.BlockSize]uint
}

const neverRead = 16

// hold allocates a component's progress, once.
func (d *decoder) hold(c *component) {
	if c.progress != nil {
		return
	}

	p := &progress{kept: d.side * d.side, of: &d.place.of}

	for k, place := range p.of {
		p.missing[k] = neverRead

		if int(place) < p.kept {
			p.keptMask |= 1 << k
		}
	}

	p.reach = ^uint64(0) >> (lastCoefficient - d.place.needed)
	p.coefficients = make([]int16, c.wanted.Dx()*c.wanted.Dy()*p.kept)

	if d.side > 1 || d.thorough {
		p.nonzero = make([]uint64, c.blocks.X*c.blocks.Y)
	}

	c.progress = p
}

// block returns a block's coefficients; none where it is not wanted.
func (c *component) block(x, y int) []int16 {
	if !image.Pt(x, y).In(c.wanted) {
		return nil
	}

	p := c.progress
	from := ((y-c.wanted.Min.Y)*c.wanted.Dx() + x - c.wanted.Min.X) * p.kept

	return p.coefficients[from : from+p.kept : from+p.kept]
}

// refine notes which bits a scan has brought.
func (d *decoder) refine(s *scan) {
	if !d.frame.progressive {
		return
	}

	for _, c := range s.components {
		d.hold(c)

		for k := s.from; k <= s.to; k++ {
			c.progress.missing[k] = s.low
		}
	}
}

// refined says whether every bit of every coefficient has been read.
func (d *decoder) refined() bool {
	for _, c := range d.components {
		if c.progress == nil {
			return false
		}

		for _, missing := range c.progress.missing {
			if missing > 0 {
				return false
			}
		}
	}

	return true
}

// errUnsure is that scans were passed over which may have been cut.
var errUnsure = errors.New("scans were not read")

// unsure says that the end may be a cut: behind a scan that was passed over there is
// no end marker, or there is one where bits are missing, or where the scan's bits
// could be read by themselves.
func (d *decoder) unsure(s *scan, next segment, err error) bool {
	switch {
	case !s.skipped:
		return false
	case err != nil:
		return faults.Is(err, faults.Truncated)
	default:
		return next.marker == t81.EOI && (s.high == 0 || !d.refined())
	}
}

// progressiveScan decodes a scan of a progressive file.
func (d *decoder) progressiveScan(s *scan, w *walk) error {
	for _, c := range s.components {
		d.hold(c)
	}

	row := d.dcRow

	if s.from > 0 {
		d.band = band{scan: s, component: s.components[0], mask: ^uint64(0) >> (lastCoefficient - s.to) &^ (1<<s.from - 1)}
		row = d.band.row
	}

	for y := range w.mcus.Y {
		if err := d.canceled(); err != nil {
			return err
		}

		if err := row(d, s, w, y); err != nil {
			return err
		}
	}

	return nil
}

// dcRow reads a row of MCUs of a DC scan: differences of coefficients less their
// low bits (G.1.2.1), or the next of those bits.
func (*decoder) dcRow(d *decoder, s *scan, w *walk, y int) error {
	for x := range w.mcus.X {
		if w.restartDue(d.restart) {
			if err := d.restartAt(w); err != nil {
				return err
			}
		}

		for i := range w.units {
			u := &w.units[i]
			c := u.component
			block := c.block(x*u.each.X+u.within.X, y*u.each.Y+u.within.Y)

			if s.high > 0 {
				bit := d.bits.take(1)
				if block != nil {
					block[0] |= int16(bit << s.low)
				}

				continue
			}

			d.bits.ensure()

			used, difference, ok := c.dc.difference(d.bits.acc)
			if !ok {
				return d.check(ok)
			}

			d.bits.acc <<= used & 63
			d.bits.n -= used
			c.prediction += difference

			if block != nil {
				block[0] = saturate(shifted(c.prediction, s.low))
			}
		}

		if d.bits.overrun() {
			return d.exhausted()
		}
	}

	return nil
}

// shifted is a shift to the left that stays within 32 bits: predictions of damaged
// files can grow to 31.
func shifted(value int32, by uint) int32 {
	return int32(saturate(value)) << by
}
