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
	kind    planes.Alpha // after the steps
	pixels  bool         // the encoder takes pixels, not planes
	profile []byte       // ICC, of the result; nil if there is none
}

// stepsFor returns the steps from a frame to the encoder of a variant. They depend only
// on the model, the kind of alpha, the colors and the variant. A JPEG has no alpha. PNGs are
// encoded from pixels.
func stepsFor(model planes.Model, kind planes.Alpha, c colors, want variant.Spec) steps {
	s := steps{model: model, kind: kind, profile: c.profile}

	s.toColors(c, want)

	if want.Format == variant.JPEG {
		s.withoutAlpha()
	}

	// A gray image with alpha is written in color, as image/png does.
	if !matches(s.profile, s.model == planes.Gray && s.kind == planes.Opaque) {
		s.profile = nil
	}

	s.straight()

	s.pixels = want.Format == variant.PNG

	switch {
	case s.pixels:
		s.toRGB()
	case s.model == planes.RGB:
		s.add(rgbToYCbCr, planes.YCbCr)
	}

	return s
}

func (s *steps) add(next step, model planes.Model) { s.list, s.model = append(s.list, next), model }

// toColors adds the steps that convert to the colors that the variant wants. CMYK always
// becomes sRGB.
func (s *steps) toColors(c colors, want variant.Spec) {
	switch {
	case s.model == planes.YCCK || s.model == planes.CMYK:
		if s.model == planes.YCCK {
			s.add(ycckToCMYK, planes.CMYK)
		}

		s.add(c.fromCMYK(), planes.RGB)

		s.profile = nil
	case c.converts(want):
		s.straight()
		s.toRGB()
		s.add(c.fromProfile(), c.toSRGB.Model(s.model))

		s.profile = nil
	}
}

// straight adds the step that divides premultiplied colors by alpha.
func (s *steps) straight() {
	if s.kind == planes.Premultiplied {
		s.add(unpremultiply, s.model)

		s.kind = planes.Straight
	}
}

// toRGB adds the step that converts YCbCr to RGB.
func (s *steps) toRGB() {
	if s.model == planes.YCbCr {
		s.add(ycbcrToRGB, planes.RGB)
	}
}

// withoutAlpha adds the steps that draw the image on white.
func (s *steps) withoutAlpha() {
	if s.kind == planes.Opaque {
		return
	}

	if s.kind == planes.Straight {
		s.add(premultiply, s.model)
	}

	s.add(onWhite, s.model)

	s.kind = planes.Opaque
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
