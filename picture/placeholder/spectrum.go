package placeholder

import (
	"image"
	"math"
)

// spectrum holds a channel as its lowest frequencies.
type spectrum struct {
	mean  float64
	rest  []float64 // all amplitudes except the mean, by rows; frequencies that are high in both directions are left out
	scale float64   // the largest of rest; 0 if all are zero
}

// cosines are the waves of a discrete cosine transform (type II) over an image's columns
// and rows, one row for each frequency.
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

// wave returns a cosine of a frequency along a side. A side of few pixels cannot have
// frequencies that are higher than its number of pixels. The cosine would have the same
// values as that of a lower frequency, and a preview with more pixels would show false
// details.
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

// least is the limit below which an amplitude is arithmetic noise. This noise differs
// between processors, but a hash must not. The finest step of the format is a million
// times larger. An image that is flat in one direction has many such amplitudes, and each
// would be rounded up or down by chance.
const least = 1e-10

// amplitudes transforms a channel. It starts with the rows, so that the columns have only
// one value per frequency. The frequencies form a triangle: the higher the frequency
// along one side, the fewer frequencies there are along the other.
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

// dot sums products in four independent sums, which the processor can compute in
// parallel.
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

// shares returns the amplitudes relative to the largest, mapped to 0 to 1 with zero in
// the middle. If the scale is zero, the shares have no meaning, and are 0.
func (s spectrum) shares() []float64 {
	shares := make([]float64, len(s.rest))

	for i, amplitude := range s.rest {
		if s.scale > 0 {
			shares[i] = middle(amplitude / s.scale)
		}
	}

	return shares
}

// middle maps a value from the range −1 to 1 to the range 0 to 1.
func middle(value float64) float64 { return (1 + value) / 2 }
