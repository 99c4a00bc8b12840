package encoder

import "triptych/picture/webp/vp8"

// subblockLuma is the luma of a macroblock whose subblocks have modes of their own.
type subblockLuma struct {
	modes  [vp8.LumaBlocks]vp8.SubblockMode
	blocks [vp8.LumaBlocks]codedBlock
	// modeCost is the cost of all modes.
	modeCost int
}

func (s *subblockLuma) empty() bool { return allZero(s.blocks[:]) }

// subblocksTried is the number of modes of a subblock that are quantized to be compared.
const subblocksTried = 2

// subblockNear is the share of the estimate of a mode by which others may exceed it.
const subblockNear = 4

// fewestSubblockBits is about the number of bits of a subblock with the best mode and no
// levels. A macroblock that takes fewer bits than its subblocks needs no comparison.
const fewestSubblockBits = 2 * bit

// chooseSubblocks chooses a mode for each subblock, and reconstructs them. It stops as
// soon as the score is not below limit, or the modes exceed the budget, and then returns
// false.
func (f *frame) chooseSubblocks(s *source, x, y int, nz neighbors, limit int) (*subblockLuma, bool) {
	var (
		made        = &f.subblocks
		luma        = &f.reconstruction[0]
		at          = luma.at(x, y)
		above, left = *nz.above, *nz.left
		score       = f.lumaRate.lambda * lumaModeCosts[vp8.BySubblocks]
	)

	made.modeCost = lumaModeCosts[vp8.BySubblocks]

	if limit <= score+f.lumaRate.lambda*vp8.LumaBlocks*fewestSubblockBits {
		return nil, false
	}

	for i := range vp8.LumaBlocks {
		modeCosts := &subblockModeCosts[f.modeAbove(x, y, i)][f.modeLeft(x, y, i)]
		context := int(above[i%4] + left[i/4])
		block := &made.blocks[i]
		mode, least := f.codeSubblock(made.blocks[i:i+1], s.luma[i:i+1], at, i, modeCosts, context)

		score += least
		made.modes[i] = mode
		made.modeCost += int(modeCosts[mode])

		if score >= limit || !f.budget.fits(made.modeCost) {
			return nil, false
		}

		above[i%4] = nonzero(block.end)
		left[i/4] = above[i%4]

		luma.putBlock(&block.block, at+i/4*vp8.BlockSide*luma.stride+i%4*vp8.BlockSide)
	}

	return made, true
}

// modeAbove returns the mode of the subblock above. It is SubDC outside the frame (RFC
// 6386, 11.3).
func (f *frame) modeAbove(x, y, block int) vp8.SubblockMode {
	switch {
	case block >= 4:
		return f.subblocks.modes[block-4]
	case y == 0:
		return vp8.SubDC
	default:
		return f.macroblocks[(y-1)*f.wide+x].subblocks[block+12]
	}
}

// modeLeft returns the mode of the subblock at the left.
func (f *frame) modeLeft(x, y, block int) vp8.SubblockMode {
	switch {
	case block%4 > 0:
		return f.subblocks.modes[block-1]
	case x == 0:
		return vp8.SubDC
	default:
		return f.macroblocks[y*f.wide+x-1].subblocks[block+3]
	}
}

// codeSubblock chooses the mode of a subblock, and sets b to the result of this mode. It
// returns the mode and its score.
func (f *frame) codeSubblock(
	b []codedBlock, samples []vp8.Block, macroblock, block int, modeCosts *[vp8.SubblockModes]uint16, context int,
) (vp8.SubblockMode, int) {
	var (
		edges vp8.SubblockEdges
		order [subblocksTried]uint8
		c     [subblocksTried]vp8.Coefficients
		tried = &f.tried
		drawn = &f.sketches
		best  int
		score = unreachable
	)

	f.reconstruction[0].subblockEdges(&edges, macroblock, block)
	drawn.sketch(&samples[0], &edges)

	// The lowest four bits of a key are a mode: of equal modes, the first one is chosen.
	const modeBits = 4

	first, second := unreachable, unreachable

	for mode := range drawn.magnitudes {
		key := f.lumaRate.sketched(int(drawn.magnitudes[mode]), int(modeCosts[mode]))<<modeBits | mode
		second = min(second, max(first, key))
		first = min(first, key)
	}

	order[0], order[1] = uint8(first&(1<<modeBits-1)), uint8(second&(1<<modeBits-1))

	var originals, predictions [subblocksTried]vp8.Block

	for i, mode := range order {
		originals[i], predictions[i] = samples[0], drawn.predictions[mode]
	}

	count := 1
	if near(second, first, subblockNear) {
		count = subblocksTried
	}

	forward(c[:count], originals[:], predictions[:])
	f.luma.quantize(tried[:count], c[:], originals[:], predictions[:], noDC[:])

	for i, mode := range order[:count] {
		sum := int(tried[i].errors)*distortion + int(modeCosts[mode])*f.lumaRate.lambda
		if sum >= score { // with no bits for its levels
			continue
		}

		bits := f.costs.block(vp8.LumaWithDC, context, 0, &tried[i].levels, int(tried[i].end))
		if s := sum + bits*f.lumaRate.lambda; s < score {
			best, score = i, s
		}
	}

	b[0] = tried[best]

	return vp8.SubblockMode(order[best]), score
}

// noDC is for blocks without a DC coefficient from Y2.
var noDC [subblocksTried]int16
