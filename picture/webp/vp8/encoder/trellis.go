package encoder

import (
	"math"

	"triptych/picture/webp/vp8"
)

// trellis finds the levels of a block with the least distortion plus weighted rate. The
// cost of a level depends on the previous level by its context of 0, 1 or 2. Therefore the
// search keeps the best levels so far for each of the three contexts (the algorithm of
// Viterbi). For each coefficient it tries the nearest level and the next one below.
type trellis struct {
	costs *costs
	// lambda is the weight of 1/256 bit, and scale that of a squared error of a
	// coefficient. See rate.go.
	lambda, scale int
}

// way is the best way to a context: the level and the previous context.
type way struct {
	level   int16
	context uint8
}

const unreachable = math.MaxInt / 2

// quantize has the parameters and results of [steps.quantize].
func (t *trellis) quantize(s *steps, kind vp8.Kind, context, first int, levels, c *vp8.Coefficients) int {
	var (
		sizes [vp8.BlockSize]int     // magnitudes in zigzag order
		tail  [vp8.BlockSize + 1]int // errors if this level and the rest are zero
		last  = first - 1            // the last coefficient whose nearest level is not zero
	)

	for n := vp8.BlockSize - 1; n >= first; n-- {
		size := int(magnitude(int32(c[vp8.Zigzag[n]&(vp8.BlockSize-1)])))
		sizes[n] = size
		tail[n] = tail[n+1] + size*size*t.scale

		if last < first && 2*size >= int(s.size[min(n, 1)]) {
			last = n
		}
	}

	if last < first {
		*levels, *c = vp8.Coefficients{}, vp8.Coefficients{}

		return 0
	}

	var (
		lambda                     = t.lambda
		bands                      = &t.costs[kind]
		start                      = &bands[vp8.Bands[first]][context]
		best, bestEnd, bestContext = tail[first] + lambda*start.end, first, 0
		ways                       [vp8.BlockSize][vp8.Contexts]way
		scores                     = [vp8.Contexts]int{unreachable, unreachable, unreachable}
	)

	scores[context] = 0
	if context == 0 {
		scores[0] = lambda * start.more
	}

	for n := first; n <= last; n++ {
		stepSize := s.size[min(n, 1)]
		nearest := min(int(uint32(int32(sizes[n])+stepSize/2)*s.reciprocal[min(n, 1)]>>reciprocalBits), mostLevel)
		contexts := &bands[vp8.Bands[n]]
		next := [vp8.Contexts]int{unreachable, unreachable, unreachable}

		for level := max(nearest-1, 0); level <= nearest; level++ {
			variable := min(level, variableLevels-1)
			score, from := cheapest(&scores, contexts, lambda, variable)
			difference := sizes[n] - level*int(stepSize)
			score += difference*difference*t.scale + lambda*int(extraCosts[level&mostLevel])

			if to := min(level, 2); score < next[to] {
				next[to], ways[n][to] = score, way{int16(level), from}
			}
		}

		scores = next

		for at := 1; at < vp8.Contexts; at++ {
			end := scores[at] + tail[n+1]
			if n+1 < vp8.BlockSize {
				end += lambda * bands[vp8.Bands[n+1]][at].end
			}

			if end < best {
				best, bestEnd, bestContext = end, n+1, at
			}
		}
	}

	return take(s, &ways, levels, c, first, bestEnd, bestContext)
}

// cheapest returns the lowest score with a level after each context, and that context.
func cheapest(scores *[vp8.Contexts]int, contexts *[vp8.Contexts]contextCosts, lambda, level int) (int, uint8) {
	score, from := scores[0]+lambda*int(contexts[0].levels[level]), uint8(0)

	if with := scores[1] + lambda*int(contexts[1].levels[level]); with < score {
		score, from = with, 1
	}

	if with := scores[2] + lambda*int(contexts[2].levels[level]); with < score {
		score, from = with, 2
	}

	return score, from
}

// take follows the best ways back from the end, and sets levels and coefficients.
func take(
	s *steps, ways *[vp8.BlockSize][vp8.Contexts]way, levels, c *vp8.Coefficients, first, end, context int,
) int {
	for n := vp8.BlockSize - 1; n >= end; n-- {
		levels[n], c[vp8.Zigzag[n]] = 0, 0
	}

	for n := end - 1; n >= first; n-- {
		from := &ways[n][context]
		at := vp8.Zigzag[n]
		level := int32(from.level)

		if c[at] < 0 {
			level = -level
		}

		levels[n], c[at] = int16(level), int16(level*s.size[min(n, 1)])
		context = int(from.context)
	}

	if end == first {
		return 0
	}

	return end
}
