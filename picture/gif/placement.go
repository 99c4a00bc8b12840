package gif

import "image"

// placement stores the rows of an image at their places. The rows have the order of the
// file (appendix E).
type placement struct {
	bounds     image.Rectangle // of the image
	interlaced bool
	into       *image.Paletted // may be a part of it

	count int // rows that are stored
	part  int // pixels of the last of them, if it is incomplete
}

// passes has the first row and the step of the four passes of an interlaced image.
var passes = [4]struct{ first, step int }{{0, 8}, {4, 8}, {2, 4}, {1, 2}}

// place returns the row of the image that has the given number of rows before it in the
// file.
func (p *placement) place(count int) int {
	if !p.interlaced {
		return count
	}

	height := p.bounds.Dy()

	for _, pass := range passes {
		rows := max(0, (height-pass.first+pass.step-1)/pass.step)
		if count < rows {
			return pass.first + count*pass.step
		}

		count -= rows
	}

	return height
}

// at returns the part of a row that lies on the canvas, and its first point.
func (p *placement) at(row int) ([]byte, image.Point) {
	start := image.Pt(p.into.Rect.Min.X, p.bounds.Min.Y+row)
	if start.Y >= p.into.Rect.Max.Y || p.into.Rect.Empty() {
		return nil, start
	}

	return p.into.Pix[p.into.PixOffset(start.X, start.Y):][:p.into.Rect.Dx()], start
}

// put stores the next row. The last row may be incomplete.
func (p *placement) put(pixels []byte) {
	row, start := p.at(p.place(p.count))
	if skipped := start.X - p.bounds.Min.X; row != nil && skipped < len(pixels) {
		copy(row, pixels[skipped:])
	}

	p.count++

	if len(pixels) < p.bounds.Dx() {
		p.part = len(pixels)
	}
}

// split returns where the stored part of a row ends, counted in pixels on the canvas.
func (p *placement) split(count int, row []byte) int {
	switch {
	case count >= p.count:
		return 0
	case count == p.count-1 && p.part > 0:
		return min(max(0, p.part-(p.into.Rect.Min.X-p.bounds.Min.X)), len(row))
	default:
		return len(row)
	}
}

// each visits the stored part of each row.
func (p *placement) each(visit func(row []byte)) {
	for count := range p.bounds.Dy() {
		row, _ := p.at(p.place(count))
		visit(row[:p.split(count, row)])
	}
}

// missing visits the missing part of each row.
func (p *placement) missing(visit func(row []byte, at image.Point)) {
	for count := range p.bounds.Dy() {
		row, at := p.at(p.place(count))
		if split := p.split(count, row); split < len(row) {
			visit(row[split:], at.Add(image.Pt(split, 0)))
		}
	}
}
