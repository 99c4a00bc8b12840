package decoder

import "triptych/picture/jpeg/t81"

// strip is some MCUs of a row, with all components, between Huffman decoding and
// transforms. Their blocks follow each other as in an interleaved scan: MCU by MCU,
// in each component by component.
type strip struct {
	y           int // the row
	first, mcus int // its first MCU, and how many
	each        int // blocks of an MCU
	// kept is how many coefficients there are of each block: all that the inverse DCT
	// needs, in its order, or all 64.
	kept   int
	blocks []int16
	last   []uint8 // of each block, the last coefficient that may be other than zero
}

// newStrip makes a strip for a number of MCUs. Sequential scans write all 64
// coefficients; of progressive ones, which come back to the blocks, only those that
// are needed are kept.
func (d *decoder) newStrip(mcus int) *strip {
	s := &strip{mcus: mcus, each: d.blocks, kept: t81.BlockSize}
	if d.frame.progressive {
		s.kept = d.side * d.side
	}

	s.blocks, s.last = make([]int16, mcus*s.each*s.kept), make([]uint8, mcus*s.each)

	return s
}

// block is what is kept of a block.
func (s *strip) block(i int) []int16 { return s.blocks[i*s.kept : (i+1)*s.kept : (i+1)*s.kept] }

// whole is a block with all of its coefficients, in the strip or, where not all are
// kept, in scratch.
func (s *strip) whole(i int, scratch *coefficients) *coefficients {
	if s.kept == len(scratch) {
		return (*coefficients)(s.block(i))
	}

	copy(scratch[:], s.block(i))

	return scratch
}

// place is where an MCU of a scan has its blocks: what is to be added to the index of
// its units.
func (s *strip) place(of *scan, x, y int) int {
	if !of.single() {
		return (x - s.first) * s.each
	}

	c := of.units[0].component

	return int(c.places[x]) - s.first*s.each + y%c.Down*c.Across
}
