package encoder

import "triptych/picture/webp/vp8"

// canvas is a plane of the reconstruction, of whole macroblocks. A row above it and a
// column at its left have the samples outside the frame (RFC 6386, 12.2 and 12.3).
type canvas struct {
	pix    []byte
	stride int
	origin int // the offset of the first sample
	side   int // of a macroblock
}

// margin is the number of bytes at each side of a row. The first subblocks after the right
// edge are read for the predictions of the last ones.
const margin = 8

func newCanvas(wide, high, side int) canvas {
	c := canvas{stride: wide*side + 2*margin, side: side}
	c.pix = make([]byte, (high*side+1)*c.stride)
	c.origin = c.stride + margin

	for i := range c.stride {
		c.pix[i] = vp8.AboveFrame
	}

	for y := range high * side {
		c.pix[c.origin+y*c.stride-1] = vp8.LeftFrame
	}

	return c
}

// at returns the offset of the first sample of a macroblock.
func (c *canvas) at(x, y int) int { return c.origin + y*c.side*c.stride + x*c.side }

// edges returns the samples around a macroblock.
func (c *canvas) edges(x, y int) vp8.Edges {
	e := vp8.Edges{HasAbove: y > 0, HasLeft: x > 0}
	at := c.at(x, y)
	above := c.pix[at-c.stride-1:]
	e.Corner = above[0]
	copy(e.Above[:c.side], above[1:])

	for row := range c.side {
		e.Left[row] = c.pix[at+row*c.stride-1]
	}

	return e
}

// put writes the blocks of a macroblock.
func (c *canvas) put(blocks []vp8.Block, x, y int) {
	wide := c.side / vp8.BlockSide
	at := c.at(x, y)

	for i := range blocks {
		c.putBlock(&blocks[i], at+i/wide*vp8.BlockSide*c.stride+i%wide*vp8.BlockSide)
	}
}

// putCoded writes the reconstruction of a macroblock.
func (c *canvas) putCoded(blocks []codedBlock, x, y int) {
	wide := c.side / vp8.BlockSide
	at := c.at(x, y)

	for i := range blocks {
		c.putBlock(&blocks[i].block, at+i/wide*vp8.BlockSide*c.stride+i%wide*vp8.BlockSide)
	}
}

func (c *canvas) putBlock(b *vp8.Block, at int) {
	for y := 0; y < vp8.BlockSize; y += vp8.BlockSide {
		copy(c.pix[at:at+vp8.BlockSide], b[y:y+vp8.BlockSide])
		at += c.stride
	}
}

// extend repeats the last sample of a row of macroblocks to the right. The last
// macroblock of the next row is predicted from these samples as libwebp does.
func (c *canvas) extend(wide, y int) {
	end := c.at(wide, y) + (c.side-1)*c.stride
	for i := range vp8.BlockSide {
		c.pix[end+i] = c.pix[end-1]
	}
}

// subblockEdges returns the samples around a luma subblock. The four samples above the
// next subblock to the right are not decoded yet in the last column, except in the first
// row. There, the samples above the next macroblock are used (RFC 6386, 12.3).
func (c *canvas) subblockEdges(e *vp8.SubblockEdges, macroblock, block int) {
	row, column := block/4, block%4
	at := macroblock + row*vp8.BlockSide*c.stride + column*vp8.BlockSide

	for i := range vp8.BlockSide {
		e[i] = c.pix[at+(vp8.BlockSide-1-i)*c.stride-1]
	}

	above := c.pix[at-c.stride-1:]
	copy(e[4:], above[:9])

	if column == 3 && row > 0 {
		copy(e[9:], c.pix[macroblock-c.stride+vp8.MacroblockSide:][:vp8.BlockSide])
	}
}
