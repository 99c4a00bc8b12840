package encoder

import "triptych/picture/webp/vp8"

// wholeLuma is the luma of a macroblock with one mode.
type wholeLuma struct {
	mode   vp8.Mode
	y2     vp8.Coefficients
	y2End  int
	levels [vp8.LumaBlocks]vp8.Coefficients
	ends   [vp8.LumaBlocks]int
	blocks [vp8.LumaBlocks]vp8.Block // the reconstruction
	score  int
}

func (w *wholeLuma) empty() bool { return w.y2End == 0 && allZero(w.ends[:]) }

func allZero(ends []int) bool {
	for _, end := range ends {
		if end != 0 {
			return false
		}
	}

	return true
}

// wholeTried is the number of modes that are quantized to be compared.
const wholeTried = 2

// chooseLuma returns the best mode for the luma of a whole macroblock.
func (f *frame) chooseLuma(s *source, x, y int, nz neighbors) *wholeLuma {
	var (
		predictions [vp8.PlaneModes][vp8.LumaBlocks]vp8.Block
		sketches    [vp8.PlaneModes]int
		edges       = f.reconstruction[0].edges(x, y)
	)

	for mode := range vp8.Mode(vp8.PlaneModes) {
		sketches[mode] = unreachable
		if mode != vp8.DC && !f.budget.fits(lumaModeCosts[mode]) {
			continue
		}

		vp8.Predict(predictions[mode][:], mode, &edges)

		sum := 0
		for i := range s.luma {
			sum += hadamard(&s.luma[i], &predictions[mode][i])
		}

		sketches[mode] = f.lumaRate.sketched(sum, lumaModeCosts[mode])
	}

	var order [vp8.PlaneModes]uint8

	least(sketches[:], order[:wholeTried])

	best := &f.whole[0]
	best.score = unreachable

	for i := range wholeTried {
		if sketches[order[i]] == unreachable {
			break
		}

		tried := &f.whole[1]
		if best == tried {
			tried = &f.whole[0]
		}

		tried.mode = vp8.Mode(order[i])
		f.codeLuma(tried, s, &predictions[tried.mode], nz, false)

		if tried.score < best.score {
			best = tried
		}
	}

	f.codeLuma(best, s, &predictions[best.mode], nz, true)

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

// codeLuma quantizes the luma of a macroblock of one mode.
func (f *frame) codeLuma(
	w *wholeLuma, s *source, predictions *[vp8.LumaBlocks]vp8.Block, nz neighbors, search bool,
) {
	var (
		c  [vp8.LumaBlocks]vp8.Coefficients
		dc vp8.Coefficients
	)

	for i := range c {
		forwardDCT(&c[i], &s.luma[i], &predictions[i])
		dc[i] = c[i][0]
	}

	context := int(nz.above[y2Context] + nz.left[y2Context])
	y2 := forwardWHT(&dc)

	if search {
		t := trellis{&f.costs, f.lumaRate.lambda, y2Distortion}
		w.y2End = t.quantize(&f.y2, vp8.Y2, context, 0, &w.y2, &y2)
	} else {
		w.y2End = f.y2.quantize(&w.y2, &y2, 0)
	}

	bits := lumaModeCosts[w.mode] + f.costs.block(vp8.Y2, context, 0, &w.y2, w.y2End)
	dc = vp8.InverseWHT(&y2)
	above, left := *nz.above, *nz.left
	errors := 0

	for i := range c {
		context := int(above[i%4] + left[i/4])

		if search {
			t := trellis{&f.costs, f.lumaRate.lambda, coefficientDistortion}
			w.ends[i] = t.quantize(&f.y1, vp8.LumaAfterY2, context, 1, &w.levels[i], &c[i])
		} else {
			w.ends[i] = f.y1.quantize(&w.levels[i], &c[i], 1)
		}

		bits += f.costs.block(vp8.LumaAfterY2, context, 1, &w.levels[i], w.ends[i])
		above[i%4] = nonzero(w.ends[i])
		left[i/4] = above[i%4]

		c[i][0] = dc[i]
		vp8.InverseDCT(&w.blocks[i], &predictions[i], &c[i])
		errors += squares(&w.blocks[i], &s.luma[i])
	}

	w.score = errors*distortion + bits*f.lumaRate.lambda
}
