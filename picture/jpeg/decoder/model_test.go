package decoder

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"testing"

	"triptych/picture/planes"
)

func TestModels(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))

	for name, c := range map[string]struct {
		components int
		ids        string
		adobe      int
		jfif       bool
		want       planes.Model
	}{
		"gray":                           {1, "", -1, true, planes.Gray},
		"JFIF":                           {3, "", -1, true, planes.YCbCr},
		"no marker":                      {3, "", -1, false, planes.YCbCr},
		"Adobe's YCbCr":                  {3, "", 1, false, planes.YCbCr},
		"Adobe's RGB":                    {3, "", 0, false, planes.RGB},
		"JFIF before Adobe":              {3, "", 0, true, planes.YCbCr},
		"R, G, B":                        {3, "RGB", -1, false, planes.RGB},
		"R, G, B with JFIF":              {3, "RGB", -1, true, planes.YCbCr},
		"R, G, B that Adobe calls YCbCr": {3, "RGB", 1, false, planes.YCbCr},
		"CMYK":                           {4, "", -1, false, planes.CMYK},
		"Adobe's CMYK":                   {4, "", 0, false, planes.CMYK},
		"YCCK":                           {4, "", 2, false, planes.YCCK},
		"an unknown Adobe transform (4)": {4, "", 9, false, planes.YCCK},
	} {
		factors := make([]Sampling, c.components)
		for i := range factors {
			factors[i] = Sampling{1, 1}
		}

		d := randomDrawing(random, 24, 16, 0.2, factors...)
		for i := range c.ids {
			d.components[i].id = c.ids[i]
		}

		coding := sequential.of(c.components, 0)
		coding.adobe, coding.jfif = c.adobe, c.jfif
		file := d.encode(random, coding)

		header, err := ReadHeader(file)
		if err != nil || header.Model != c.want || header.Width != 24 || header.Height != 16 || header.Progressive {
			t.Errorf("%s: %+v, %v", name, header, err)
		}

		picture, _, err := decodeAll(context.Background(), file, Target{}, Options{})
		if err != nil || picture.Model != c.want || len(picture.Planes) != c.want.Components() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// CMYK channels mean the same with and without Adobe's segment.
func TestDecode_invertsCMYKWithoutAdobeSegment(t *testing.T) {
	random := rand.New(rand.NewPCG(17, 18))
	drawing := randomDrawing(random, 24, 16, 0.05, samplings["CMYK"]...)

	decode := func(adobe int) *planes.Image {
		coding := sequential.of(4, 0)
		coding.adobe = adobe

		picture, _, err := decodeAll(context.Background(), drawing.encode(random, coding), Target{}, Options{})
		if err != nil {
			t.Fatal(err)
		}

		return picture
	}

	with, without := decode(0), decode(-1)
	if with.Model != planes.CMYK || without.Model != planes.CMYK {
		t.Fatalf("models %d and %d", with.Model, without.Model)
	}

	for i := range with.Planes {
		for y := range 16 {
			if !bytes.Equal(with.Planes[i].Row(y), without.Planes[i].Row(y)) {
				t.Fatalf("channel %d differs in row %d", i, y)
			}
		}
	}
}

// CMYK channels have the same meaning as in image/jpeg: directly in CMYK, and by JFIF's
// formulas in YCCK.
func TestDecode_CMYKEqualsImageJPEG(t *testing.T) {
	random := rand.New(rand.NewPCG(15, 16))

	for _, transform := range []int{0, 2} {
		coding := sequential.of(4, 0)
		coding.adobe = transform
		file := randomDrawing(random, 24, 16, 0.05, samplings["CMYK"]...).encode(random, coding)

		got, _, err := decodeAll(context.Background(), file, Target{}, Options{})
		if err != nil {
			t.Fatal(err)
		}

		reference, err := jpeg.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}

		want := reference.(*image.CMYK)

		for y := range 16 {
			for x := range 24 {
				var channels [4]byte
				for i := range channels {
					channels[i] = got.Planes[i].Row(y)[x]
				}

				if transform == 2 {
					channels[0], channels[1], channels[2] = color.YCbCrToRGB(channels[0], channels[1], channels[2])
				}

				theirs := want.CMYKAt(x, y)
				for i, other := range [4]byte{theirs.C, theirs.M, theirs.Y, theirs.K} {
					if diff := int(channels[i]) - int(other); diff < -4 || diff > 4 {
						t.Fatalf("transform %d at %d, %d: %v, want %v", transform, x, y, channels, theirs)
					}
				}
			}
		}
	}
}
