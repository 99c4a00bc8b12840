package picture

import (
	"image"

	"triptych/shared/picture/planes"
	"triptych/shared/picture/resize"
)

// streams make the variants of a JPEG while it is decoded, so that its planes need
// not be held: the decoder's sink.
type streams struct {
	source *source
	plans  []plan
}

// Begin implements [decoder.Sink].
func (s streams) Begin(picture *planes.Image, region image.Rectangle) {
	s.source.picture, s.source.region = picture, region
	s.source.prepare(s.plans)

	for i := range s.plans {
		p := &s.plans[i]
		p.stream = resize.NewStream(picture, p.within(region, s.source.scale), p.size.X, p.size.Y, s.source.options(p))
	}
}

// Take implements [decoder.Sink].
func (s streams) Take(rows []planes.Window) {
	for i := range s.plans {
		s.plans[i].stream.Take(rows)
	}
}

// Needs implements [decoder.Sink].
func (s streams) Needs(plane int) int {
	first := s.source.picture.Planes[plane].Height
	for i := range s.plans {
		first = min(first, s.plans[i].stream.Needs(plane))
	}

	return first
}
