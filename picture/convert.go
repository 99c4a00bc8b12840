package picture

import (
	"triptych/picture/colormodel"
	"triptych/picture/icc"
	"triptych/picture/planes"
	"triptych/picture/resize"
	"triptych/picture/variant"
)

// prepareAll prepares for all plans of a picture in planes or pixels.
func (s *source) prepareAll(plans []plan) {
	model := planes.RGB
	if s.picture != nil {
		model = s.picture.Model
	}

	for i := range plans {
		s.prepare(model, plans[i].want)
	}
}

// prepare reads the profile's transform into sRGB where a variant needs it, and where
// the profile is for what the picture is made of. Without one, or with one that is
// not known, CMYK goes by the plain formula, and the rest stays as it is.
func (s *source) prepare(model planes.Model, want variant.Spec) {
	inks := model == planes.CMYK || model == planes.YCCK
	space := icc.RGB

	switch {
	case inks:
		space = icc.CMYK
	case model == planes.Grey:
		space = icc.Grey
	}

	if !inks && want.Colorspace != variant.SRGB || s.toSRGB != nil || icc.SpaceOf(s.profile) != space {
		return
	}

	transform, err := icc.ToSRGB(s.profile)
	if err != nil {
		return // A profile that is not known is no reason to refuse a picture.
	}

	s.toSRGB = transform
}

// converts says whether a variant's colors go through the profile.
func (s *source) converts(want variant.Spec) bool {
	return s.toSRGB != nil && want.Colorspace == variant.SRGB
}

// color gives layers the colors that a variant wants, and their profile. Samples
// have become few by now.
func (s *source) color(small *layers, want variant.Spec) {
	small.profile = s.profile

	switch small.picture.Model {
	case planes.YCCK:
		colormodel.ToCMYK(small.picture)
		s.inks(small)
	case planes.CMYK:
		s.inks(small)
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

// inks turns CMYK into sRGB.
func (s *source) inks(small *layers) {
	if s.toSRGB != nil {
		s.toSRGB.Apply(small.picture)
	} else {
		colormodel.InksToRGB(small.picture)
	}

	small.profile = nil
}

func (l *layers) unpremultiply() {
	if l.premultiplied && l.alpha != nil {
		resize.Unpremultiply(l.picture.Planes, *l.alpha)
	}

	l.premultiplied = false
}
