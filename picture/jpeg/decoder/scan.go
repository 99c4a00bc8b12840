package decoder

import (
	"image"
	"slices"
)

// scan holds the header of a scan (B.2.3), and the progress of reading it.
type scan struct {
	offset int // of its data
	// units are the blocks of an MCU: those of interleaved components, or the only block
	// in a scan of one component (A.2).
	units []unit
	mcus  image.Point // across and down
	// The bounds of the wanted MCUs across.
	shownFrom, shownTo int

	// For progressive files: the first and the last coefficient of the band in zigzag
	// order, and the bit positions of successive approximation: the previous one (high, 0
	// in a first scan) and the current one (low).
	from, to  int
	high, low uint

	file     *file
	bits     bitReader
	interval int  // MCUs in a restart interval; 0 for none
	count    int  // MCUs in the restart interval so far
	last     byte // the number, 0 to 7, of the next restart marker
	run      int  // blocks, from the next on, without a symbol in the band (G.1.2.2)
}

// unit is one block of an MCU.
type unit struct {
	*coder

	index int // among the blocks of an MCU of all components

	// For an image at an eighth of its size (eighth.go): the place of the next block
	// among the samples of its row, and the distance to the place of the block to its
	// right.
	samples  []byte
	divisor  int32 // of the DC coefficient
	at, next int
}

// coder decodes the blocks of a component in a scan.
type coder struct {
	component  *component
	dc, ac     *huffman
	open       *openTable
	prediction int32 // the previous DC coefficient (F.1.1.5.1)
}

// single reports whether the scan has only one component. Then its blocks are in row
// order.
func (s *scan) single() bool { return len(s.units) == 1 }

// visits is the number of blocks of a scan.
func (s *scan) visits() int64 { return int64(len(s.units)) * int64(s.mcus.X) * int64(s.mcus.Y) }

// takeScan reads a scan header: the components with their Huffman tables, and the
// parameters of progression.
func (d *decoder) takeScan(h segment) (*scan, error) {
	p := h.payload
	if len(p) < 1 || len(p) != 4+2*int(p[0]) || p[0] < 1 || int(p[0]) > len(d.components) {
		return nil, corrupt(h.offset, "scan header of %d bytes", len(p))
	}

	count := int(p[0])
	s := &scan{offset: h.end, to: lastCoefficient, file: &d.file, interval: d.restart}

	if d.frame.progressive {
		if err := s.progression(h.offset, p[1+2*count:], count); err != nil {
			return nil, err
		}
	}

	var coders []*coder

	for i := range count {
		c := d.find(p[1+2*i])

		switch {
		case c == nil:
			return nil, corrupt(h.offset, "scan of an unknown component %d", p[1+2*i])
		case slices.ContainsFunc(coders, func(other *coder) bool { return other.component == c }):
			return nil, corrupt(h.offset, "scan with component %d twice", c.id)
		}

		made, err := d.prepare(h.offset, s, c, p[2+2*i], coders)
		if err != nil {
			return nil, err
		}

		coders = append(coders, made)
	}

	if err := s.interleave(h.offset, coders, d.mcus); err != nil {
		return nil, err
	}

	s.bits.start(d.data, s.offset)

	return s, d.worthwhile(s)
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
func (s *scan) progression(offset int, p []byte, components int) error {
	s.from, s.to, s.high, s.low = int(p[0]), int(p[1]), uint(p[2]>>4), uint(p[2]&0xf)

	switch {
	case s.to > lastCoefficient || s.from > s.to || s.from == 0 && s.to != 0:
		return corrupt(offset, "scan of coefficients %d to %d", s.from, s.to)
	case s.from > 0 && components > 1:
		return corrupt(offset, "interleaved scan of AC coefficients")
	case s.high != 0 && s.high != s.low+1, s.low > 13:
		return corrupt(offset, "successive approximation from bit %d to %d", s.high, s.low)
	}

	return nil
}

// prepare returns the coder of a component with its tables for a scan. before are the
// coders of the earlier components.
func (d *decoder) prepare(offset int, s *scan, c *component, selectors byte, before []*coder) (*coder, error) {
	dc, ac := selectors>>4, selectors&0xf
	if dc > 3 || ac > 3 {
		return nil, corrupt(offset, "Huffman tables %d and %d", dc, ac)
	}

	made := &coder{component: c}

	if s.from == 0 && s.high == 0 {
		made.dc = d.huffman[classDC][dc].use()
		if made.dc == nil {
			return nil, corrupt(offset, "scan without its Huffman tables")
		}
	}

	if !d.frame.progressive || s.from > 0 {
		made.ac = d.huffman[classAC][ac].use()
		if made.ac == nil {
			return nil, corrupt(offset, "scan without its Huffman tables")
		}
	}

	if !d.frame.progressive {
		made.makeTables(before)
	}

	if c.quants == nil {
		c.quants = d.tables[c.quantization]
		if c.quants == nil {
			return nil, corrupt(offset, "scan without its quantization table")
		}
	}

	return made, nil
}

// maxBlocks is the maximum number of blocks in an interleaved MCU (B.2.3).
const maxBlocks = 10

// interleave lists the blocks of an MCU (A.2).
func (s *scan) interleave(offset int, coders []*coder, mcus image.Point) error {
	if len(coders) == 1 {
		c := coders[0].component
		s.units, s.mcus = []unit{{coder: coders[0], index: c.first}}, c.blocks

		return nil
	}

	s.mcus = mcus

	for _, coder := range coders {
		c := coder.component

		for y := range c.Down {
			for x := range c.Across {
				s.units = append(s.units, unit{coder: coder, index: c.first + y*c.Across + x})
			}
		}
	}

	if len(s.units) > maxBlocks {
		return corrupt(offset, "%d blocks in an MCU", len(s.units))
	}

	return nil
}

// rows returns the rows of MCUs of the scan that lie in row y of the MCUs of all
// components.
func (s *scan) rows(y int) (from, to int) {
	if !s.single() {
		return y, min(y+1, s.mcus.Y)
	}

	down := s.units[0].component.Down

	return min(y*down, s.mcus.Y), min((y+1)*down, s.mcus.Y)
}

// show sets which MCUs are wanted across. from and to count MCUs of all components.
func (s *scan) show(from, to int) {
	if s.single() {
		across := s.units[0].component.Across
		from, to = from*across, to*across
	}

	s.shownFrom, s.shownTo = min(from, s.mcus.X), min(to, s.mcus.X)
}

// alike returns the number of MCUs of a row, from x on, that are all wanted or all not
// wanted.
func (s *scan) alike(x int, shown bool) (count int, wanted bool) {
	switch {
	case !shown || x >= s.shownTo:
		return s.mcus.X - x, false
	case x < s.shownFrom:
		return s.shownFrom - x, false
	default:
		return s.shownTo - x, true
	}
}

// band has a bit for each zigzag index in the scan.
func (s *scan) band() uint64 { return ^uint64(0) >> (lastCoefficient - s.to) &^ (1<<s.from - 1) }
