package decoder

import (
	"triptych/picture/failure"
	"triptych/picture/jpeg/t81"
)

// Bounds of the work that a file can ask for. Real progressive files have some ten
// scans; the standard's own limits would allow more than 64 × 13 a component.
const (
	maxScans  = 500
	maxVisits = 100 // of each block, on average, by all scans
)

// plan finds the file's scans without decoding them: a marker ends each, which
// entropy-coded data does not contain (B.1.1.5). So they can all be read side by
// side, each from its own place in the file; see [decoder.run].
//
// Of a sequential file it looks no further than the scan that completes the
// picture. Where a segment behind a scan is damaged, broken becomes its fault: the
// scans before may have an earlier one.
func (d *decoder) plan(next segment) error {
	for len(d.scans) < maxScans {
		s, err := d.takeScan(next)
		if err != nil {
			return d.breaks(err)
		}

		d.include(s)

		if !d.frame.progressive && d.allScanned() {
			return nil
		}

		next, err = d.toScan(s.offset)
		whole := d.refined() && failure.Is(err, failure.Truncated) // but for its end marker

		switch {
		case err != nil && !whole:
			return d.breaks(err)
		case !whole && next.marker == t81.EOI && !d.allScanned():
			return d.breaks(truncated(next.offset))
		case whole || next.marker == t81.EOI:
			d.drop(s, whole || s.high == 0 || !d.refined())

			return nil
		}
	}

	return corrupt(next.offset, "more than %d scans", maxScans)
}

// breaks keeps what is wrong behind the scans, if there are any.
func (d *decoder) breaks(err error) error {
	if len(d.scans) == 0 {
		return err
	}

	d.broken = err

	return nil
}

// include adds a scan, and notes what it brings.
func (d *decoder) include(s *scan) {
	d.scans = append(d.scans, s)

	for i := range s.units {
		c := s.units[i].component
		c.scanned = c.scanned || s.from == 0

		if s.single() {
			c.covered.X, c.covered.Y = max(c.covered.X, s.mcus.X), max(c.covered.Y, s.mcus.Y)
		} else {
			c.covered.X, c.covered.Y = max(c.covered.X, s.mcus.X*c.Across), max(c.covered.Y, s.mcus.Y*c.Down)
		}

		if d.frame.progressive {
			for k := s.from; k <= s.to; k++ {
				c.missing[k] = s.low
			}
		}
	}
}

// drop leaves out the scans that nobody needs, those of AC coefficients where every
// target is an eighth of the size. They are read nevertheless where the last scan is
// unsure: it may have been cut, as no end marker stands behind it, or as there is
// one where bits are missing or where the scan's bits could be read by themselves.
func (d *decoder) drop(last *scan, unsure bool) {
	if d.side > 1 || d.thorough || last.from > 0 && unsure {
		return
	}

	kept := d.scans[:0]

	for _, s := range d.scans {
		if s.from == 0 {
			kept = append(kept, s)
		}
	}

	d.scans = kept
}

// worthwhile checks that the data left can hold a scan before anything is allocated
// for it.
func (d *decoder) worthwhile(s *scan) error {
	// A block takes two codes of a bit at least, or one of a DC coefficient alone. A
	// progressive scan of AC coefficients can be a few bytes.
	blocks, bits := s.visits(), int64(len(d.data)-s.offset)*8

	switch {
	case !d.frame.progressive && bits < 2*blocks, s.from == 0 && bits < blocks:
		return truncated(len(d.data))
	}

	return nil
}

// checkWork bounds the work of all scans.
func (d *decoder) checkWork() error {
	var blocks, work int64

	for _, c := range d.components {
		blocks += int64(c.blocks.X) * int64(c.blocks.Y)
	}

	for _, s := range d.scans {
		if work += s.visits(); work > maxVisits*blocks {
			return corrupt(s.offset, "scans that visit each block more than %d times", maxVisits)
		}
	}

	return nil
}
