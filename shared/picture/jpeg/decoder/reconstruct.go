package decoder

import (
	"math/bits"

	"triptych/shared/picture/jpeg/t81"
)

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
	var block coefficients

	of, y := &placements[side].of, c.wanted.Min.Y+row

	for x := c.wanted.Min.X; x < c.wanted.Max.X; x++ {
		kept, nonzero := c.block(x, y), uint64(0)

		if c.progress.nonzero != nil && x < c.blocks.X && y < c.blocks.Y {
			nonzero = c.progress.nonzero[y*c.blocks.X+x] & c.progress.keptMask
		}

		block[0] = kept[0]

		switch {
		case nonzero == 0:
		case side < t81.BlockSide:
			copy(block[:], kept)
		default:
			zigzag := (*coefficients)(kept)

			for left := nonzero; left != 0; left &= left - 1 {
				k := bits.TrailingZeros64(left)
				block[of[k&lastCoefficient]&lastCoefficient] = zigzag[k&lastCoefficient]
			}
		}

		at := row*side*c.plane.Stride + (x-c.wanted.Min.X)*side
		put(&block, c.quantisation, bits.Len64(nonzero), side, c.plane.Pix[at:], c.plane.Stride)

		if nonzero != 0 {
			block = coefficients{}
		}
	}
}
