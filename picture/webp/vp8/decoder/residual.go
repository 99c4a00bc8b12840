package decoder

import "triptych/picture/webp/vp8"

// The blocks of a macroblock: 16 of luma, then 4 of each chroma plane.
const (
	firstU = vp8.LumaBlocks
	firstV = firstU + vp8.ChromaBlocks
	blocks = firstV + vp8.ChromaBlocks
)

// contexts report which blocks next to a macroblock have coefficients: the last row above
// it, or the last column to its left (RFC 6386, 13.3). Each is 0 or 1.
type contexts struct {
	luma   [vp8.BlockSide]uint8
	chroma [2][vp8.BlockSide / 2]uint8
	y2     uint8
}

// residual is the coefficients of a macroblock.
type residual struct {
	coefficients [blocks]vp8.Coefficients
	ends         [blocks]uint8 // the index after the last token of each block
	coded        [blocks]uint8 // what each block has coefficients of
	// large is set if the inverse DCT of a coefficient may exceed 16 bits.
	large bool
}

// What a block has coefficients of.
const (
	nothing = iota
	onlyDC
	few // up to the third one in zigzag order
	several
)

// exactLimit is above the magnitudes with which the inverse DCT does not exceed 16 bits: the
// factors of its two passes are at most 3.85 each. No encoder writes larger ones.
const exactLimit = 2048

// read decodes the coefficients of a macroblock, and reports whether there are any (RFC
// 6386, 13). The coefficients are zero before.
func (c *residual) read(f *frame, m *macroblock, r *reader, above, left *contexts) bool {
	var (
		steps = &f.steps[m.segment]
		kind  = vp8.LumaWithDC
		first = 0
		large uint32
		found uint8
	)

	if m.luma != vp8.BySubblocks {
		var y2 vp8.Coefficients

		end := r.coefficients(&f.bands[vp8.Y2], int(above.y2+left.y2), 0, &steps.Y2, &y2, &large)
		above.y2 = bit(end > 0)
		left.y2 = above.y2

		if end > 0 {
			large |= c.spread(&y2, end)
		}

		kind, first = vp8.LumaAfterY2, 1
	}

	c.readSquare(r, &f.bands[kind], first, &steps.Y1, 0, vp8.LumaBlocks, above.luma[:], left.luma[:], &large)
	c.readSquare(r, &f.bands[vp8.Chroma], 0, &steps.Chroma, firstU, vp8.ChromaBlocks, above.chroma[0][:], left.chroma[0][:], &large)
	c.readSquare(r, &f.bands[vp8.Chroma], 0, &steps.Chroma, firstV, vp8.ChromaBlocks, above.chroma[1][:], left.chroma[1][:], &large)

	for i, end := range c.ends {
		c.coded[i] = c.content(i, int(end))
		found |= c.coded[i]
	}

	c.large = large >= exactLimit

	return found != nothing
}

// readSquare decodes the coefficients of the blocks of a plane, row by row: count blocks from the
// block at on, each from the coefficient first on.
func (c *residual) readSquare(
	r *reader, b *bands, first int, steps *[2]int32, at, count int, above, left []uint8, large *uint32,
) {
	blocks, ends := c.coefficients[at:at+count], c.ends[at:at+count]
	if r.readBlocks(b, first, steps, blocks, ends, above, left, large) {
		return
	}

	for i := range blocks {
		a, l := &above[i%len(above)], &left[i/len(above)]
		end := r.coefficients(b, int(*a+*l), first, steps, &blocks[i], large)
		*a = bit(end > first)
		*l = *a
		ends[i] = uint8(end)
	}
}

// content returns what a block has coefficients of. end is the index after its last token.
func (c *residual) content(i, end int) uint8 {
	switch {
	case end > 3:
		return several
	case end > 1:
		return few
	case c.coefficients[i][0] != 0:
		return onlyDC
	default:
		return nothing
	}
}

// spread sets the DC coefficients of luma from Y2 (RFC 6386, 14.3). It returns the bits of
// their magnitudes.
func (c *residual) spread(y2 *vp8.Coefficients, end int) uint32 {
	if end == 1 {
		dc := (int32(y2[0]) + 3) >> 3
		for i := range vp8.LumaBlocks {
			c.coefficients[i][0] = int16(dc)
		}

		return uint32(max(dc, -dc))
	}

	large := uint32(0)

	for i, dc := range vp8.InverseWHT(y2) {
		c.coefficients[i][0] = dc
		large |= uint32(max(int32(dc), -int32(dc)))
	}

	return large
}

// skip marks a macroblock without coefficients as a neighbor (RFC 6386, 11.1).
func skip(m *macroblock, above, left *contexts) {
	for _, c := range []*contexts{above, left} {
		y2 := c.y2
		*c = contexts{}

		if m.luma == vp8.BySubblocks {
			c.y2 = y2
		}
	}
}

// clear sets the coefficients to zero.
func (c *residual) clear() { c.coefficients = [blocks]vp8.Coefficients{} }
