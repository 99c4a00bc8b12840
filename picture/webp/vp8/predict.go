//nolint:dupl // The modes have lines of the same form.
package vp8

import "encoding/binary"

// Edges are the samples around a macroblock from which one of its planes is predicted:
// above from left to right, and at the left from top to bottom. Chroma has the first eight.
type Edges struct {
	Above, Left [MacroblockSide]byte
	Corner      byte
	// HasAbove and HasLeft report whether the neighbors are in the frame. This matters to
	// the mode DC only.
	HasAbove, HasLeft bool
}

// Predict predicts a plane of a macroblock: 16 blocks of luma or 4 of chroma, row by row
// (RFC 6386, 12.2 and 12.3).
func Predict(blocks []Block, mode Mode, edges *Edges) {
	wide := 2
	if len(blocks) == LumaBlocks {
		wide = 4
	}

	switch mode {
	case Vertical:
		for i := range blocks {
			row := binary.LittleEndian.Uint32(edges.Above[i%wide*BlockSide:])
			fillRows(&blocks[i], row, row, row, row)
		}
	case Horizontal:
		for i := range blocks {
			left := (*[BlockSide]byte)(edges.Left[i/wide*BlockSide:])
			fillRows(&blocks[i], repeated(left[0]), repeated(left[1]), repeated(left[2]), repeated(left[3]))
		}
	case TrueMotion:
		for i := range blocks {
			above := (*[BlockSide]byte)(edges.Above[i%wide*BlockSide:])
			left := (*[BlockSide]byte)(edges.Left[i/wide*BlockSide:])
			trueMotion(&blocks[i], above, left, edges.Corner)
		}
	default:
		row := repeated(edges.mean(wide * BlockSide))
		for i := range blocks {
			fillRows(&blocks[i], row, row, row, row)
		}
	}
}

// repeated returns a row of four same samples.
func repeated(sample byte) uint32 { return uint32(sample) * 0x01010101 }

func fillRows(b *Block, first, second, third, fourth uint32) {
	binary.LittleEndian.PutUint32(b[0:], first)
	binary.LittleEndian.PutUint32(b[4:], second)
	binary.LittleEndian.PutUint32(b[8:], third)
	binary.LittleEndian.PutUint32(b[12:], fourth)
}

// mean is the prediction of the mode DC: the mean of the neighbors in the frame.
func (e *Edges) mean(side int) byte {
	sum, count := 0, 0

	if e.HasAbove {
		for _, sample := range e.Above[:side] {
			sum += int(sample)
		}

		count += side
	}

	if e.HasLeft {
		for _, sample := range e.Left[:side] {
			sum += int(sample)
		}

		count += side
	}

	if count == 0 {
		const middle = 128

		return middle
	}

	return byte((sum + count/2) / count)
}

func trueMotion(block *Block, above, left *[BlockSide]byte, corner byte) {
	for y, l := range left {
		difference := int32(l) - int32(corner)
		for x, a := range above {
			block[y*BlockSide+x] = clamp(int32(a) + difference)
		}
	}
}

// clamp limits a value to 0 to 255.
func clamp(v int32) byte {
	if uint32(v) > 255 {
		return byte(^v >> 31)
	}

	return byte(v)
}

// SubblockEdges are the 13 samples from which a subblock is predicted: those at the left
// from bottom to top, the corner, and eight above from left to right (RFC 6386, 12.3).
type SubblockEdges [13]byte

// PredictSubblock predicts a luma subblock (RFC 6386, 12.3).
func PredictSubblock(b *Block, mode SubblockMode, e *SubblockEdges) {
	switch mode {
	case SubTrueMotion:
		trueMotion(b, (*[BlockSide]byte)(e[5:]), &[BlockSide]byte{e[3], e[2], e[1], e[0]}, e[4])
	case SubVertical:
		for x := range BlockSide {
			v := mean3(e[4+x], e[5+x], e[6+x])
			b[x], b[4+x], b[8+x], b[12+x] = v, v, v, v
		}
	case SubHorizontal:
		fillRow(b, 0, mean3(e[4], e[3], e[2]))
		fillRow(b, 1, mean3(e[3], e[2], e[1]))
		fillRow(b, 2, mean3(e[2], e[1], e[0]))
		fillRow(b, 3, mean3(e[1], e[0], e[0]))
	case SubLeftDown:
		leftDown(b, e)
	case SubRightDown:
		rightDown(b, e)
	case SubVerticalRight:
		verticalRight(b, e)
	case SubVerticalLeft:
		verticalLeft(b, e)
	case SubHorizontalDown:
		horizontalDown(b, e)
	case SubHorizontalUp:
		horizontalUp(b, e)
	default:
		sum := 4
		for i := range BlockSide {
			sum += int(e[i]) + int(e[5+i])
		}

		for y := range BlockSide {
			fillRow(b, y, byte(sum>>3))
		}
	}
}

