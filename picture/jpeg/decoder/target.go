package decoder

import (
	"fmt"
	"image"

	"triptych/picture/jpeg/t81"
	"triptych/picture/planes"
)

// Target describes an image to decode from a file.
type Target struct {
	// Scale divides width and height: 1, 2, 4 or 8; 0 means 1.
	Scale int
	// Region is the part that is needed, in pixels of the full size. An empty region
	// means the whole image.
	Region image.Rectangle
	// Sink receives the rows as they are decoded.
	Sink planes.Sink
}

// target is the state of an image while it is decoded.
type target struct {
	side   int             // the side of a block in samples
	mcus   image.Rectangle // the decoded part, in MCUs of all components
	region image.Rectangle // the same, in pixels
	sink   planes.Sink

	picture *planes.Image // without samples
	layers  []layer       // one per component
	windows []planes.Window
	spots   []spot // the blocks of an MCU
	// gather has the place of each coefficient of a block in the strips of the file. It
	// is nil if the strips have the order of this target's transform.
	gather []uint8
	invert func(plane int, samples []byte) // inverts CMYK channels; may be nil
}

// spot is the destination of one block of an MCU.
type spot struct {
	layer    *layer
	quants   *coefficients
	within   image.Point // in samples
	at, next int         // the place in the first MCU of the row, and the distance to the next MCU
}

// side checks a scale, and returns the number of samples that a side of a block becomes:
// 8, 4, 2 or 1.
func side(scale int) (int, error) {
	switch scale {
	case 0:
		return t81.BlockSide, nil
	case 1, 2, 4, 8:
		return t81.BlockSide / scale, nil
	}

	return 0, fmt.Errorf("decode JPEG: scale 1/%d is not 1, 1/2, 1/4 or 1/8", scale)
}

// newTarget creates a target and lays out its planes.
func (d *decoder) newTarget(wanted Target, side int) *target {
	picture := image.Rect(0, 0, d.frame.Width, d.frame.Height)
	across, down := t81.BlockSide*d.frame.across, t81.BlockSide*d.frame.down

	region := wanted.Region.Intersect(picture)
	if region.Empty() {
		region = picture
	}

	t := &target{side: side, sink: wanted.Sink, gather: d.place.gather(placements[side]), invert: d.inverter()}
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
		t.place(c, &t.layers[i], placements[side].quants(c.quants))
	}

	return t
}

// place stores the destinations of the blocks of a component.
func (t *target) place(c *component, l *layer, quants *coefficients) {
	for y := range c.Down {
		for x := range c.Across {
			t.spots = append(t.spots, spot{
				layer: l, quants: quants, within: image.Pt(x, y).Mul(t.side), next: c.Across * t.side,
			})
		}
	}
}

// wants reports whether a row of MCUs is wanted.
func (t *target) wants(y int) bool { return y >= t.mcus.Min.Y && y < t.mcus.Max.Y }

// beginRow makes room for a row of MCUs, if it is wanted, and finds the places of its
// first blocks.
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

// transform turns the wanted blocks of a strip into samples.
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
			put(block, p.quants, int(last[i]), t.side, p.layer.Pix[at:], p.layer.Stride)
		}
	}
}

// endRow passes a complete row of MCUs to the sink.
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

		if t.invert != nil && to > from {
			t.invert(i, l.Pix[(from-l.Top)*l.Stride:(to-l.Top)*l.Stride])
		}

		t.windows[i] = l.Rows(plane.Width, to)
	}

	t.sink.Take(t.windows)
}
