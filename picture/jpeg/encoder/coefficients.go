package encoder

import (
	"math/bits"
	"sync"

	"triptych/picture/jpeg/t81"
	"triptych/picture/planes"
)

// coefficients has the quantized blocks of one component, row by row, and their masks. A
// row is filled up to an even number of blocks.
type coefficients struct {
	blocks [][t81.BlockSize]int16
	masks  []uint64
	// ones has a bit for each coefficient of magnitude 1, if the script refines the
	// component.
	ones  []uint64
	inRow int
}

// storage keeps the blocks of a component for the next image. New megabytes would have to
// be cleared first.
var storage sync.Pool

// newBlocks returns blocks whose contents are not defined.
func newBlocks(count int) [][t81.BlockSize]int16 {
	if kept, _ := storage.Get().([][t81.BlockSize]int16); cap(kept) >= count {
		return kept[:count]
	}

	return make([][t81.BlockSize]int16, count)
}

// row returns the blocks of a row and their masks.
func (c *coefficients) row(y int) ([][t81.BlockSize]int16, []uint64) {
	begin, end := y*c.inRow, (y+1)*c.inRow

	return c.blocks[begin:end], c.masks[begin:end]
}

// coefficients transforms the whole image.
func (f *frame) coefficients(threads int) []coefficients {
	all := make([]coefficients, len(f.components))

	for i, c := range f.components {
		inRow := even(c.blocksWide)
		all[i] = coefficients{
			blocks: newBlocks(inRow * c.blocksHigh),
			masks:  make([]uint64, inRow*c.blocksHigh),
			inRow:  inRow,
		}

		if i == 0 {
			all[i].ones = make([]uint64, inRow*c.blocksHigh)
		}
	}

	parts := f.parts(threads)

	each(parts, func(p *part) {
		for i, c := range f.components {
			for y := p.top * c.v; y < min(p.bottom*c.v, c.blocksHigh); y++ {
				blocks, masks := all[i].row(y)
				f.transform(i, y, p.window, blocks, masks)

				if i == 0 {
					ones := all[i].ones[y*all[i].inRow:]
					for x := range blocks {
						ones[x] = onesOf(&blocks[x], masks[x])
					}
				}
			}
		}
	})

	return all
}

// onesOf returns the mask of the AC coefficients of magnitude 1.
func onesOf(block *[t81.BlockSize]int16, mask uint64) (ones uint64) {
	for mask &^= 1; mask != 0; mask &= mask - 1 {
		k := bits.TrailingZeros64(mask) & (t81.BlockSize - 1)

		// The magnitude is 1 if only the second bit of the value plus 1 may be set. Then a
		// subtraction borrows.
		value := uint64(uint16(block[place[k]&(t81.BlockSize-1)]+1)) &^ 2
		ones |= (value - 1) >> (t81.BlockSize - 1) << k
	}

	return ones
}

// transform fills blocks with row `from` of the blocks of component i, and masks with their
// masks. If blocks extend beyond the edge of the image, its last samples are repeated, as
// T.81, A.2.4 recommends. The window has room for a row of blocks.
func (f *frame) transform(i, from int, window planes.Plane, blocks [][t81.BlockSize]int16, masks []uint64) {
	c, q := &f.components[i], f.quantizers[i]

	top, whole := from*t81.BlockSide, 0
	if top+t81.BlockSide <= c.plane.Height {
		whole = c.plane.Width / t81.BlockSide / atOnce * atOnce
	}

	if whole > 0 {
		forward(c.plane.Pix[top*c.plane.Stride:], c.plane.Stride, q, blocks[:whole], masks[:whole])
	}

	rest := even(c.blocksWide) - whole
	if rest == 0 {
		return
	}

	left := whole * t81.BlockSide
	for line := range t81.BlockSide {
		samples := c.plane.Row(min(top+line, c.plane.Height-1))[left:]
		out := window.Row(line)[:rest*t81.BlockSide]

		for x := copy(out, samples); x < len(out); x++ {
			out[x] = samples[len(samples)-1]
		}
	}

	forward(window.Pix, window.Stride, q, blocks[whole:whole+rest], masks[whole:whole+rest])
}
