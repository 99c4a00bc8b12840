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

// step is the best way to a context: the level and the previous context.
type step struct {
	level   int16
	context uint8
}

const unreachable = math.MaxInt / 2

// quantize has the parameters and results of [steps.quantize].
func (t *trellis) quantize(s *steps, kind vp8.Kind, context, first int, levels, c *vp8.Coefficients) int {
	var (
		sizes, tail [vp8.BlockSize + 1]int // magnitudes, and errors if this level and the rest are zero
		last        = first - 1            // the last coefficient whose nearest level is not zero
	)

	for n := vp8.BlockSize - 1; n >= first; n-- {
		at := vp8.Zigzag[n]
		sizes[n] = int(magnitude(int32(c[at])))
		tail[n] = tail[n+1] + sizes[n]*sizes[n]*t.scale

		if last < first && 2*sizes[n] >= int(s.size[at]) {
			last = n
		}
	}

	bands := &t.costs[kind]
	start := &bands[vp8.Bands[first]][context]
	best, bestEnd, bestContext := tail[first]+t.lambda*start.end, first, 0

	var ways [vp8.BlockSize][vp8.Contexts]step

	scores := [vp8.Contexts]int{unreachable, unreachable, unreachable}
	scores[context] = 0

	if context == 0 {
		scores[0] = t.lambda * start.more
	}

	for n := first; n <= last; n++ {
		size, stepSize := sizes[n], int(s.size[vp8.Zigzag[n]])
		nearest := min((size+stepSize/2)/stepSize, mostLevel)
		contexts := &bands[vp8.Bands[n]]
		next := [vp8.Contexts]int{unreachable, unreachable, unreachable}

		for level := max(nearest-1, 0); level <= nearest; level++ {
			score, from := unreachable, 0
			variable := min(level, variableLevels-1)

			for previous, before := range scores {
				if with := before + t.lambda*int(contexts[previous].levels[variable]); with < score {
					score, from = with, previous
				}
			}

			difference := size - level*stepSize
			score += difference*difference*t.scale + t.lambda*int(extraCosts[level])

			if to := min(level, 2); score < next[to] {
				next[to], ways[n][to] = score, step{int16(level), uint8(from)}
			}
		}

		scores = next

		for at := 1; at < vp8.Contexts; at++ {
			end := scores[at] + tail[n+1]
			if n+1 < vp8.BlockSize {
				end += t.lambda * bands[vp8.Bands[n+1]][at].end
			}

			if end < best {
				best, bestEnd, bestContext = end, n+1, at
			}
		}
	}

	return take(s, &ways, levels, c, first, bestEnd, bestContext)
}

// take follows the best ways back from the end, and sets levels and coefficients.
func take(
	s *steps, ways *[vp8.BlockSize][vp8.Contexts]step, levels, c *vp8.Coefficients, first, end, context int,
) int {
	for n := vp8.BlockSize - 1; n >= end; n-- {
		levels[n], c[vp8.Zigzag[n]] = 0, 0
	}

	for n := end - 1; n >= first; n-- {
		way := &ways[n][context]
		at := vp8.Zigzag[n]
		level := int32(way.level)

		if c[at] < 0 {
			level = -level
		}

		levels[n], c[at] = int16(level), int16(level*s.size[at])
		context = int(way.context)
	}

	if end == first {
		return 0
	}

	return end
}
