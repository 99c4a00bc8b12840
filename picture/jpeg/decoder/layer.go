package decoder

import (
	"image"

	"triptych/picture/planes"
)

// layer holds some rows of the samples of a component.
type layer struct {
	planes.Roll

	rows int // the number of rows from one row of MCUs
	// covered is the number of coded samples across and down.
	covered image.Point
}

// rowsAtFirst is the number of rows of MCUs that are allocated at first. It is more than
// one, because filters also need some earlier rows.
const rowsAtFirst = 4

// layer allocates some rows of samples for a component.
func (t *target) layer(c *component, plane planes.Plane) layer {
	made := layer{rows: c.Down * t.side, covered: c.covered}
	made.covered.X = (c.covered.X - t.mcus.Min.X*c.Across) * t.side
	made.covered.Y = (c.covered.Y - t.mcus.Min.Y*c.Down) * t.side

	// The size is that of whole MCUs, or that of the plane if the plane is larger.
	width, height := max(t.mcus.Dx()*c.Across*t.side, plane.Width), max(t.mcus.Dy()*made.rows, plane.Height)
	made.Roll = planes.NewRoll(width, height, rowsAtFirst*made.rows)

	return made
}

// makeRoom makes room for the n-th wanted row of MCUs. With the last row, it also makes
// room for the samples after that row. It drops rows that the sink no longer needs.
func (t *target) makeRoom(i, n int) {
	l := &t.layers[i]
	first := n * l.rows
	beyond := first + l.rows

	if n+1 == t.mcus.Dy() {
		beyond = max(beyond, t.picture.Planes[i].Height)
	}

	l.Reserve(t.sink.Needs(i), first, beyond)
}

// extend repeats the last column and row of new rows where there are samples but no
// blocks. Example: with sampling factors of 2 and 3, an image of 9 pixels across has 6
// samples, which is one block. At an eighth it has 2 pixels and ceil(2 × 2 ÷ 3) = 2
// samples, but the block yields only one.
func (l *layer) extend(from, to, width int) {
	coded := max(l.covered.X, 1)

	for y := from; y < to && coded < width; y++ {
		row := l.At(y)
		for x := coded; x < width; x++ {
			row[x] = row[coded-1]
		}
	}

	for y := max(l.covered.Y, 1, from); y < to; y++ {
		copy(l.At(y), l.At(y-1))
	}
}
