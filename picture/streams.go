package picture

import (
	"bytes"
	"image"

	"triptych/picture/planes"
	"triptych/picture/resize"
)

// streamed makes a variant of a JPEG during decoding, so that the planes are not held in
// memory. It is the decoder's sink.
type streamed struct {
	source *source
	plan   *plan
	scale  int
}

// Begin implements [decoder.Sink].
func (s *streamed) Begin(picture *planes.Image, region image.Rectangle) {
	s.source.prepare(picture.Model, s.plan.want)

	part := s.plan.within(region, s.scale)
	s.plan.stream = resize.NewStream(picture, part, s.plan.size.X, s.plan.size.Y, s.source.options(s.plan))
}

// Take implements [decoder.Sink].
func (s *streamed) Take(rows []planes.Window) { s.plan.stream.Take(rows) }

// Needs implements [decoder.Sink].
func (s *streamed) Needs(plane int) int { return s.plan.stream.Needs(plane) }

// allStreamed makes all variants of a PNG during decoding.
type allStreamed struct {
	source *source
	plans  []plan

	colors int // planes without alpha
	seen   int // rows that are already multiplied by alpha
}

// streams reports whether all variants can and should be made while rows arrive. Either
// all variants scale or none does: a variant that does not scale needs the original
// colors, and all others need colors multiplied by alpha. No variant has only a few rows:
// its filter reads so many rows of the image that holding the whole image is better.
func streams(plans []plan) bool {
	const few = 24

	for i := range plans {
		if plans[i].copies() != plans[0].copies() || plans[i].lies.Y < few {
			return false
		}
	}

	return len(plans) > 0
}

// Begin implements [png.Sink].
func (s *allStreamed) Begin(picture *planes.Image, alpha bool) {
	s.colors = len(picture.Planes)
	s.source.premultiplied = alpha && !s.plans[0].copies()

	for i := range s.plans {
		p := &s.plans[i]
		s.source.prepare(picture.Model, p.want)

		part, options := p.within(image.Rectangle{}, 1), s.source.options(p)
		p.stream = resize.NewStream(picture, part, p.size.X, p.size.Y, options)

		if alpha {
			mask := planes.Plane{Width: picture.Width, Height: picture.Height}
			p.mask = resize.NewStream(inOnePlane(mask), part, p.size.X, p.size.Y, options)
		}
	}
}

// Take implements [png.Sink].
func (s *allStreamed) Take(rows []planes.Window) {
	colors, alpha := rows[:s.colors], rows[s.colors:]

	if s.source.premultiplied {
		s.premultiply(colors, &alpha[0])
	}

	for i := range s.plans {
		s.plans[i].stream.Take(colors)

		if len(alpha) > 0 {
			s.plans[i].mask.Take(alpha)
		}
	}
}

// premultiply multiplies the new rows by alpha.
func (s *allStreamed) premultiply(colors []planes.Window, alpha *planes.Window) {
	for ; s.seen < alpha.Top+alpha.Height; s.seen++ {
		hides := alpha.Row(s.seen - alpha.Top)
		if bytes.Count(hides, []byte{opaque}) == len(hides) {
			continue
		}

		for i := range colors {
			resize.PremultiplyRow(colors[i].Row(s.seen-alpha.Top), hides)
		}
	}
}

// Needs implements [png.Sink].
func (s *allStreamed) Needs(plane int) int {
	first := s.plans[0].needs(plane, s.colors)
	for i := range s.plans {
		first = min(first, s.plans[i].needs(plane, s.colors))
	}

	return first
}

func (p *plan) needs(plane, colors int) int {
	if plane == colors {
		return p.mask.Needs(0)
	}

	return p.stream.Needs(plane)
}

// inOnePlane returns a plane as a gray image.
func inOnePlane(plane planes.Plane) *planes.Image {
	return &planes.Image{Model: planes.Grey, Width: plane.Width, Height: plane.Height, Planes: []planes.Plane{plane}}
}
