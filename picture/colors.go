package picture

import (
	"triptych/picture/icc"
	"triptych/picture/planes"
	"triptych/picture/variant"
)

// colors says what the samples of an image mean.
type colors struct {
	profile []byte // ICC; nil if there is none
	// toSRGB is the transform of the profile; nil if there is none or no variant needs
	// it.
	toSRGB *icc.Transform
}

// colorsOf reads the profile's transform into sRGB if a variant needs it and the profile
// fits the components of the image. Without a profile, or with an unknown one, CMYK is
// converted by the plain formula and all other colors stay as they are.
func colorsOf(profile []byte, model planes.Model, plans []plan) colors {
	c := colors{profile: profile}
	cmyk := model == planes.CMYK || model == planes.YCCK
	space, needed := icc.RGB, cmyk && len(plans) > 0

	switch {
	case cmyk:
		space = icc.CMYK
	case model == planes.Gray:
		space = icc.Gray
	}

	for i := range plans {
		needed = needed || plans[i].want.Colorspace == variant.SRGB
	}

	if !needed || icc.SpaceOf(profile) != space {
		return c
	}

	transform, err := icc.ToSRGB(profile)
	if err != nil {
		return c // An unknown profile is not a reason to reject an image.
	}

	c.toSRGB = transform

	return c
}

// converts reports whether a variant's colors are converted by the profile.
func (c colors) converts(want variant.Spec) bool {
	return c.toSRGB != nil && want.Colorspace == variant.SRGB
}

// fromProfile returns the step that converts the profile's colors to sRGB.
func (c colors) fromProfile() step {
	return step{"profile to sRGB", func(b *band) { c.toSRGB.Apply(&b.Image) }}
}

// fromCMYK returns the step that converts CMYK to sRGB.
func (c colors) fromCMYK() step {
	if c.toSRGB == nil {
		return cmykToRGB
	}

	return c.fromProfile()
}
