package decoder

import "triptych/picture/jpeg/t81"

// strip holds some MCUs of a row, with all components, between Huffman decoding and
// transforms. Its blocks have the order of an interleaved scan: MCU by MCU, and component
// by component in each MCU.
type strip struct {
	y           int // the row
	first, mcus int // its first MCU, and the number of MCUs
	each        int // blocks per MCU
	// kept is the number of stored coefficients per block: all that the inverse DCT
	// needs, in its order, or all 64.
	kept   int
	blocks []int16
	last   []uint8 // for each block, the last coefficient that may be nonzero
}

// newStrip creates a strip for a number of MCUs. Sequential scans write all 64
// coefficients. Progressive scans return to the blocks several times, so only the needed
// coefficients are stored.
func (d *decoder) newStrip(mcus int) *strip {
	s := &strip{mcus: mcus, each: d.blocks, kept: t81.BlockSize}
	if d.frame.progressive {
		s.kept = d.side * d.side
	}

	s.blocks, s.last = make([]int16, mcus*s.each*s.kept), make([]uint8, mcus*s.each)

	return s
}

// block returns the stored coefficients of a block.
func (s *strip) block(i int) []int16 { return s.blocks[i*s.kept : (i+1)*s.kept : (i+1)*s.kept] }

// whole returns a block with all of its coefficients. They are in the strip or, if the
// strip does not store all of them, in scratch.
func (s *strip) whole(i int, scratch *coefficients) *coefficients {
	if s.kept == len(scratch) {
		return (*coefficients)(s.block(i))
	}

	copy(scratch[:], s.block(i))

	return scratch
}

// place returns the offset of the blocks of an MCU of a scan. The index of a unit is
// added to it.
func (s *strip) place(of *scan, x, y int) int {
	if !of.single() {
		return (x - s.first) * s.each
	}

	c := of.units[0].component

	return int(c.places[x]) - s.first*s.each + y%c.Down*c.Across
}
