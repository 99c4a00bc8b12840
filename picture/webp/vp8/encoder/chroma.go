package encoder

import "triptych/picture/webp/vp8"

// codedChroma is both chroma planes of a macroblock. They have the same mode.
type codedChroma struct {
	mode   vp8.Mode
	levels [2 * vp8.ChromaBlocks]vp8.Coefficients
	ends   [2 * vp8.ChromaBlocks]int
	blocks [2 * vp8.ChromaBlocks]vp8.Block
	score  int
}

func (c *codedChroma) empty() bool { return allZero(c.ends[:]) }

// chromaTried is the number of modes that are quantized to be compared.
const chromaTried = 2

// chooseChroma returns the best mode of the chroma planes. It is DC, or has at most room
// for its bits.
func (f *frame) chooseChroma(s *source, x, y int, nz neighbors, room int) *codedChroma {
	var (
		predictions [vp8.PlaneModes][2 * vp8.ChromaBlocks]vp8.Block
		sketches    [vp8.PlaneModes]int
		order       [chromaTried]uint8
		edges       = [2]vp8.Edges{f.reconstruction[1].edges(x, y), f.reconstruction[2].edges(x, y)}
	)

	for mode := range vp8.Mode(vp8.PlaneModes) {
		sketches[mode] = unreachable
		if mode != vp8.DC && chromaModeCosts[mode] > room {
			continue
		}

		vp8.Predict(predictions[mode][:vp8.ChromaBlocks], mode, &edges[0])
		vp8.Predict(predictions[mode][vp8.ChromaBlocks:], mode, &edges[1])

		sum := 0
		for i := range s.chroma {
			sum += hadamard(&s.chroma[i], &predictions[mode][i])
		}

		sketches[mode] = f.chromaRate.sketched(sum, chromaModeCosts[mode])
	}

	least(sketches[:], order[:])

	best := &f.colors[0]
	best.score = unreachable

	for _, mode := range order {
		if sketches[mode] == unreachable {
			break
		}

		tried := &f.colors[1]
		if best == tried {
			tried = &f.colors[0]
		}

		tried.mode = vp8.Mode(mode)
		f.codeChroma(tried, s, &predictions[mode], nz)

		if tried.score < best.score {
			best = tried
		}
	}

	return best
}

func (f *frame) codeChroma(
	c *codedChroma, s *source, predictions *[2 * vp8.ChromaBlocks]vp8.Block, nz neighbors,
) {
	above, left := *nz.above, *nz.left
	t := trellis{&f.costs, f.chromaRate.lambda, coefficientDistortion}
	bits, errors := chromaModeCosts[c.mode], 0

	for i := range s.chroma {
		var coefficients vp8.Coefficients

		a, l := chromaPlace(i)
		context := int(above[a] + left[l])

		forwardDCT(&coefficients, &s.chroma[i], &predictions[i])
		c.ends[i] = t.quantize(&f.chroma, vp8.Chroma, context, 0, &c.levels[i], &coefficients)
		bits += f.costs.block(vp8.Chroma, context, 0, &c.levels[i], c.ends[i])
		above[a] = nonzero(c.ends[i])
		left[l] = above[a]

		vp8.InverseDCT(&c.blocks[i], &predictions[i], &coefficients)
		errors += squares(&c.blocks[i], &s.chroma[i])
	}

	c.score = errors*distortion + bits*f.chromaRate.lambda
}
