package decoder

import (
	"image"

	"triptych/picture/planes"
)

// layer is a component's samples, some rows of them.
type layer struct {
	planes.Roll

	rows int // that a row of MCUs brings
	// covered is how many samples across and down are coded.
	covered image.Point
}

// rowsAtFirst is for how many rows of MCUs there is room at first: more than one, and
// what filters see of those before.
const rowsAtFirst = 4

// layer makes room for some rows of a component's samples.
func (t *target) layer(c *component, plane planes.Plane) layer {
	made := layer{rows: c.Down * t.side, covered: c.covered}
	made.covered.X = (c.covered.X - t.mcus.Min.X*c.Across) * t.side
	made.covered.Y = (c.covered.Y - t.mcus.Min.Y*c.Down) * t.side

	// Whole MCUs, or what lies behind the last of them.
	width, height := max(t.mcus.Dx()*c.Across*t.side, plane.Width), max(t.mcus.Dy()*made.rows, plane.Height)
	made.Roll = planes.NewRoll(width, height, rowsAtFirst*made.rows)

	return made
}

// makeRoom makes room for the n-th wanted row of MCUs, and with the last for the
// samples behind it: rows that the sink no longer needs are dropped.
func (t *target) makeRoom(i, n int) {
	l := &t.layers[i]
	first := n * l.rows
	beyond := first + l.rows

	if n+1 == t.mcus.Dy() {
		beyond = max(beyond, t.picture.Planes[i].Height)
	}

	l.Reserve(t.sink.Needs(i), first, beyond)
}

// extend repeats the last column and row of new rows where the samples go on and the
// blocks do not. With sampling factors of 2 and 3 a picture of 9 pixels across has
// 6 samples, one block; an eighth of it has 2 pixels, and ceil(2 × 2 ÷ 3) is 2
// samples, of which that block has one.
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
