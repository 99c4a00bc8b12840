package picture

import (
	"triptych/picture/colormodel"
	"triptych/picture/planes"
	"triptych/picture/variant"
)

// step is one conversion of the colors of a frame. It runs on bands.
type step struct {
	name string
	run  func(*band)
}

// The steps between decoder and encoder, together with those of [colors].
var (
	premultiply   = step{"multiply by alpha", multiplyByAlpha}
	unpremultiply = step{"divide by alpha", divideByAlpha}
	onWhite       = step{"draw on white", drawOnWhite}

	ycckToCMYK = step{"YCCK to CMYK", func(b *band) { colormodel.ToCMYK(&b.Image) }}
	cmykToRGB  = step{"CMYK to RGB", func(b *band) { colormodel.CMYKToRGB(&b.Image) }}
	ycbcrToRGB = step{"YCbCr to RGB", func(b *band) { colormodel.ToRGB(&b.Image) }}
	rgbToYCbCr = step{"RGB to YCbCr", func(b *band) { colormodel.ToYCbCr(&b.Image) }}
)

// steps are the conversions of a frame, in their order, and their result.
type steps struct {
	list    []step
	model   planes.Model // after the steps
	alpha   bool         // after the steps
	pixels  bool         // the encoder takes pixels, not planes
	profile []byte       // ICC, of the result; nil if there is none
}

func (s *steps) add(next step, model planes.Model) { s.list, s.model = append(s.list, next), model }

// stepsFor returns the steps from a frame to the encoder of a variant. They depend only
// on the model, the kind of alpha, the colors and the variant. A JPEG has no alpha. PNGs,
// and WebPs with alpha, are encoded from pixels.
func stepsFor(model planes.Model, alpha planes.Alpha, c colors, want variant.Spec) steps {
	s := steps{model: model, profile: c.profile}

	unmultiplied := func() {
		if alpha == planes.Premultiplied {
			s.add(unpremultiply, s.model)

			alpha = planes.Straight
		}
	}

	switch {
	case model == planes.YCCK || model == planes.CMYK:
		if model == planes.YCCK {
			s.add(ycckToCMYK, planes.CMYK)
		}

		s.add(c.fromCMYK(), planes.RGB)

		s.profile = nil
	case c.converts(want):
		unmultiplied()

		if s.model == planes.YCbCr {
			s.add(ycbcrToRGB, planes.RGB)
		}

		s.add(c.fromProfile(), c.toSRGB.Model(s.model))

		s.profile = nil
	}

	if want.Format == variant.JPEG && alpha != planes.Opaque {
		if alpha == planes.Straight {
			s.add(premultiply, s.model)
		}

		s.add(onWhite, s.model)

		alpha = planes.Opaque
	}

	s.alpha = alpha != planes.Opaque

	// A gray image with alpha is written in color, as image/png does.
	if !matches(s.profile, s.model == planes.Grey && !s.alpha) {
		s.profile = nil
	}

	s.pixels = want.Format == variant.PNG || s.alpha

	switch {
	case s.pixels:
		unmultiplied()

		if s.model == planes.YCbCr {
			s.add(ycbcrToRGB, planes.RGB)
		}
	case s.model == planes.RGB:
		s.add(rgbToYCbCr, planes.YCbCr)
	}

	return s
}

// kind returns the kind of alpha of a frame.
func (f frame) kind() planes.Alpha {
	switch {
	case f.alpha == nil:
		return planes.Opaque
	case f.premultiplied:
		return planes.Premultiplied
	default:
		return planes.Straight
	}
}

func multiplyByAlpha(b *band) { b.eachRow(planes.PremultiplyRow) }

func divideByAlpha(b *band) { b.eachRow(planes.UnpremultiplyRow) }

func drawOnWhite(b *band) {
	b.eachRow(func(row, alpha []byte) {
		for x, value := range row {
			// The filter's overshoot can make a color larger than its alpha.
			row[x] = uint8(min(int(value)+opaque-int(alpha[x]), opaque)) //nolint:gosec // At most 255.
		}
	})
}

// eachRow changes the rows of each color.
func (b *band) eachRow(change func(row, alpha []byte)) {
	for i := range b.Planes {
		for y := range b.Height {
			change(b.Planes[i].Row(y), b.alpha.Row(y))
		}
	}
}
