package placeholder

import (
	"image"
	"math"
)

// spectrum is a channel by its lowest frequencies.
type spectrum struct {
	mean  float64
	rest  []float64 // all but the mean, by rows; the highest of both sides are left out
	scale float64   // the largest of the rest; 0 where that is nothing at all
}

// cosines are the waves of a discrete cosine transform (type II) over a picture's
// columns and rows, a row a frequency.
type cosines struct {
	size         image.Point
	across, down [longest][]float64
}

func newCosines(size image.Point) *cosines {
	waves := &cosines{size: size}

	for frequency := range longest {
		waves.across[frequency] = wave(frequency, size.X)
		waves.down[frequency] = wave(frequency, size.Y)
	}

	return waves
}

// wave goes up and down so often along a side. A side of few pixels has no room for
// higher frequencies than pixels: the cosine would run through the same values as
// a lower one, and a preview, which has more pixels, would show what is not there.
func wave(frequency, length int) []float64 {
	values := make([]float64, length)
	if frequency >= length {
		return values
	}

	for i := range values {
		values[i] = math.Cos(math.Pi / float64(length) * float64(frequency) * (float64(i) + 0.5))
	}

	return values
}

// least is where an amplitude is noise of the arithmetic, which differs between
// processors and no hash should: the format's finest step is a million times as
// large. A picture that is flat in one direction has many of those, and each would
// be rounded up or down by chance.
const least = 1e-10

// amplitudes transforms a channel: along the rows first, so that the columns have
// only as many values as there are frequencies. Frequencies lie in a triangle: the
// higher along one side, the fewer along the other.
func (w *cosines) amplitudes(plane []float64, across, down int) spectrum {
	var (
		result spectrum
		rows   [longest][]float64
	)

	for cx := range across {
		rows[cx] = make([]float64, w.size.Y)
		for y := range rows[cx] {
			rows[cx][y] = dot(plane[y*w.size.X:(y+1)*w.size.X], w.across[cx])
		}
	}

	for cy := range down {
		for cx := 0; cx*down < across*(down-cy); cx++ {
			amplitude := dot(rows[cx], w.down[cy]) / float64(w.size.X*w.size.Y)

			if cx == 0 && cy == 0 {
				result.mean = amplitude

				continue
			}

			if math.Abs(amplitude) < least {
				amplitude = 0
			}

			result.rest = append(result.rest, amplitude)
			result.scale = max(result.scale, math.Abs(amplitude))
		}
	}

	return result
}

// dot sums products, in four sums that do not wait for each other.
func dot(a, b []float64) float64 {
	var sum0, sum1, sum2, sum3 float64

	for len(a) >= 4 && len(b) >= 4 {
		sum0 += a[0] * b[0]
		sum1 += a[1] * b[1]
		sum2 += a[2] * b[2]
		sum3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}

	for i := range min(len(a), len(b)) {
		sum0 += a[i] * b[i]
	}

	return sum0 + sum1 + (sum2 + sum3)
}

// shares are the amplitudes as shares of the largest, between 0 and 1 with no
// amplitude in the middle. Without any scale they mean nothing, and are 0.
func (s spectrum) shares() []float64 {
	shares := make([]float64, len(s.rest))

	for i, amplitude := range s.rest {
		if s.scale > 0 {
			shares[i] = middle(amplitude / s.scale)
		}
	}

	return shares
}

// middle brings a value from between −1 and 1 to between 0 and 1.
func middle(value float64) float64 { return (1 + value) / 2 }
