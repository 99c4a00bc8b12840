package encoder

import (
	"bytes"

	"triptych/picture/webp/vp8"
)

var transparent [vp8.MacroblockSide]byte

// hide marks the macroblocks that are transparent.
func (f *frame) hide() {
	if f.alpha == nil {
		return
	}

	for y := range f.high {
		for x := range f.wide {
			f.macroblocks[y*f.wide+x].hidden = f.isHidden(x, y)
		}
	}
}

func (f *frame) isHidden(x, y int) bool {
	left, right := x*vp8.MacroblockSide, min((x+1)*vp8.MacroblockSide, f.alpha.Width)

	for row := y * vp8.MacroblockSide; row < min((y+1)*vp8.MacroblockSide, f.alpha.Height); row++ {
		if !bytes.Equal(f.alpha.Row(row)[left:right], transparent[:right-left]) {
			return false
		}
	}

	return true
}

// codeHidden gives a macroblock the mode with the fewest bits and no levels.
func (f *frame) codeHidden(mb *macroblock, x, y int, nz neighbors) {
	var blocks [vp8.LumaBlocks]vp8.Block

	for i := range f.reconstruction {
		plane := blocks[:]
		if i > 0 {
			plane = blocks[:vp8.ChromaBlocks]
		}

		edges := f.reconstruction[i].edges(x, y)
		vp8.Predict(plane, vp8.DC, &edges)
		f.reconstruction[i].put(plane, x, y)
	}

	mb.luma, mb.chroma, mb.skip = vp8.DC, vp8.DC, true
	for i := range mb.subblocks {
		mb.subblocks[i] = vp8.Implied[vp8.DC]
	}

	f.budget.spend(lumaModeCosts[vp8.DC] + chromaModeCosts[vp8.DC])
	nz.clear(true)
	f.refresh()
}
