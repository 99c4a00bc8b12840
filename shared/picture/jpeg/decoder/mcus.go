package decoder

import (
	"image"
)

// unit is one block of an MCU.
type unit struct {
	component *component
	// within is the block's place in the MCU, each the MCU's size in blocks.
	within, each image.Point
	// at is where the block of the next MCU begins in the plane, and next is how far
	// behind it that of the one to the right.
	at, next int
}

// walk is a way through a scan's MCUs (A.2): of interleaved components, or of the
// single blocks of one component.
type walk struct {
	units []unit
	mcus  image.Point     // how many across and down
	shown image.Rectangle // those that are wanted
	count int             // MCUs in the restart interval so far
	last  byte            // the number, 0 to 7, that the next restart marker has
}

// walkOf plans the way through a scan.
func (d *decoder) walkOf(s *scan) *walk {
	if len(s.components) == 1 {
		c := s.components[0]
		single := unit{component: c, each: image.Pt(1, 1)}

		return &walk{units: []unit{single}, mcus: c.blocks, shown: c.wanted.Intersect(image.Rectangle{Max: c.blocks})}
	}

	w := &walk{mcus: d.mcuCount(), shown: d.mcus}

	for _, c := range s.components {
		for y := range c.Down {
			for x := range c.Across {
				w.units = append(w.units, unit{component: c, within: image.Pt(x, y), each: image.Pt(c.Across, c.Down)})
			}
		}
	}

	return w
}

// begin sets the places of a row's first wanted blocks.
func (w *walk) begin(y, side int) {
	for i := range w.units {
		u := &w.units[i]
		u.next = u.each.X * side
		row := ((y-w.shown.Min.Y)*u.each.Y+u.within.Y)*side - u.component.top
		u.at = row*u.component.plane.Stride + u.within.X*side
	}
}

// cover notes how many of a component's blocks a walk has read.
func (w *walk) cover() {
	for _, u := range w.units {
		c := u.component
		c.covered.X = max(c.covered.X, w.mcus.X*u.each.X)
		c.covered.Y = max(c.covered.Y, w.mcus.Y*u.each.Y)
	}
}

// restartDue says whether a restart marker stands before the next MCU (E.2.4), and
// counts that MCU.
func (w *walk) restartDue(interval int) bool {
	due := interval > 0 && w.count == interval
	if due {
		w.count = 0
	}

	w.count++

	return due
}

// alike is how many MCUs of a row from x on are wanted, or how many are not.
func (w *walk) alike(x int, shown bool) (count int, wanted bool) {
	switch {
	case !shown || x >= w.shown.Max.X:
		return w.mcus.X - x, false
	case x < w.shown.Min.X:
		return w.shown.Min.X - x, false
	default:
		return w.shown.Max.X - x, true
	}
}

// untilRestart is how many MCUs of a number come before the next restart marker. It
// counts those behind the first.
func (w *walk) untilRestart(count, interval int) int {
	if interval > 0 {
		count = min(count, interval-w.count+1)
	}

	w.count += count - 1

	return count
}
