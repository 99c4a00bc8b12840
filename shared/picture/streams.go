package picture

import (
	"image"

	"triptych/shared/picture/planes"
	"triptych/shared/picture/resize"
)

// streamed makes a variant of a JPEG while it is decoded, so that its planes need not
// be held: the decoder's sink.
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
