package decoder

import (
	"image"

	"triptych/picture/jpeg/t81"
)

// component is one component of the image: its frame header, its size in blocks, and the
// state of its scans.
type component struct {
	frameComponent

	// blocks is the number of blocks across and down in scans of this component only
	// (A.2.2): the blocks that contain samples of the image.
	blocks image.Point
	// covered is the number of coded blocks: those of all MCUs, or those of
	// single-component scans.
	covered image.Point
	// first is the index of its first block in an MCU of all components.
	first int
	// quants is its quantization table, fixed by its first scan; nil before that.
	quants *[t81.BlockSize]uint16
	// scanned is set when a scan contains its (first) DC coefficients.
	scanned bool
	// missing is used for progressive files: how many low bits of each coefficient no
	// scan has provided yet. It is neverRead if no scan has provided any bit.
	missing [t81.BlockSize]uint

	// nonzero has one bitmap for each of its blocks in a row of MCUs of a progressive
	// file. It marks the AC coefficients, by zigzag index, that are nonzero so far.
	// Refining scans depend on it, also for blocks outside every region.
	nonzero []uint64
	// places has a number for each block across: the number of blocks before that block
	// in a row of MCUs, minus first. For the block one row below, add Across.
	places []int32
}

const neverRead = 16

// describe creates the components of a frame, and counts the blocks of an MCU.
func (d *decoder) describe() {
	for _, described := range d.frame.components {
		c := &component{frameComponent: described, first: d.blocks}
		c.blocks = image.Point{
			X: ceil(ceil(d.frame.Width*c.Across, d.frame.across), t81.BlockSide),
			Y: ceil(ceil(d.frame.Height*c.Down, d.frame.down), t81.BlockSide),
		}

		for k := range c.missing {
			c.missing[k] = neverRead
		}

		d.blocks += c.Across * c.Down
		d.components = append(d.components, c)
	}

	for _, c := range d.components {
		c.places = make([]int32, c.blocks.X)
		for x := range c.places {
			c.places[x] = int32(x/c.Across*d.blocks + x%c.Across)
		}
	}

	d.mcus = image.Point{
		X: ceil(d.frame.Width, t81.BlockSide*d.frame.across),
		Y: ceil(d.frame.Height, t81.BlockSide*d.frame.down),
	}
}

// allScanned reports whether there are scans of the DC coefficients of every component.
func (d *decoder) allScanned() bool {
	for _, c := range d.components {
		if !c.scanned {
			return false
		}
	}

	return true
}

// refined reports whether there are scans of every bit of every coefficient.
func (d *decoder) refined() bool {
	for _, c := range d.components {
		for _, missing := range c.missing {
			if missing > 0 {
				return false
			}
		}
	}

	return true
}
