package decoder

import (
	"image"

	"triptych/picture/jpeg/t81"
)

// component is one component of the file's picture, and what is known of it before
// its samples are.
type component struct {
	frameComponent

	// blocks is how many blocks it has across and down in scans of its own
	// (A.2.2): those with samples of the picture.
	blocks image.Point
	// covered is how many are coded: all of its MCUs', or those of scans of its own.
	covered image.Point
	// first is the place of its first block in an MCU with all components.
	first int
	// divisors are its quantisation table, fixed by its first scan; nil before.
	divisors *[t81.BlockSize]uint16
	// scanned is set where a scan has its (first) DC coefficients.
	scanned bool
	// missing is, in progressive files, how many low bits of each coefficient no scan
	// has brought; neverRead where none has any.
	missing [t81.BlockSize]uint

	// nonzero has a bitmap for each of its blocks in a row of MCUs of a progressive
	// file: which of its AC coefficients, by zigzag index, are not zero so far.
	// Refining scans depend on it, of blocks that nobody wants, too.
	nonzero []uint64
	// places is, for each of its blocks across, how many blocks a row of MCUs has before
	// it, less first; for one below it is Across more.
	places []int32
}

const neverRead = 16

// describe makes the components of a frame, and counts the blocks of an MCU.
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

// allScanned says whether there are scans of every component's DC coefficients.
func (d *decoder) allScanned() bool {
	for _, c := range d.components {
		if !c.scanned {
			return false
		}
	}

	return true
}

// refined says whether there are scans of every bit of every coefficient.
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
