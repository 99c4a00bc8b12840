package decoder

import (
	"image"

	"triptych/shared/picture/planes"
)

// Sink takes a picture's rows as they are decoded, so that they need not all be
// held at a time.
type Sink interface {
	// Begin says what comes: the picture that Decode returns, its planes without
	// samples, and its region.
	Begin(picture *planes.Image, region image.Rectangle)
	// Take is given the rows of each plane that are there. They hold until it returns.
	Take(rows []planes.Window)
	// Needs is the first row of a plane that is to be seen again: later windows begin
	// there or above.
	Needs(plane int) int
}

// stream is a decoding's way into a sink. Each component's plane then has only some
// rows, of which the first is row c.top.
type stream struct {
	sink Sink
	// For each plane: the samples down that a row of MCUs brings, and what the sink
	// is given.
	rows    []int
	windows []planes.Window
	heights []int
}

// streams says whether a scan goes to the sink: one that brings all components as
// the picture has them in the end. Where two threads may be used but the
// transforms do not have one of their own, the planes as a whole give both more to
// do.
func (d *decoder) streams(s *scan, w *walk) bool {
	if d.sink == nil || len(s.components) != len(d.components) || d.adobeInks() || d.threads > 1 && !w.worthTwo(d.side) {
		return false
	}

	picture := d.outline()

	for i, u := range w.firsts() {
		c, plane := u.component, &picture.Planes[i]
		covered := image.Pt(w.mcus.X*u.each.X, w.mcus.Y*u.each.Y).Sub(c.wanted.Min).Mul(d.side)

		if c != d.components[i] || covered.X < plane.Width || covered.Y < plane.Height {
			return false
		}
	}

	return true
}

// firsts are the units of a walk that come first of their components.
func (w *walk) firsts() []unit {
	var firsts []unit

	for _, u := range w.units {
		if u.within == (image.Point{}) {
			firsts = append(firsts, u)
		}
	}

	return firsts
}

// beginStream tells the sink what comes.
func (d *decoder) beginStream(w *walk) {
	picture := d.outline()
	d.stream = &stream{sink: d.sink, windows: make([]planes.Window, len(d.components))}

	for i, u := range w.firsts() {
		rows := u.each.Y * d.side
		d.stream.rows = append(d.stream.rows, rows)
		d.stream.heights = append(d.stream.heights, picture.Planes[i].Height)

		// More rows than one of MCUs, and what filters see of those before.
		const atFirst = 4

		c := u.component
		c.plane = planes.New(c.wanted.Dx()*d.side, atFirst*rows)
	}

	d.sink.Begin(picture, d.region)
}

// makeRoom makes room for the n-th wanted row of MCUs: rows that the sink no
// longer needs are dropped. Where those that stay take more than half of the
// plane it grows, so that no row is moved often.
func (d *decoder) makeRoom(n int) {
	for i, c := range d.components {
		first := n * d.stream.rows[i]
		beyond := first + d.stream.rows[i]

		if beyond <= c.top+c.plane.Height {
			continue
		}

		keep := max(c.top, min(d.stream.sink.Needs(i), first))
		kept := c.plane.Pix[(keep-c.top)*c.plane.Stride : (first-c.top)*c.plane.Stride]

		if need := beyond - keep; 2*need > c.plane.Height {
			c.plane = planes.New(c.plane.Width, 2*need)
		}

		copy(c.plane.Pix, kept)
		c.top = keep
	}
}

// offer gives the sink what is there after the n-th wanted row of MCUs.
func (d *decoder) offer(n int) {
	for i, c := range d.components {
		there := min((n+1)*d.stream.rows[i], d.stream.heights[i])
		window := planes.Window{Plane: c.plane, Top: c.top}
		window.Height = max(there-c.top, 0)
		window.Pix = window.Pix[:window.Height*window.Stride]
		d.stream.windows[i] = window
	}

	d.stream.sink.Take(d.stream.windows)
}
