package encoder

import "triptych/picture/webp/vp8"

// neighbors has, for each block at an edge of a macroblock, 1 if the block beyond it has
// levels that are not zero (RFC 6386, 13.3).
type neighbors struct{ above, left *contexts }

// contexts are four of luma, two of each chroma plane, and one of Y2.
type contexts [9]uint8

const y2Context = 8

// clear is for a macroblock without tokens. Y2 keeps its context if the macroblock has no
// such block.
func (n neighbors) clear(hasY2 bool) {
	above, left := n.above[y2Context], n.left[y2Context]
	*n.above, *n.left = contexts{}, contexts{}

	if !hasY2 {
		n.above[y2Context], n.left[y2Context] = above, left
	}
}

// chromaPlace returns the indices in the contexts above and at the left of a block of chroma:
// four of each plane.
func chromaPlace(block int) (above, left int) {
	plane := vp8.BlockSide + block/vp8.ChromaBlocks*2

	return plane + block%2, plane + block%vp8.ChromaBlocks/2
}

// nonzero is the context of a block for its neighbors.
func nonzero(end int32) uint8 { return uint8(min(end, 1)) }
