package picture

import (
	"context"
	"image"

	"triptych/picture/icc"
	"triptych/picture/metadata"
	"triptych/picture/planes"
	"triptych/picture/resize"
	"triptych/picture/variant"
)

// source is a decoded image as stored, not upright. GIFs and WebPs with alpha are in
// pixels. All others are in planes.
type source struct {
	info    metadata.Info
	file    []byte
	profile []byte // ICC; nil if there is none

	picture *planes.Image
	alpha   *planes.Plane // nil if all pixels are opaque

	premultiplied bool // the colors are multiplied by alpha

	// toSRGB is the transform of the profile; nil if there is none or no variant needs
	// it.
	toSRGB *icc.Transform

	pixels image.Image // if there are no planes
}

// variant makes one variant.
func (s *source) variant(ctx context.Context, p *plan) (Output, error) {
	if err := ctx.Err(); err != nil {
		return Output{}, err
	}

	if s.moves(p.want) {
		return s.animate(ctx, p)
	}

	small := s.layersFor(p)

	if err := ctx.Err(); err != nil {
		return Output{}, err
	}

	return small.encode(ctx, p.want, s.threads())
}

// layersFor makes a variant's pixels in the colors that the variant wants.
func (s *source) layersFor(p *plan) *layers {
	var small *layers

	switch {
	case p.stream != nil:
		small = &layers{picture: p.stream.Image(), premultiplied: s.premultiplied}
		if p.mask != nil {
			small.alpha = &p.mask.Image().Planes[0]
		}

		p.stream, p.mask = nil, nil
	case s.picture != nil:
		small = s.resize(p)
	default:
		small = s.resizePixels(p)
	}

	s.color(small, p.want)

	return small
}

// resize crops, scales and turns the planes, each plane once.
func (s *source) resize(p *plan) *layers {
	if s.alpha != nil && !p.copies() && !s.premultiplied {
		resize.Premultiply(s.picture.Planes, *s.alpha)
		s.premultiplied = true
	}

	options, part := s.options(p), p.within(image.Rectangle{}, 1)
	small := &layers{
		picture:       resize.Image(s.sampledFor(p, options), part, p.size.X, p.size.Y, options),
		premultiplied: s.premultiplied,
	}

	if s.alpha != nil {
		small.alpha = &resize.Image(inOnePlane(*s.alpha), part, p.size.X, p.size.Y, options).Planes[0]
	}

	return small
}

// options returns the options for resizing a plan.
func (s *source) options(p *plan) resize.Options {
	options := resize.Options{Threads: s.threads(), Orientation: s.info.Orientation}
	if p.want.Format == variant.PNG || s.converts(p.want) {
		options.Sampling = resize.Sampling444
	}

	return options
}
