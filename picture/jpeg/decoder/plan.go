package decoder

import (
	"triptych/picture/failure"
	"triptych/picture/jpeg/t81"
)

// These limits bound the work that a file can cause. Real progressive files have about
// ten scans. The limits of the standard would allow more than 64 × 13 per component.
const (
	maxScans  = 500
	maxVisits = 100 // of each block, on average, by all scans
)

// plan finds the scans of the file without decoding them. A marker ends each scan, and
// entropy-coded data does not contain markers (B.1.1.5). Therefore all scans can be read
// side by side, each from its own place in the file; see [decoder.run].
//
// For a sequential file, plan stops at the scan that completes the image. If a segment
// after a scan is damaged, plan stores the error in broken, because an earlier scan may
// have an error, too. The earlier error is the one to report.
func (d *decoder) plan(next segment) error {
	for len(d.scans) < maxScans {
		s, err := d.takeScan(next)
		if err != nil {
			return d.keepError(err)
		}

		d.include(s)

		if !d.frame.progressive && d.allScanned() {
			return nil
		}

		next, err = d.toScan(s.offset)
		whole := d.refined() && failure.Is(err, failure.Truncated) // complete except for the end marker

		switch {
		case err != nil && !whole:
			return d.keepError(err)
		case !whole && next.marker == t81.EOI && !d.allScanned():
			return d.keepError(truncated(next.offset))
		case whole || next.marker == t81.EOI:
			d.drop(s, whole || s.high == 0 || !d.refined())

			return nil
		}
	}

	return corrupt(next.offset, "more than %d scans", maxScans)
}

// keepError stores an error that occurred after the scans. Without scans it returns the
// error.
func (d *decoder) keepError(err error) error {
	if len(d.scans) == 0 {
		return err
	}

	d.broken = err

	return nil
}

// include adds a scan and records which coefficients it provides.
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

// drop removes the scans that no target needs: scans of AC coefficients, if every target
// has scale 8. It keeps them if unsure is true and the last scan has AC coefficients,
// because that scan may have been cut. unsure is true if there is no end marker, if bits
// are missing, or if the last scan does not refine earlier ones.
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

// worthwhile checks that the remaining data can hold a scan, before memory is allocated
// for the scan.
func (d *decoder) worthwhile(s *scan) error {
	// A block takes at least two codes of one bit, or one code if it has only a DC
	// coefficient. A progressive scan of AC coefficients can have a few bytes.
	blocks, bits := s.visits(), int64(len(d.data)-s.offset)*8

	switch {
	case !d.frame.progressive && bits < 2*blocks, s.from == 0 && bits < blocks:
		return truncated(len(d.data))
	}

	return nil
}

// checkWork limits the work of all scans.
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
