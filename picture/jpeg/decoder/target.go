package decoder

import (
	"fmt"
	"image"

	"triptych/picture/jpeg/t81"
	"triptych/picture/planes"
)

// Target is a picture to be made of a file.
type Target struct {
	// Scale divides width and height: 1, 2, 4 or 8; 0 is 1.
	Scale int
	// Region is the part that is needed, in pixels of the full size. The whole
	// where it is empty.
	Region image.Rectangle
	// Sink is given the rows as they are decoded.
	Sink Sink
}

// Sink takes a picture's rows as they are decoded, so that they need not all be
// held at a time.
type Sink interface {
	// Begin says what comes: the picture, its planes without samples, and the region
	// that it covers.
	Begin(picture *planes.Image, region image.Rectangle)
	// Take is given the rows of each plane that are there. They hold until it returns.
	Take(rows []planes.Window)
	// Needs is the first row of a plane that is to be seen again: later windows begin
	// there or above.
	Needs(plane int) int
}

// target is a picture while it is made.
type target struct {
	side   int             // samples that a block's side becomes
	mcus   image.Rectangle // what is decoded, in MCUs of all components
	region image.Rectangle // the same, in pixels
	sink   Sink

	picture *planes.Image // without samples
	layers  []layer       // a component's each
	windows []planes.Window
	spots   []spot // an MCU's blocks
	// gather has for each coefficient of a block its place in the file's strips, where
	// they are kept for a larger transform.
	gather []uint8
	inks   func(plane int, samples []byte) // turns Adobe's; may be nil
}

// spot is where a block of an MCU goes.
type spot struct {
	layer    *layer
	divisors *coefficients
	within   image.Point // in samples
	at, next int         // the place in the first MCU of the row, and how far apart they are
}

// side checks a scale, and returns how many samples a side of a block becomes: 8, 4,
// 2 or 1.
func side(scale int) (int, error) {
	switch scale {
	case 0:
		return t81.BlockSide, nil
	case 1, 2, 4, 8:
		return t81.BlockSide / scale, nil
	}

	return 0, fmt.Errorf("decode JPEG: scale 1/%d is none of 1, 1/2, 1/4, 1/8", scale)
}

// aim lays out a target's planes.
func (d *decoder) aim(wanted Target, side int) *target {
	picture := image.Rect(0, 0, d.frame.Width, d.frame.Height)
	across, down := t81.BlockSide*d.frame.across, t81.BlockSide*d.frame.down

	region := wanted.Region.Intersect(picture)
	if region.Empty() {
		region = picture
	}

	t := &target{side: side, sink: wanted.Sink, gather: d.place.gather(placements[side]), inks: d.inks()}
	t.mcus = image.Rect(region.Min.X/across, region.Min.Y/down, ceil(region.Max.X, across), ceil(region.Max.Y, down))
	t.region = image.Rect(t.mcus.Min.X*across, t.mcus.Min.Y*down, t.mcus.Max.X*across, t.mcus.Max.Y*down).Intersect(picture)

	t.picture = &planes.Image{
		Model:  d.model(),
		Width:  ceil(t.region.Dx()*side, t81.BlockSide),
		Height: ceil(t.region.Dy()*side, t81.BlockSide),
	}

	t.layers = make([]layer, len(d.components))
	t.windows = make([]planes.Window, len(d.components))

	for i, c := range d.components {
		t.picture.Planes = append(t.picture.Planes, planes.Plane{
			Width:  ceil(t.picture.Width*c.Across, d.frame.across),
			Height: ceil(t.picture.Height*c.Down, d.frame.down),
		})

		t.layers[i] = t.layer(c, t.picture.Planes[i])
		t.place(c, &t.layers[i], placements[side].divisors(c.divisors))
	}

	return t
}

// place notes where a component's blocks go.
func (t *target) place(c *component, l *layer, divisors *coefficients) {
	for y := range c.Down {
		for x := range c.Across {
			t.spots = append(t.spots, spot{
				layer: l, divisors: divisors, within: image.Pt(x, y).Mul(t.side), next: c.Across * t.side,
			})
		}
	}
}

// wants says whether a row of MCUs is wanted.
func (t *target) wants(y int) bool { return y >= t.mcus.Min.Y && y < t.mcus.Max.Y }

// beginRow makes room for a row of MCUs, if it is wanted, and finds the places of
// its first blocks.
func (t *target) beginRow(y int) {
	if !t.wants(y) {
		return
	}

	y -= t.mcus.Min.Y

	for i := range t.layers {
		t.makeRoom(i, y)
	}

	for i := range t.spots {
		s := &t.spots[i]
		s.at = (y*s.layer.rows-s.layer.Top+s.within.Y)*s.layer.Stride + s.within.X
	}
}

// transform turns a strip's blocks into samples, those that are wanted.
func (t *target) transform(s *strip) {
	if !t.wants(s.y) {
		return
	}

	var kept, gathered coefficients

	for x := max(s.first, t.mcus.Min.X); x < min(s.first+s.mcus, t.mcus.Max.X); x++ {
		from := (x - s.first) * s.each
		last := s.last[from : from+s.each]

		for i := range t.spots {
			p := &t.spots[i]
			block := s.whole(from+i, &kept)

			if t.gather != nil && last[i] > 0 {
				for j, place := range t.gather {
					gathered[j] = block[place&lastCoefficient]
				}

				block = &gathered
			}

			at := p.at + (x-t.mcus.Min.X)*p.next
			put(block, p.divisors, int(last[i]), t.side, p.layer.Pix[at:], p.layer.Stride)
		}
	}
}

// endRow says that a row of MCUs is complete.
func (t *target) endRow(y int) {
	if !t.wants(y) {
		return
	}

	n := y - t.mcus.Min.Y

	for i := range t.layers {
		l, plane := &t.layers[i], &t.picture.Planes[i]
		from, to := n*l.rows, min((n+1)*l.rows, plane.Height)

		if n+1 == t.mcus.Dy() {
			to = plane.Height
		}

		l.extend(from, to, plane.Width)

		if t.inks != nil && to > from {
			t.inks(i, l.Pix[(from-l.Top)*l.Stride:(to-l.Top)*l.Stride])
		}

		t.windows[i] = l.Rows(plane.Width, to)
	}

	t.sink.Take(t.windows)
}
