package colormodel

import (
	"testing"

	"triptych/picture/planes"
)

func BenchmarkConvert(b *testing.B) {
	for name, c := range map[string]struct {
		model   planes.Model
		convert func(img *planes.Image)
	}{
		"RGB to YCbCr": {planes.RGB, ToYCbCr},
		"YCbCr to RGB": {planes.YCbCr, ToRGB},
		"CMYK to RGB":  {planes.CMYK, CMYKToRGB},
		"halving":      {planes.Gray, func(img *planes.Image) { Halve(planes.New(400, 300), img.Planes[0]) }},
	} {
		b.Run(name, func(b *testing.B) {
			img := &planes.Image{Width: 800, Height: 600}
			for range c.model.Components() {
				img.Planes = append(img.Planes, planes.New(800, 600))
			}

			all := img.Planes

			for b.Loop() {
				img.Model, img.Planes = c.model, all
				c.convert(img)
			}
		})
	}
}
