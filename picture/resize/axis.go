package resize

import "math"

// Weights are integers with 14 fractional bits: 1 is 16,384, and weights up to 2
// fit into an int16.
const (
	weightBits = 14
	weightOne  = 1 << weightBits
)

// Both passes take their taps in groups: the column pass two rows at a time, the
// row pass eight samples. Weights of 0 fill the last group.
const (
	columnTaps = 2
	rowTaps    = 8
)

// lobes is how far Lanczos 3 reaches, in samples of the coarser grid.
const lobes = 3

// lanczos fills values with the windowed sinc at x, x + step, x + 2 step, …:
//
//	sinc(x) × sinc(x/3) for |x| < 3, where sinc(x) = sin(πx)/(πx), and 0 beyond,
//
// times π²/3, which leaves no trace once the weights are scaled to a sum of one.
// Sines of evenly spaced angles follow from each other, for a table's cost is
// mostly that of its sines: sin(a+d) = sin a cos d + cos a sin d.
func lanczos(values []float64, x, step float64) {
	const peak = 1e-4

	sin, cos := math.Sincos(math.Pi * x)
	windowSin, windowCos := math.Sincos(math.Pi * x / lobes)
	bySin, byCos := math.Sincos(math.Pi * step)
	windowBySin, windowByCos := math.Sincos(math.Pi * step / lobes)

	for i := range values {
		switch at := x + float64(i)*step; {
		case math.Abs(at) < peak: // The quotient of two small numbers is all error.
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

// axis is how one direction is resampled. Result i is the sum over t of
// weights[i×taps+t] × source[start[i]+t].
type axis struct {
	taps    int     // the same for all results, filled up with zeros
	most    int     // of them that are not such zeros
	start   []int32 // may reach past the source only in the row pass, whose buffer is longer
	weights []int16

	first, beyond int // what of the source is used: [first, beyond)

	// What the assembly reads, see arrange: the weights in its order, and the starts
	// counted from `first`.
	arranged []int16
	starts   []int32
}

// phaseBits is how finely the places of results are told apart: to 2⁻²⁰ of a
// sample. Floating point then has the same distances left and right of a place,
// and a mirrored source gives the mirrored result to the bit.
const phaseBits = 20

// geometry is what an axis depends on: results that share the interval from
// `from` to `to` of a source evenly, with a number of taps that is a multiple of
// group.
type geometry struct {
	source   int
	from, to float64
	results  int
	group    int
}

// axes remembers axes: two chroma planes, or the components of RGB, have the same.
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

	// Where the result is smaller, the filter widens to the result's grid: that is
	// what keeps detail that the result cannot show from turning into patterns.
	widen := max(math.Abs(step), 1)
	reach := lobes * widen

	// An open interval of length 2×reach holds at most so many sample centres; what
	// rounding adds to a whole number does not count.
	const noise = 1e-6

	most := source
	if 2*reach < float64(source) {
		most = int(math.Ceil(2*reach - noise))
	}

	a := &axis{taps: (most + group - 1) / group * group, most: most, start: make([]int32, results), first: source}
	a.weights = make([]int16, results*a.taps)
	exact := make([]float64, most)

	for i := range results {
		centre := math.Round((from+(float64(i)+0.5)*step)*(1<<phaseBits)) / (1 << phaseBits)
		low := min(max(int(math.Floor(centre-reach-0.5))+1, 0), source-1)
		high := min(max(int(math.Ceil(centre+reach-0.5)), low+1), source, low+most)

		begin := low
		if group == columnTaps { // It reads whole rows of the source: stay inside.
			begin = min(low, max(source-a.taps, 0))
		}

		lanczos(exact[:high-low], (float64(low)+0.5-centre)/widen, 1/widen)

		a.start[i] = int32(begin) //nolint:gosec // A side of a plane.
		nearest := min(max(int(math.Floor(centre))-low, 0), high-low-1)
		round(a.weights[i*a.taps+low-begin:], exact[:high-low], nearest)

		a.first, a.beyond = min(a.first, begin), max(a.beyond, high)
	}

	return a
}

// round turns weights into integers whose sum is exactly one, so that a flat
// picture stays flat. Each weight is the difference of two neighbours in the
// rounded running sum, from either end towards the nearest sample, which gets
// what is left. So an error never adds up, not even over thousands of taps each of
// which is less than one unit, and mirrored weights round to mirrored integers.
func round(weights []int16, exact []float64, nearest int) {
	sum := 0.0
	for _, w := range exact {
		sum += w
	}

	// A place far outside of the source may have no weights at all: its edge counts.
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

	// The passes' 16 and 32 bits are enough while the magnitudes add up to less than
	// two. All filters inside of a source do; one that is cut off at its very edge
	// might not, and gives way to the sample at the edge.
	if magnitude >= 2*weightOne {
		clear(weights[:len(exact)])

		weights[nearest] = weightOne
	}
}
