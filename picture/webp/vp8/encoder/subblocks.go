package encoder

import "triptych/picture/webp/vp8"

// subblockLuma is the luma of a macroblock whose subblocks have modes of their own.
type subblockLuma struct {
	modes  [vp8.LumaBlocks]vp8.SubblockMode
	levels [vp8.LumaBlocks]vp8.Coefficients
	ends   [vp8.LumaBlocks]int
	// modeCost is the cost of all modes.
	modeCost int
}

func (s *subblockLuma) empty() bool { return allZero(s.ends[:]) }

// subblocksTried is the number of modes of a subblock that are quantized to be compared.
const subblocksTried = 3

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

	for i := range vp8.LumaBlocks {
		modeCosts := &subblockModeCosts[f.modeAbove(x, y, i)][f.modeLeft(x, y, i)]
		context := int(above[i%4] + left[i/4])
		best := f.codeSubblock(&s.luma[i], at, i, modeCosts, context)

		score += best.score
		made.modeCost += int(modeCosts[best.mode])

		if score >= limit || !f.budget.fits(made.modeCost) {
			return nil, false
		}

		made.modes[i], made.levels[i], made.ends[i] = best.mode, best.levels, best.end
		above[i%4] = nonzero(best.end)
		left[i/4] = above[i%4]

		luma.putBlock(&best.block, at+i/4*vp8.BlockSide*luma.stride+i%4*vp8.BlockSide)
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

// codedSubblock is a subblock with a mode.
type codedSubblock struct {
	mode   vp8.SubblockMode
	levels vp8.Coefficients
	end    int
	block  vp8.Block
	score  int
}

func (f *frame) codeSubblock(
	samples *vp8.Block, macroblock, block int, modeCosts *[vp8.SubblockModes]uint16, context int,
) *codedSubblock {
	var (
		edges       vp8.SubblockEdges
		predictions [vp8.SubblockModes]vp8.Block
		sketches    [vp8.SubblockModes]int
		order       [subblocksTried]uint8
	)

	f.reconstruction[0].subblockEdges(&edges, macroblock, block)

	for mode := range predictions {
		vp8.PredictSubblock(&predictions[mode], vp8.SubblockMode(mode), &edges)
		sketches[mode] = f.lumaRate.sketched(hadamard(samples, &predictions[mode]), int(modeCosts[mode]))
	}

	least(sketches[:], order[:])

	best := &f.tried[0]
	best.score = unreachable

	for _, mode := range order {
		tried := &f.tried[1]
		if best == tried {
			tried = &f.tried[0]
		}

		tried.mode = vp8.SubblockMode(mode)
		f.quantizeSubblock(tried, samples, &predictions[mode], int(modeCosts[mode]), context)

		if tried.score < best.score {
			best = tried
		}
	}

	return best
}

func (f *frame) quantizeSubblock(b *codedSubblock, samples, prediction *vp8.Block, modeCost, context int) {
	var c vp8.Coefficients

	forwardDCT(&c, samples, prediction)

	t := trellis{&f.costs, f.lumaRate.lambda, coefficientDistortion}
	b.end = t.quantize(&f.y1, vp8.LumaWithDC, context, 0, &b.levels, &c)
	vp8.InverseDCT(&b.block, prediction, &c)

	bits := modeCost + f.costs.block(vp8.LumaWithDC, context, 0, &b.levels, b.end)
	b.score = squares(&b.block, samples)*distortion + bits*f.lumaRate.lambda
}
