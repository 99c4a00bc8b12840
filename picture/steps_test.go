package picture

import (
	"slices"
	"testing"

	"triptych/picture/icc"
	"triptych/picture/planes"
	"triptych/picture/variant"
)

// TestStepsFor checks which steps lie between the pixels of each model and the encoder of
// each format, and in which order.
func TestStepsFor(t *testing.T) {
	plain, srgb := colors{}, colors{toSRGB: new(icc.Transform)}
	jpeg, png, webp := variant.Spec{Format: variant.JPEG}, variant.Spec{Format: variant.PNG}, variant.Spec{Format: variant.WebP}
	jpegSRGB := variant.Spec{Format: variant.JPEG, Colorspace: variant.SRGB}

	for name, c := range map[string]struct {
		model planes.Model
		alpha planes.Alpha
		color colors
		want  variant.Spec

		list   []string
		model2 planes.Model
		pixels bool
	}{
		"a JPEG from a JPEG":          {planes.YCbCr, planes.Opaque, plain, jpeg, nil, planes.YCbCr, false},
		"a gray WebP":                 {planes.Gray, planes.Opaque, plain, webp, nil, planes.Gray, false},
		"a PNG from a JPEG":           {planes.YCbCr, planes.Opaque, plain, png, []string{"YCbCr to RGB"}, planes.RGB, true},
		"a PNG from a PNG":            {planes.RGB, planes.Opaque, plain, png, nil, planes.RGB, true},
		"a JPEG from a PNG":           {planes.RGB, planes.Opaque, plain, jpeg, []string{"RGB to YCbCr"}, planes.YCbCr, false},
		"a scaled PNG with alpha":     {planes.RGB, planes.Premultiplied, plain, png, []string{"divide by alpha"}, planes.RGB, true},
		"a PNG with alpha":            {planes.RGB, planes.Straight, plain, png, nil, planes.RGB, true},
		"a scaled WebP with alpha":    {planes.RGB, planes.Premultiplied, plain, webp, []string{"divide by alpha", "RGB to YCbCr"}, planes.YCbCr, false},
		"a gray WebP with alpha":      {planes.Gray, planes.Premultiplied, plain, webp, []string{"divide by alpha"}, planes.Gray, false},
		"a WebP from YCbCr and alpha": {planes.YCbCr, planes.Straight, plain, webp, nil, planes.YCbCr, false},
		"a scaled JPEG without alpha": {planes.RGB, planes.Premultiplied, plain, jpeg, []string{"draw on white", "RGB to YCbCr"}, planes.YCbCr, false},
		"a JPEG without alpha": {
			planes.Gray, planes.Straight, plain, jpeg, []string{"multiply by alpha", "draw on white"}, planes.Gray, false,
		},
		"a JPEG in sRGB without alpha": {
			planes.RGB, planes.Premultiplied, srgb, jpegSRGB,
			[]string{"divide by alpha", "profile to sRGB", "multiply by alpha", "draw on white", "RGB to YCbCr"}, planes.YCbCr, false,
		},
		"a JPEG in sRGB from a JPEG": {
			planes.YCbCr, planes.Opaque, srgb, jpegSRGB, []string{"YCbCr to RGB", "profile to sRGB", "RGB to YCbCr"}, planes.YCbCr, false,
		},
		"a JPEG from YCCK without a profile": {
			planes.YCCK, planes.Opaque, plain, jpeg, []string{"YCCK to CMYK", "CMYK to RGB", "RGB to YCbCr"}, planes.YCbCr, false,
		},
		"a PNG from CMYK with a profile": {planes.CMYK, planes.Opaque, srgb, png, []string{"profile to sRGB"}, planes.RGB, true},
	} {
		t.Run(name, func(t *testing.T) {
			got := stepsFor(c.model, c.alpha, c.color, c.want)

			var list []string
			for _, s := range got.list {
				list = append(list, s.name)
			}

			if !slices.Equal(list, c.list) || got.model != c.model2 || got.pixels != c.pixels {
				t.Errorf("%q, model %d, pixels %v; want %q, model %d, pixels %v", list, got.model, got.pixels, c.list, c.model2, c.pixels)
			}
		})
	}
}
