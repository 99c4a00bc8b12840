package encoder

import "triptych/picture/webp/vp8"

// codedChroma is both chroma planes of a macroblock. They have the same mode.
type codedChroma struct {
	mode   vp8.Mode
	blocks [2 * vp8.ChromaBlocks]codedBlock
	score  int
}

func (c *codedChroma) empty() bool { return allZero(c.blocks[:]) }

// chromaTried is the number of modes that are quantized to be compared.
const chromaTried = 2

// chooseChroma returns the best mode of the chroma planes. It is DC, or has at most room
// for its bits.
func (f *frame) chooseChroma(s *source, x, y int, nz neighbors, room int) *codedChroma {
	var (
		predictions = &f.colorPredictions
		sketches    [vp8.PlaneModes]int
		order       [chromaTried]uint8
		edges       = [2]vp8.Edges{f.reconstruction[1].edges(x, y), f.reconstruction[2].edges(x, y)}
	)

	for i := range edges {
		var made [vp8.PlaneModes][]vp8.Block
		for mode := range made {
			made[mode] = predictions[mode][i*vp8.ChromaBlocks:][:vp8.ChromaBlocks]
		}

		sums := sketchPlane(s.chroma[i*vp8.ChromaBlocks:][:vp8.ChromaBlocks], &made, &edges[i])
		for mode, sum := range sums {
			sketches[mode] += f.chromaRate.sketched(int(sum), 0)
		}
	}

	for mode, cost := range chromaModeCosts {
		sketches[mode] += f.chromaRate.sketched(0, cost)
		if vp8.Mode(mode) != vp8.DC && cost > room {
			sketches[mode] = unreachable
		}
	}

	least(sketches[:], order[:])

	best := &f.colors[0]
	best.score = unreachable

	for _, mode := range order {
		if !near(sketches[mode], sketches[order[0]], planeNear) {
			break
		}

		tried := &f.colors[1]
		if best == tried {
			tried = &f.colors[0]
		}

		tried.mode = vp8.Mode(mode)
		f.codeChroma(tried, s, &predictions[mode], nz, best.score)

		if tried.score < best.score {
			best = tried
		}
	}

	return best
}

// codeChroma quantizes the chroma of a macroblock of one mode, to compare it with others.
// The score is unreachable if it is not below limit.
func (f *frame) codeChroma(
	c *codedChroma, s *source, predictions *[2 * vp8.ChromaBlocks]vp8.Block, nz neighbors, limit int,
) {
	var (
		coefficients [2 * vp8.ChromaBlocks]vp8.Coefficients
		noDC         [2 * vp8.ChromaBlocks]int16
		above, left  = *nz.above, *nz.left
	)

	forward(coefficients[:], s.chroma[:], predictions[:])
	f.color.quantize(c.blocks[:], coefficients[:], s.chroma[:], predictions[:], noDC[:])

	c.score = errorsOf(c.blocks[:])*distortion + chromaModeCosts[c.mode]*f.chromaRate.lambda

	for i := range c.blocks {
		if c.score >= limit {
			c.score = unreachable

			return
		}

		b := &c.blocks[i]
		at, l := chromaPlace(i)
		c.score += f.chromaRate.lambda * f.costs.block(vp8.Chroma, int(above[at]+left[l]), 0, &b.levels, int(b.end))
		above[at] = nonzero(b.end)
		left[l] = above[at]
	}
}
