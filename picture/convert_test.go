package picture_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"triptych/picture/icc"
	"triptych/picture/planes"
	"triptych/picture/variant"
)

func profileFile(t testing.TB, name string) string {
	t.Helper()

	data, err := os.ReadFile(filepath.Join("icc", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}

	return string(data)
}

func inSRGB(want variant.Spec) variant.Spec {
	want.Colorspace = variant.SRGB

	return want
}

// converted applies a profile's transform to colors, one per column.
func converted(t *testing.T, profile string, drawn image.Image) image.Image {
	t.Helper()

	transform, err := icc.ToSRGB([]byte(profile))
	if err != nil {
		t.Fatal(err)
	}

	size := drawn.Bounds().Size()
	picture := &planes.Image{Model: planes.RGB, Width: size.X, Height: size.Y, Planes: make([]planes.Plane, 3)}

	for i := range picture.Planes {
		picture.Planes[i] = planes.New(size.X, size.Y)
	}

	for y := range size.Y {
		for x := range size.X {
			r, g, b, _ := drawn.At(x, y).RGBA()
			picture.Planes[0].Row(y)[x], picture.Planes[1].Row(y)[x], picture.Planes[2].Row(y)[x] = uint8(r>>8), uint8(g>>8), uint8(b>>8)
		}
	}

	transform.Apply(picture)

	made := image.NewNRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			made.SetNRGBA(x, y, color.NRGBA{picture.Planes[0].Row(y)[x], picture.Planes[1].Row(y)[x], picture.Planes[2].Row(y)[x], 255})
		}
	}

	return made
}

func TestProcess_sRGB_convertsColors(t *testing.T) {
	drawn, profile := lopsided(60, 40), profileFile(t, "adobe.icc")
	want := converted(t, profile, drawn)

	if psnr(t, want, drawn) > 40 {
		t.Fatal("the profile changes nothing")
	}

	for name, test := range map[string]struct {
		file  []byte
		least float64
	}{
		"PNG":  {withChunk(encodePNG(t, drawn), "iCCP", "a name\x00\x00"+deflate(t, profile)), 60},
		"JPEG": {withSegment(encodeJPEG(t, drawn), 0xe2, "ICC_PROFILE\x00\x01\x01"+profile), 30},
		"WebP": {extended(t, "lossy.webp", 1<<5, riffChunk("ICCP", profile), nil), 0},
	} {
		t.Run(name, func(t *testing.T) {
			output, got := make1(t, test.file, inSRGB(asPNG(100, 100)))
			if profileOf(t, output) != "" {
				t.Error("the profile is still there")
			}

			if test.least > 0 && psnr(t, got, want) < test.least {
				t.Errorf("%.1f dB", psnr(t, got, want))
			}

			if _, small := make1(t, test.file, inSRGB(asJPEG(100, 100))); psnr(t, small, got) < 25 {
				t.Errorf("as a JPEG %.1f dB from the PNG", psnr(t, small, got))
			}

			if output, _ := make1(t, test.file, asPNG(100, 100)); profileOf(t, output) != profile {
				t.Error("the profile is lost although sRGB is not wanted")
			}
		})
	}
}

func TestProcess_sRGB_convertsGray(t *testing.T) {
	gray, profile := image.NewGray(image.Rect(0, 0, 60, 40)), profileFile(t, "gray.icc")
	for i := range gray.Pix {
		gray.Pix[i] = 128
	}

	file := withChunk(encodePNG(t, gray), "iCCP", "a name\x00\x00"+deflate(t, profile))

	output, got := make1(t, file, inSRGB(asPNG(100, 100)))
	if profileOf(t, output) != "" {
		t.Error("the profile is still there")
	}

	// 128 at gamma 1.8 is 145 in sRGB.
	shade, ok := color.GrayModel.Convert(got.At(0, 0)).(color.Gray)
	if red, green, blue, _ := got.At(0, 0).RGBA(); !ok || red != green || green != blue || shade.Y < 143 || shade.Y > 147 {
		t.Errorf("%T %v", got, got.At(0, 0))
	}
}

func TestProfilesThatCannotBeConvertedStay(t *testing.T) {
	profile := profileFor("RGB ", 500) // without any tag
	file := withChunk(encodePNG(t, lopsided(60, 40)), "iCCP", "a name\x00\x00"+deflate(t, profile))

	output, got := make1(t, file, inSRGB(asPNG(100, 100)))
	if profileOf(t, output) != profile || psnr(t, got, lopsided(60, 40)) < 60 {
		t.Error("something changed")
	}
}

func TestProcess_CMYK_usesProfile(t *testing.T) {
	file, profile := testdata(t, "cmyk.jpg"), profileFile(t, "cmyk-mft2.icc")
	_, plain := make1(t, file, asPNG(1000, 1000))
	output, got := make1(t, withSegment(file, 0xe2, "ICC_PROFILE\x00\x01\x01"+profile), asPNG(1000, 1000))

	if profileOf(t, output) != "" {
		t.Error("the CMYK profile is in an RGB image")
	}

	decoded, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}

	cmyk := decoded.(*image.CMYK)

	transform, err := icc.ToSRGB([]byte(profile))
	if err != nil {
		t.Fatal(err)
	}

	different := false

	for _, at := range []image.Point{cmyk.Rect.Max.Div(5), cmyk.Rect.Max.Div(2), cmyk.Rect.Max.Mul(4).Div(5)} {
		pixel := cmyk.CMYKAt(at.X, at.Y)
		one := &planes.Image{Model: planes.CMYK, Width: 1, Height: 1}

		for _, channel := range []uint8{pixel.C, pixel.M, pixel.Y, pixel.K} {
			one.Planes = append(one.Planes, planes.Plane{Pix: []byte{channel}, Stride: 1, Width: 1, Height: 1})
		}

		transform.Apply(one)

		want := color.NRGBA{one.Planes[0].Pix[0], one.Planes[1].Pix[0], one.Planes[2].Pix[0], 255}
		if have := color.NRGBAModel.Convert(got.At(at.X, at.Y)).(color.NRGBA); !near(have, want, 6) {
			t.Errorf("%v at %v, want %v", have, at, want)
		}

		different = different || !near(color.NRGBAModel.Convert(plain.At(at.X, at.Y)).(color.NRGBA), want, 12)
	}

	if !different {
		t.Error("the profile changes nothing")
	}
}
