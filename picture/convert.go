package picture

import (
	"triptych/picture/colormodel"
	"triptych/picture/icc"
	"triptych/picture/planes"
	"triptych/picture/resize"
	"triptych/picture/variant"
)

// prepareAll calls prepare for all plans of an image, in planes or in pixels.
func (s *source) prepareAll(plans []plan) {
	model := planes.RGB
	if s.picture != nil {
		model = s.picture.Model
	}

	for i := range plans {
		s.prepare(model, plans[i].want)
	}
}

// prepare reads the profile's transform into sRGB if a variant needs it and the profile
// fits the components of the image. Without a profile, or with an unknown one, CMYK is
// converted by the plain formula and all other colors stay as they are.
func (s *source) prepare(model planes.Model, want variant.Spec) {
	cmyk := model == planes.CMYK || model == planes.YCCK
	space := icc.RGB

	switch {
	case cmyk:
		space = icc.CMYK
	case model == planes.Grey:
		space = icc.Grey
	}

	if !cmyk && want.Colorspace != variant.SRGB || s.toSRGB != nil || icc.SpaceOf(s.profile) != space {
		return
	}

	transform, err := icc.ToSRGB(s.profile)
	if err != nil {
		return // An unknown profile is not a reason to reject an image.
	}

	s.toSRGB = transform
}

// converts reports whether a variant's colors are converted by the profile.
func (s *source) converts(want variant.Spec) bool {
	return s.toSRGB != nil && want.Colorspace == variant.SRGB
}

// color converts layers to the colors that a variant wants, and sets their profile. The
// image is already scaled, so there are few samples.
func (s *source) color(small *layers, want variant.Spec) {
	small.profile = s.profile

	switch small.picture.Model {
	case planes.YCCK:
		colormodel.ToCMYK(small.picture)
		s.convertCMYK(small)
	case planes.CMYK:
		s.convertCMYK(small)
	case planes.Grey, planes.YCbCr, planes.RGB:
		if !s.converts(want) {
			return
		}

		small.unpremultiply()

		if small.picture.Model == planes.YCbCr {
			colormodel.ToRGB(small.picture)
		}

		s.toSRGB.Apply(small.picture)

		small.profile = nil
	}
}

// convertCMYK turns CMYK into sRGB.
func (s *source) convertCMYK(small *layers) {
	if s.toSRGB != nil {
		s.toSRGB.Apply(small.picture)
	} else {
		colormodel.CMYKToRGB(small.picture)
	}

	small.profile = nil
}

func (l *layers) unpremultiply() {
	if l.premultiplied && l.alpha != nil {
		resize.Unpremultiply(l.picture.Planes, *l.alpha)
	}

	l.premultiplied = false
}
