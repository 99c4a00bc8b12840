package resize

import "triptych/picture/planes"

// rowsAtOnce is the number of rows of a result that are made at a time. Several rows
// share the cost of starting a pass. The number is smaller if each row of the result
// needs many rows of the source: those rows must be held, and starting is cheap compared
// with the work. It is even, because plain Go makes two rows at a time.
func (f *flow) rowsAtOnce() int {
	const many, more = 12, 24 // taps: at half the size, and at a quarter

	switch {
	case f.copies || f.y.taps <= many:
		return 8 // An even number, like the others.
	case f.y.taps <= more:
		return 4
	default:
		return 2
	}
}

// Stream resizes an image whose rows arrive in order. It needs only the rows that the
// filter uses.
type Stream struct {
	layout *layout
	flows  []flow // one per plane
	// threads is the number of goroutines for many rows at a time.
	threads int
	done    bool
}

// flow is the progress of a plane.
type flow struct {
	band

	rises bool // the last row of the result is made first, because it is mirrored top to bottom
	made  int  // rows of the result so far
}

// NewStream starts the work of [Image]. The result is identical, bit by bit. src must
// have the sizes of the planes, but has no samples yet. Only if many rows arrive at a
// time, more than one thread is used.
func NewStream(src *planes.Image, crop Rect, width, height int, o Options) *Stream {
	s := &Stream{layout: layOut(src, crop, width, height, o), threads: o.Threads}

	for i := range src.Planes {
		dst := &s.layout.dst.Planes[i]
		*dst = planes.New(dst.Width, dst.Height)

		f := flow{band: wholeBand(src.Planes[i], *dst, s.layout.from[i], s.layout.known)}
		f.rises = !f.copies && f.y.start[0] > f.y.start[len(f.y.start)-1]
		s.flows = append(s.flows, f)
	}

	return s
}

// Take makes the rows of the result that the available rows allow. windows has one window
// per plane. Each window ends with the last row so far, and begins at or above the row
// that Needs returned.
func (s *Stream) Take(windows []planes.Window) {
	for i := range s.flows {
		s.flows[i].take(windows[i], s.threads)
	}
}

// Needs returns the first row of a plane that is still needed. It returns the height of
// the plane if no row is needed.
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

// Image returns the result. The caller must first pass all rows to Take.
func (s *Stream) Image() *planes.Image {
	if !s.done {
		s.layout.upright()
		s.done = true
	}

	return s.layout.dst
}

// short reports whether the source has fewer rows than the filter has taps. Then the flow
// waits for the whole source, and extends it.
func (f *flow) short() bool { return !f.copies && f.src.Height < f.y.taps }

// row returns the row of the result that is made as the n-th.
func (f *flow) row(n int) int {
	if f.rises {
		return f.dst.Height - 1 - n
	}

	return n
}

// until is the number of rows of the source that must be available for row y of the
// result.
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

func (f *flow) take(w planes.Window, threads int) {
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

	if can-f.made < 2*rowsAtLeast || threads <= 1 {
		part.fill()
	} else {
		run(part.split(threads), threads)
	}

	part.src, f.made = whole, can
}
