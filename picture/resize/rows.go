package resize

import "triptych/picture/planes"

// The passes share the 14 + 14 fractional bits of the two weights: the column
// pass leaves 6 in its intermediates, the row pass drops the rest. An
// intermediate is at most 255 × 2 × 64 in magnitude (see round), which fits into
// 16 bits, and the row pass's sum is at most twice that × 16,384: into 32.
const (
	columnShift = 8
	columnHalf  = 1 << (columnShift - 1)
	rowShift    = 2*weightBits - columnShift
	rowHalf     = 1 << (rowShift - 1)
)

// withRows returns a plane that has at least so many rows: the column pass reads
// as many as it has taps, be it with weights of 0.
func withRows(p planes.Plane, rows int) planes.Plane {
	if p.Height >= rows {
		return p
	}

	longer := planes.New(p.Width, rows)
	for y := range p.Height {
		copy(longer.Row(y), p.Row(y))
	}

	return longer
}

// fill makes the rows of a band.
func (b *band) fill() {
	if b.copies {
		for y := b.top; y < b.bottom; y++ {
			copy(b.dst.Row(y), b.src.Row(b.upper + y - b.above)[b.left:])
		}

		return
	}

	b.convolve()
}

// columns is how many columns of the source are used, and how long a row of
// intermediates is: zeros behind those, for weights of 0 to meet.
func (b *band) columns() (used, length int) {
	used = b.x.beyond - b.x.first

	return used, used + b.x.taps
}

// window is the source from the first sample on that counts for row y of the
// result, and the weights of its rows.
func (b *band) window(y int) (samples []byte, weights []int16) {
	return b.src.Pix[(int(b.y.start[y])-b.above)*b.src.Stride+b.x.first:], b.y.weights[y*b.y.taps : (y+1)*b.y.taps]
}
