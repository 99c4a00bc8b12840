package decoder

import (
	"slices"

	"triptych/shared/faults"
	"triptych/shared/picture/jpeg/t81"
)

// scan is a scan header (B.2.3).
type scan struct {
	offset     int // of its data
	components []*component
	blocks     int // in an interleaved MCU
	// The rest is for progressive files: the first and the last coefficient of the
	// band in zigzag order, and the bit positions of successive approximation, the
	// one before (high, 0 in a first scan) and the one that is read now (low).
	from, to  int
	high, low uint
	// skipped says that nothing in the scan is needed.
	skipped bool
}

// Bounds of the work that a file can ask for. Real progressive files have some ten
// scans; the standard's own limits would allow more than 64 × 13 a component.
const (
	maxScans  = 500
	maxVisits = 100 // of each block, on average, by all scans
)

// scans reads scans until the picture is complete.
func (d *decoder) scans(next segment) error {
	for range maxScans {
		s, err := d.takeScan(next)
		if err != nil {
			return err
		}

		end, err := d.decodeScan(s)
		if err != nil {
			return err
		}

		if !d.frame.progressive && d.allScanned() {
			return nil
		}

		d.refine(s)

		next, err = d.toScan(end)

		switch {
		case d.unsure(s, next, err):
			return errUnsure
		case faults.Is(err, faults.Truncated) && d.refined():
			return d.reconstruct() // Nothing is missing but the end marker.
		case err != nil:
			return err
		case next.marker == t81.EOI && !d.allScanned():
			return truncated(next.offset)
		case next.marker == t81.EOI:
			return d.reconstruct()
		}
	}

	return corrupt(next.offset, "more than %d scans", maxScans)
}

// allScanned says whether every component's DC coefficients have been read.
func (d *decoder) allScanned() bool {
	for _, c := range d.components {
		if !c.scanned {
			return false
		}
	}

	return true
}

// takeScan reads a scan header: the components with their Huffman tables, and the
// parameters of progression.
func (d *decoder) takeScan(s segment) (*scan, error) {
	p := s.payload
	if len(p) < 1 || len(p) != 4+2*int(p[0]) || p[0] < 1 || int(p[0]) > len(d.components) {
		return nil, corrupt(s.offset, "scan header of %d bytes", len(p))
	}

	count := int(p[0])
	scan := &scan{offset: s.end, to: lastCoefficient}

	for i := range count {
		if err := d.include(scan, s.offset, p[1+2*i]); err != nil {
			return nil, err
		}
	}

	if d.frame.progressive {
		if err := scan.progression(s.offset, p[1+2*count:]); err != nil {
			return nil, err
		}
	}

	scan.skipped = d.side == 1 && scan.from > 0 && !d.thorough

	for i, c := range scan.components {
		if err := d.prepare(s.offset, scan, c, p[2+2*i]); err != nil {
			return nil, err
		}
	}

	return scan, d.worthwhile(scan)
}

// maxBlocks is how many blocks an interleaved MCU may hold (B.2.3).
const maxBlocks = 10

// include adds a component to a scan.
func (d *decoder) include(s *scan, offset int, id byte) error {
	c := d.find(id)

	switch {
	case c == nil:
		return corrupt(offset, "scan of an unknown component %d", id)
	case slices.Contains(s.components, c):
		return corrupt(offset, "scan with component %d twice", id)
	}

	s.components = append(s.components, c)
	s.blocks += c.Across * c.Down

	// B.2.3 limits what an interleaved MCU may hold.
	if len(s.components) > 1 && s.blocks > maxBlocks {
		return corrupt(offset, "%d blocks in an MCU", s.blocks)
	}

	return nil
}

func (d *decoder) find(id byte) *component {
	for _, c := range d.components {
		if c.id == id {
			return c
		}
	}

	return nil
}

// progression reads and checks the parameters of a progressive scan (G.1.1.1).
func (s *scan) progression(offset int, p []byte) error {
	s.from, s.to, s.high, s.low = int(p[0]), int(p[1]), uint(p[2]>>4), uint(p[2]&0xf)

	switch {
	case s.to > lastCoefficient || s.from > s.to || s.from == 0 && s.to != 0:
		return corrupt(offset, "scan of coefficients %d to %d", s.from, s.to)
	case s.from > 0 && len(s.components) > 1:
		return corrupt(offset, "interleaved scan of AC coefficients")
	case s.high != 0 && s.high != s.low+1, s.low > 13:
		return corrupt(offset, "successive approximation from bit %d to %d", s.high, s.low)
	}

	return nil
}

// prepare gives a component its tables for a scan.
func (d *decoder) prepare(offset int, s *scan, c *component, selectors byte) error {
	dc, ac := selectors>>4, selectors&0xf
	if dc > 3 || ac > 3 {
		return corrupt(offset, "Huffman tables %d and %d", dc, ac)
	}

	c.dc, c.ac, c.prediction = d.huffman[classDC][dc], d.huffman[classAC][ac], 0

	needDC := s.from == 0 && s.high == 0
	needAC := !d.frame.progressive || s.from > 0

	if needDC && c.dc == nil || needAC && c.ac == nil {
		return corrupt(offset, "scan without its Huffman tables")
	}

	if !d.frame.progressive {
		c.makeTables(s)
	}

	if c.quantisation == nil {
		table := d.tables[c.frameComponent.quantisation]
		if table == nil {
			return corrupt(offset, "scan without its quantisation table")
		}

		c.quantisation = d.place.divisors(table)
	}

	return nil
}

// worthwhile checks that the data left can hold the scan before anything is
// allocated for it, and counts the work.
func (d *decoder) worthwhile(s *scan) error {
	var blocks, most int64

	for _, c := range d.components {
		most += int64(c.blocks.X) * int64(c.blocks.Y)
	}

	for _, c := range s.components {
		blocks += int64(c.blocks.X) * int64(c.blocks.Y)
	}

	// A block takes two codes of a bit at least, or one of a DC coefficient alone. A
	// progressive scan of AC coefficients can be a few bytes.
	bits := int64(len(d.data)-s.offset) * 8

	switch {
	case !d.frame.progressive && bits < 2*blocks, s.from == 0 && bits < blocks:
		return truncated(len(d.data))
	}

	if !s.skipped {
		d.work += blocks
	}

	if d.work > maxVisits*most {
		return corrupt(s.offset, "scans that visit each block more than %d times", maxVisits)
	}

	return nil
}
