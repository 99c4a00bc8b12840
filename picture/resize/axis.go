package resize

import "math"

// Weights are integers with 14 fractional bits: 1 is 16,384, and weights up to 2 fit into
// an int16.
const (
	weightBits = 14
	weightOne  = 1 << weightBits
)

// Both passes process their taps in groups: the column pass two rows at a time, the row
// pass eight samples at a time. Weights of 0 fill the last group.
const (
	columnTaps = 2
	rowTaps    = 8
)

// lobes is the reach of Lanczos 3, in samples of the coarser grid.
const lobes = 3

// lanczos fills values with the windowed sinc at x, x + step, x + 2 step, …:
//
//	sinc(x) × sinc(x/3) for |x| < 3, where sinc(x) = sin(πx)/(πx), and 0 beyond,
//
// times π²/3. This factor has no effect after the weights are scaled to a sum of one. The
// sines of evenly spaced angles are computed from each other, because computing sines is
// most of the cost of a table: sin(a+d) = sin a cos d + cos a sin d.
func lanczos(values []float64, x, step float64) {
	const peak = 1e-4

	sin, cos := math.Sincos(math.Pi * x)
	windowSin, windowCos := math.Sincos(math.Pi * x / lobes)
	bySin, byCos := math.Sincos(math.Pi * step)
	windowBySin, windowByCos := math.Sincos(math.Pi * step / lobes)

	for i := range values {
		switch at := x + float64(i)*step; {
		case math.Abs(at) < peak: // The quotient of two small numbers would be inexact.
			values[i] = math.Pi * math.Pi / lobes
		case math.Abs(at) < lobes:
			values[i] = sin * windowSin / (at * at)
		default:
			values[i] = 0
		}

		sin, cos = sin*byCos+cos*bySin, cos*byCos-sin*bySin
		windowSin, windowCos = windowSin*windowByCos+windowCos*windowBySin, windowCos*windowByCos-windowSin*windowBySin
	}
}

// axis holds the weights for resampling in one direction. Result i is the sum over t of
// weights[i×taps+t] × source[start[i]+t].
type axis struct {
	taps    int     // the same number for all results, padded with zeros
	most    int     // the maximum number of taps without the padding
	start   []int32 // a tap may lie beyond the source only in the row pass, whose buffer is longer
	weights []int16

	first, beyond int // the used part of the source: [first, beyond)

	// The input of the assembly, see arrange: the weights in its order, and the starts
	// relative to `first`.
	arranged []int16
	starts   []int32
}

// phaseBits is the precision of the places of results: 2⁻²⁰ of a sample. With this
// precision, floating point yields the same distances left and right of a place.
// Therefore a mirrored source yields the mirrored result, bit by bit.
const phaseBits = 20

// geometry has the inputs of an axis. The results divide the interval from `from` to `to`
// of a source evenly. The number of taps is a multiple of group.
type geometry struct {
	source   int
	from, to float64
	results  int
	group    int
}

// axes caches axes, because two chroma planes, or the components of RGB, have the same
// axis.
type axes map[geometry]*axis

func (known axes) get(g geometry) *axis {
	a := known[g]
	if a == nil {
		a = newAxis(g.source, g.from, g.to, g.results, g.group)
		if g.group == rowTaps {
			arrange(a)
		}

		known[g] = a
	}

	return a
}

// newAxis computes the weights for a geometry.
func newAxis(source int, from, to float64, results, group int) *axis {
	step := (to - from) / float64(results)

	// If the result is smaller, the filter is widened to the grid of the result. This
	// prevents aliasing: patterns that come from detail too fine for the result.
	widen := max(math.Abs(step), 1)
	reach := lobes * widen

	// An open interval of length 2×reach contains at most this number of sample centers.
	// Rounding errors above a whole number are ignored.
	const noise = 1e-6

	most := source
	if 2*reach < float64(source) {
		most = int(math.Ceil(2*reach - noise))
	}

	a := &axis{taps: (most + group - 1) / group * group, most: most, start: make([]int32, results), first: source}
	a.weights = make([]int16, results*a.taps)
	exact := make([]float64, most)

	for i := range results {
		center := math.Round((from+(float64(i)+0.5)*step)*(1<<phaseBits)) / (1 << phaseBits)
		low := min(max(int(math.Floor(center-reach-0.5))+1, 0), source-1)
		high := min(max(int(math.Ceil(center+reach-0.5)), low+1), source, low+most)

		begin := low
		if group == columnTaps { // It reads whole rows of the source and must stay inside.
			begin = min(low, max(source-a.taps, 0))
		}

		lanczos(exact[:high-low], (float64(low)+0.5-center)/widen, 1/widen)

		a.start[i] = int32(begin) //nolint:gosec // A side of a plane.
		nearest := min(max(int(math.Floor(center))-low, 0), high-low-1)
		round(a.weights[i*a.taps+low-begin:], exact[:high-low], nearest)

		a.first, a.beyond = min(a.first, begin), max(a.beyond, high)
	}

	return a
}

// round converts weights to integers whose sum is exactly one, so that a flat image stays
// flat. Each weight is the difference of two neighbors in a rounded running sum. One sum
// runs from each end to the nearest sample, which gets the rest. Therefore errors never
// add up, even over thousands of taps that are each less than one unit. Mirrored weights
// round to mirrored integers.
func round(weights []int16, exact []float64, nearest int) {
	sum := 0.0
	for _, w := range exact {
		sum += w
	}

	// A place far outside the source may have no weights at all. Then the edge of the
	// source is used.
	if math.Abs(sum) < 1.0/weightOne {
		weights[nearest] = weightOne

		return
	}

	unit, left, magnitude := weightOne/sum, weightOne, 0

	set := func(at, value int) {
		weights[at] = int16(value) //nolint:gosec // Checked below: at most twice weightOne.
		left -= value
		magnitude += max(value, -value)
	}

	running, given := 0.0, 0
	for at := range nearest {
		running += exact[at] * unit
		whole := int(math.Round(running))
		set(at, whole-given)
		given = whole
	}

	running, given = 0.0, 0
	for at := len(exact) - 1; at > nearest; at-- {
		running += exact[at] * unit
		whole := int(math.Round(running))
		set(at, whole-given)
		given = whole
	}

	set(nearest, left)

	// The 16 and 32 bits of the passes are enough if the magnitudes of the weights add up
	// to less than two. This holds for all filters inside a source. It may not hold for a
	// filter that is cut off at the very edge. That filter is replaced by the sample at
	// the edge.
	if magnitude >= 2*weightOne {
		clear(weights[:len(exact)])

		weights[nearest] = weightOne
	}
}