func fillRow(b *Block, y int, v byte) {
	row := b[y*BlockSide:][:BlockSide]
	row[0], row[1], row[2], row[3] = v, v, v, v
}

func mean2(a, b byte) byte { return byte((uint32(a) + uint32(b) + 1) >> 1) }

func mean3(a, b, c byte) byte { return byte((uint32(a) + 2*uint32(b) + uint32(c) + 2) >> 2) }

func leftDown(b *Block, e *SubblockEdges) {
	b[0] = mean3(e[5], e[6], e[7])
	b[1] = mean3(e[6], e[7], e[8])
	b[2] = mean3(e[7], e[8], e[9])
	b[3] = mean3(e[8], e[9], e[10])
	b[7] = mean3(e[9], e[10], e[11])
	b[11] = mean3(e[10], e[11], e[12])
	b[15] = mean3(e[11], e[12], e[12])
	b[4], b[5], b[6] = b[1], b[2], b[3]
	b[8], b[9], b[10] = b[2], b[3], b[7]
	b[12], b[13], b[14] = b[3], b[7], b[11]
}

func rightDown(b *Block, e *SubblockEdges) {
	b[12] = mean3(e[0], e[1], e[2])
	b[8] = mean3(e[1], e[2], e[3])
	b[4] = mean3(e[2], e[3], e[4])
	b[0] = mean3(e[3], e[4], e[5])
	b[1] = mean3(e[4], e[5], e[6])
	b[2] = mean3(e[5], e[6], e[7])
	b[3] = mean3(e[6], e[7], e[8])
	b[5], b[6], b[7] = b[0], b[1], b[2]
	b[9], b[10], b[11] = b[4], b[0], b[1]
	b[13], b[14], b[15] = b[8], b[4], b[0]
}

func verticalRight(b *Block, e *SubblockEdges) {
	b[12] = mean3(e[1], e[2], e[3])
	b[8] = mean3(e[2], e[3], e[4])
	b[4] = mean3(e[3], e[4], e[5])
	b[0] = mean2(e[4], e[5])
	b[5] = mean3(e[4], e[5], e[6])
	b[1] = mean2(e[5], e[6])
	b[6] = mean3(e[5], e[6], e[7])
	b[2] = mean2(e[6], e[7])
	b[7] = mean3(e[6], e[7], e[8])
	b[3] = mean2(e[7], e[8])
	b[13], b[9], b[14], b[10], b[15], b[11] = b[4], b[0], b[5], b[1], b[6], b[2]
}

func verticalLeft(b *Block, e *SubblockEdges) {
	b[0] = mean2(e[5], e[6])
	b[4] = mean3(e[5], e[6], e[7])
	b[1] = mean2(e[6], e[7])
	b[5] = mean3(e[6], e[7], e[8])
	b[2] = mean2(e[7], e[8])
	b[6] = mean3(e[7], e[8], e[9])
	b[3] = mean2(e[8], e[9])
	b[7] = mean3(e[8], e[9], e[10])
	b[11] = mean3(e[9], e[10], e[11])
	b[15] = mean3(e[10], e[11], e[12])
	b[8], b[12], b[9], b[13], b[10], b[14] = b[1], b[5], b[2], b[6], b[3], b[7]
}

func horizontalDown(b *Block, e *SubblockEdges) {
	b[12] = mean2(e[0], e[1])
	b[13] = mean3(e[0], e[1], e[2])
	b[8] = mean2(e[1], e[2])
	b[9] = mean3(e[1], e[2], e[3])
	b[4] = mean2(e[2], e[3])
	b[5] = mean3(e[2], e[3], e[4])
	b[0] = mean2(e[3], e[4])
	b[1] = mean3(e[3], e[4], e[5])
	b[2] = mean3(e[4], e[5], e[6])
	b[3] = mean3(e[5], e[6], e[7])
	b[14], b[15], b[10], b[11], b[6], b[7] = b[8], b[9], b[4], b[5], b[0], b[1]
}

func horizontalUp(b *Block, e *SubblockEdges) {
	b[0] = mean2(e[3], e[2])
	b[1] = mean3(e[3], e[2], e[1])
	b[2] = mean2(e[2], e[1])
	b[3] = mean3(e[2], e[1], e[0])
	b[6] = mean2(e[1], e[0])
	b[7] = mean3(e[1], e[0], e[0])
	b[4], b[5], b[8], b[9] = b[2], b[3], b[6], b[7]
	b[10], b[11] = e[0], e[0]
	fillRow(b, 3, e[0])
}
