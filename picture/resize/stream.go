package resize

import "triptych/picture/planes"

// rowsAtOnce is how many rows of a result are made at a time, so that starting
// costs little; where each sees many rows of the source fewer, as those have to be
// held meanwhile, and starting costs less beside them. It is even, as plain Go makes
// two at a time.
func (f *flow) rowsAtOnce() int {
	const many, more = 12, 24 // taps: of a half of the size, and a quarter

	switch {
	case f.copies || f.y.taps <= many:
		return 8 // See above, and below.
	case f.y.taps <= more:
		return 4
	default:
		return 2
	}
}

// Stream resizes a picture of which the rows come one after the other, and of
// which only those need be held that the filter sees.
type Stream struct {
	layout *layout
	flows  []flow // a plane's each
	done   bool
}

// flow is how far a plane has come.
type flow struct {
	band

	rises bool // the result's last row comes first: it is mirrored top to bottom
	made  int  // rows of the result so far
}

// NewStream begins what [Image] does, and with the same result to the bit. Of the
// source the planes' sizes count, as they have no samples yet. Of the options
// Threads does not.
func NewStream(src *planes.Image, crop Rect, width, height int, o Options) *Stream {
	s := &Stream{layout: layOut(src, crop, width, height, o)}

	for i := range src.Planes {
		f := flow{band: wholeBand(src.Planes[i], s.layout.dst.Planes[i], s.layout.from[i], s.layout.known)}
		f.rises = !f.copies && f.y.start[0] > f.y.start[len(f.y.start)-1]
		s.flows = append(s.flows, f)
	}

	return s
}

// Take makes what can be made of each plane's rows that are there: a window a
// plane, that ends with the last row so far, and goes as far up as Needs said.
func (s *Stream) Take(windows []planes.Window) {
	for i := range s.flows {
		s.flows[i].take(windows[i])
	}
}

// Needs is the first row of a plane that is still needed: the plane's height when
// none is.
func (s *Stream) Needs(plane int) int {
	f := &s.flows[plane]

	switch {
	case f.made == f.dst.Height:
		return f.src.Height
	case f.copies:
		return f.upper + f.made
	case f.short():
		return 0
	default:
		return int(f.y.start[f.row(f.made)])
	}
}

// Image is the result, once all rows have been taken.
func (s *Stream) Image() *planes.Image {
	if !s.done {
		s.layout.upright()
		s.done = true
	}

	return s.layout.dst
}

// short says that the source has fewer rows than the filter has taps: then it is
// waited for as a whole, and made longer.
func (f *flow) short() bool { return !f.copies && f.src.Height < f.y.taps }

// row is the row of the result that is made as the n-th.
func (f *flow) row(n int) int {
	if f.rises {
		return f.dst.Height - 1 - n
	}

	return n
}

// until is how many rows of the source must be there for row y of the result.
func (f *flow) until(y int) int {
	switch {
	case f.copies:
		return f.upper + y + 1
	case f.short():
		return f.src.Height
	default:
		return int(f.y.start[y]) + f.y.taps
	}
}

func (f *flow) take(w planes.Window) {
	there, can := w.Top+w.Height, f.made
	for can < f.dst.Height && f.until(f.row(can)) <= there {
		can++
	}

	if can < f.dst.Height {
		can = f.made + (can-f.made)/f.rowsAtOnce()*f.rowsAtOnce()
	}

	if can == f.made {
		return
	}

	part := &f.band
	whole, short := part.src, f.short()

	part.src, part.above = w.Plane, w.Top
	if short {
		part.src = withRows(w.Plane, f.y.taps)
	}

	part.top, part.bottom = f.made, can
	if f.rises {
		part.top, part.bottom = f.dst.Height-can, f.dst.Height-f.made
	}

	part.fill()

	part.src, f.made = whole, can
}
