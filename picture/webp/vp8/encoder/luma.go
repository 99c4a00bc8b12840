package encoder

import "triptych/picture/webp/vp8"

// wholeLuma is the luma of a macroblock with one mode.
type wholeLuma struct {
	mode   vp8.Mode
	y2     vp8.Coefficients
	y2End  int
	blocks [vp8.LumaBlocks]codedBlock
	score  int
}

func (w *wholeLuma) empty() bool { return w.y2End == 0 && allZero(w.blocks[:]) }

func allZero(blocks []codedBlock) bool {
	for i := range blocks {
		if blocks[i].end != 0 {
			return false
		}
	}

	return true
}

// wholeTried is the number of modes that are quantized to be compared.
const wholeTried = 2

// planeNear is the share of the estimate of a mode by which others may exceed it.
const planeNear = 8

// chooseLuma returns the best mode for the luma of a whole macroblock.
func (f *frame) chooseLuma(s *source, x, y int, nz neighbors) *wholeLuma {
	var (
		predictions = &f.wholePredictions
		sketches    [vp8.PlaneModes]int
		edges       = f.reconstruction[0].edges(x, y)
	)

	sums := sketchPlane(s.luma[:], &[vp8.PlaneModes][]vp8.Block{
		predictions[0][:], predictions[1][:], predictions[2][:], predictions[3][:],
	}, &edges)

	for mode, sum := range sums {
		sketches[mode] = f.lumaRate.sketched(int(sum), lumaModeCosts[mode])
		if vp8.Mode(mode) != vp8.DC && !f.budget.fits(lumaModeCosts[mode]) {
			sketches[mode] = unreachable
		}
	}

	var order [vp8.PlaneModes]uint8

	least(sketches[:], order[:wholeTried])

	best := &f.whole[0]
	best.score = unreachable

	for i := range wholeTried {
		if !near(sketches[order[i]], sketches[order[0]], planeNear) {
			break
		}

		tried := &f.whole[1]
		if best == tried {
			tried = &f.whole[0]
		}

		tried.mode = vp8.Mode(order[i])
		f.codeLuma(tried, s, &predictions[tried.mode], nz, best.score)

		if tried.score < best.score {
			best = tried
		}
	}

	return best
}

// least sets order to the indices of the lowest values, the lowest first.
func least(values []int, order []uint8) {
	found := 0

	for i := range values {
		at := found
		for ; at > 0 && values[i] < values[order[at-1]]; at-- {
			if at < len(order) {
				order[at] = order[at-1]
			}
		}

		if at < len(order) {
			order[at] = uint8(i)
			found = min(found+1, len(order))
		}
	}
}

// codeLuma quantizes the luma of a macroblock of one mode, to compare it with others. The
// score is unreachable if it is not below limit.
func (f *frame) codeLuma(
	w *wholeLuma, s *source, predictions *[vp8.LumaBlocks]vp8.Block, nz neighbors, limit int,
) {
	var c [vp8.LumaBlocks]vp8.Coefficients

	forward(c[:], s.luma[:], predictions[:])

	y2 := y2Of(&c)
	w.y2End = f.y2.quantize(&w.y2, &y2, 0)
	dc := vp8.InverseWHT(&y2)

	f.lumaAC.quantize(w.blocks[:], c[:], s.luma[:], predictions[:], dc[:])

	context := int(nz.above[y2Context] + nz.left[y2Context])
	bits := lumaModeCosts[w.mode] + f.costs.block(vp8.Y2, context, 0, &w.y2, w.y2End)
	w.score = errorsOf(w.blocks[:])*distortion + bits*f.lumaRate.lambda
	above, left := *nz.above, *nz.left

	for i := range w.blocks {
		if w.score >= limit {
			w.score = unreachable

			return
		}

		b := &w.blocks[i]
		w.score += f.lumaRate.lambda * f.costs.block(vp8.LumaAfterY2, int(above[i%4]+left[i/4]), 1, &b.levels, int(b.end))
		above[i%4] = nonzero(b.end)
		left[i/4] = above[i%4]
	}
}

// errorsOf returns the sum of the errors of blocks.
func errorsOf(blocks []codedBlock) int {
	sum := 0
	for i := range blocks {
		sum += int(blocks[i].errors)
	}

	return sum
}

func y2Of(c *[vp8.LumaBlocks]vp8.Coefficients) vp8.Coefficients {
	var dc vp8.Coefficients

	for i := range c {
		dc[i] = c[i][0]
	}

	return forwardWHT(&dc)
}
