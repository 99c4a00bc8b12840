package encoder

import (
	"triptych/picture/webp/vp8"
)

// budget limits the bits of modes. The first partition has all modes, and its length has
// 19 bits (RFC 6386, 9.1). The modes of subblocks take about 5 bytes of a macroblock, so
// that an image of more than 25 megapixels may exceed the length. Each macroblock may use
// the bits that its predecessors left of their equal shares.
type budget struct {
	bits        int // for all macroblocks, in 1/256 bit
	flags       int // for the segment of a macroblock, and the flag of whether tokens follow
	used, coded int
	room        int // for the modes of the present macroblock
}

const (
	longestFirst = 1<<19 - 1 // bytes
	// headersReserve is more than the bytes of the headers with all probabilities.
	headersReserve = 1 << 12
	budgetBits     = (longestFirst - headersReserve) * 8 * bit
)

// share sets the room of the next macroblock, of all.
func (b *budget) share(all int) {
	b.room = b.bits/all*(b.coded+1) - b.used - b.flags
}

// fits reports whether a mode of luma may be used. The chroma mode with the fewest bits,
// DC, still has to fit.
func (b *budget) fits(luma int) bool { return luma+chromaModeCosts[vp8.DC] <= b.room }

// spend counts the bits of the modes of a macroblock.
func (b *budget) spend(modes int) {
	b.used += modes + b.flags
	b.coded++
}
