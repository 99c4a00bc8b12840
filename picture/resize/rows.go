package resize

import "triptych/picture/planes"

// The passes share the 14 + 14 fractional bits of the two weights. The column pass keeps
// 6 of them in its intermediates, and the row pass removes the rest. The magnitude of an
// intermediate is at most 255 × 2 × 64 (see round), which fits into 16 bits. The sum of
// the row pass is at most twice that × 16,384, which fits into 32 bits.
const (
	columnShift = 8
	columnHalf  = 1 << (columnShift - 1)
	rowShift    = 2*weightBits - columnShift
	rowHalf     = 1 << (rowShift - 1)
)

// withRows returns a plane with at least the given number of rows. The column pass reads
// as many rows as it has taps, even for weights of 0.
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

// columns returns the number of used columns of the source, and the length of a row of
// intermediates. Zeros follow the columns; they are multiplied by weights of 0.
func (b *band) columns() (used, length int) {
	used = b.x.beyond - b.x.first

	return used, used + b.x.taps
}

// window returns the source from the first sample for row y of the result, and the
// weights of the rows.
func (b *band) window(y int) (samples []byte, weights []int16) {
	return b.src.Pix[(int(b.y.start[y])-b.above)*b.src.Stride+b.x.first:], b.y.weights[y*b.y.taps : (y+1)*b.y.taps]
}
