package decoder

import "math/bits"

// reconstruct transforms the blocks of a progressive file when its scans have been
// read.
func (d *decoder) reconstruct() error {
	if !d.frame.progressive {
		return nil
	}

	for _, c := range d.components {
		d.allocate(c)

		err := d.inParallel(c.wanted.Dy(), func(row int) {
			c.reconstruct(d.side, row)
		})
		if err != nil {
			return err
		}

		c.progress = nil
	}

	return nil
}

// reconstruct transforms a row of blocks.
func (c *component) reconstruct(side, row int) {
	var scratch coefficients

	y := c.wanted.Min.Y + row

	for x := c.wanted.Min.X; x < c.wanted.Max.X; x++ {
		kept, nonzero := c.block(x, y), uint64(0)

		if c.progress.nonzero != nil && x < c.blocks.X && y < c.blocks.Y {
			nonzero = c.progress.nonzero[y*c.blocks.X+x] & c.progress.keptMask
		}

		block := &scratch

		if len(kept) == len(scratch) {
			block = (*coefficients)(kept)
		} else {
			copy(scratch[:], kept)
		}

		last := max(bits.Len64(nonzero)-1, 0)
		at := row*side*c.plane.Stride + (x-c.wanted.Min.X)*side
		put(block, c.quantisation, last, side, c.plane.Pix[at:], c.plane.Stride)
	}
}
