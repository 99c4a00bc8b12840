package colormodel

import (
	"bytes"
	"image/color"
	"math"
	"testing"

	"triptych/picture/planes"
)

// steps are values of a component, including both ends and the middle.
var steps = func() (all []byte) {
	for v := 0; v < 256; v += 3 {
		all = append(all, byte(v))
	}

	return append(all, 1, 127, 128, 129, 254)
}()

// cube builds an image with all combinations of steps in three components. A fourth
// component has the value last in every pixel.
func cube(model planes.Model, last byte) *planes.Image {
	n := len(steps)
	img := &planes.Image{Model: model, Width: n * n, Height: n}

	for range model.Components() {
		p := planes.New(n*n+3, n) // A stride that is larger than the width.
		p.Width = n * n
		img.Planes = append(img.Planes, p)
	}

	for y := range n {
		for x := range n * n {
			img.Planes[0].Row(y)[x], img.Planes[1].Row(y)[x], img.Planes[2].Row(y)[x] = steps[y], steps[x/n], steps[x%n]
			if model.Components() == 4 {
				img.Planes[3].Row(y)[x] = last
			}
		}
	}

	return img
}

// check compares a converted cube with the exact result of each combination.
func check(t *testing.T, img *planes.Image, exact func(a, b, c float64) [3]float64) {
	t.Helper()

	n := len(steps)

	for y := range n {
		for x := range n * n {
			a, b, c := steps[y], steps[x/n], steps[x%n]

			for i, want := range exact(float64(a), float64(b), float64(c)) {
				got := float64(img.Planes[i].Row(y)[x])
				// The result is the nearest value, except if the rounding of the factors
				// crosses a half.
				if want = min(max(want, 0), 255); math.Abs(got-want) > 0.51 {
					t.Fatalf("(%d, %d, %d): component %d is %.0f, want %.3f", a, b, c, i, got, want)
				}
			}
		}
	}
}

func exactRGB(y, cb, cr float64) [3]float64 {
	return [3]float64{
		y + 1.402*(cr-128),
		y - (0.114*1.772*(cb-128)+0.299*1.402*(cr-128))/0.587,
		y + 1.772*(cb-128),
	}
}

func TestToYCbCr(t *testing.T) {
	img := cube(planes.RGB, 0)
	ToYCbCr(img)

	if img.Model != planes.YCbCr {
		t.Fatalf("model %d", img.Model)
	}

	check(t, img, func(r, g, b float64) [3]float64 {
		y := 0.299*r + 0.587*g + 0.114*b

		return [3]float64{y, (b-y)/1.772 + 128, (r-y)/1.402 + 128}
	})
}

func TestToRGB(t *testing.T) {
	img := cube(planes.YCbCr, 0)
	ToRGB(img)
	check(t, img, exactRGB)
}

func TestToCMYK(t *testing.T) {
	img := cube(planes.YCCK, 77)
	ToCMYK(img)
	check(t, img, exactRGB)

	if img.Model != planes.CMYK || img.Planes[3].Row(5)[7] != 77 {
		t.Errorf("model %d, black %d", img.Model, img.Planes[3].Row(5)[7])
	}
}

func TestToYCbCr_keepsGrays(t *testing.T) {
	img := &planes.Image{Model: planes.RGB, Width: 256, Height: 1}

	for range 3 {
		p := planes.New(256, 1)
		for x := range p.Pix {
			p.Pix[x] = byte(x)
		}

		img.Planes = append(img.Planes, p)
	}

	ToYCbCr(img)

	for x := range 256 {
		if img.Planes[0].Pix[x] != byte(x) || img.Planes[1].Pix[x] != 128 || img.Planes[2].Pix[x] != 128 {
			t.Fatalf("gray %d is (%d, %d, %d)", x, img.Planes[0].Pix[x], img.Planes[1].Pix[x], img.Planes[2].Pix[x])
		}
	}

	ToRGB(img)

	for i := range 3 {
		for x, v := range img.Planes[i].Pix {
			if v != byte(x) {
				t.Fatalf("gray %d comes back as %d in component %d", x, v, i)
			}
		}
	}
}

func TestCMYKToRGB(t *testing.T) {
	for _, black := range []byte{0, 1, 100, 254, 255} {
		img := cube(planes.CMYK, black)
		CMYKToRGB(img)

		if img.Model != planes.RGB || len(img.Planes) != 3 {
			t.Fatalf("model %d, %d planes", img.Model, len(img.Planes))
		}

		check(t, img, func(c, m, y float64) [3]float64 {
			light := 255 - float64(black)

			return [3]float64{(255 - c) * light / 255, (255 - m) * light / 255, (255 - y) * light / 255}
		})

		// This is the result of the standard library, which does not round.
		r, g, b := color.CMYKToRGB(steps[3], steps[1], steps[2], black)
		for i, want := range []byte{r, g, b} {
			if got := int(img.Planes[i].Row(3)[1*len(steps)+2]); got-int(want) > 1 || int(want)-got > 1 {
				t.Errorf("black %d, component %d: %d, image/color has %d", black, i, got, want)
			}
		}
	}
}

func TestHalve(t *testing.T) {
	src := planes.Plane{Width: 5, Height: 3, Stride: 6, Pix: []byte{
		0, 1, 10, 20, 7, 0,
		2, 4, 30, 40, 8, 0,
		255, 255, 0, 0, 9, 0,
	}}
	got := planes.New(3, 2)
	Halve(got, src)

	if want := string([]byte{2, 25, 8, 255, 0, 9}); got.Width != 3 || got.Height != 2 || string(got.Pix) != want {
		t.Errorf("%d×%d: %v, want %v", got.Width, got.Height, got.Pix, []byte(want))
	}
}

func TestPanicsOnAnotherModel(t *testing.T) {
	subsampled := cube(planes.YCbCr, 0)
	subsampled.Planes[1].Width /= 2

	for name, do := range map[string]func(){
		"gray":       func() { ToYCbCr(&planes.Image{Model: planes.Gray}) },
		"subsampled": func() { ToRGB(subsampled) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()

			do()
		}()
	}
}

func TestHalveVisible(t *testing.T) {
	src := planes.Plane{Pix: []byte{10, 20, 90, 30, 40, 80, 7, 8, 9}, Stride: 3, Width: 3, Height: 3}

	for name, c := range map[string]struct{ alpha, want []byte }{
		"opaque":      {[]byte{255, 255, 255, 255, 255, 255, 255, 255, 255}, []byte{25, 85, 8, 9}},
		"transparent": {[]byte{0, 0, 0, 0, 0, 0, 0, 0, 0}, []byte{25, 85, 8, 9}},
		"partly":      {[]byte{0, 1, 255, 0, 3, 0, 200, 0, 9}, []byte{35, 90, 7, 9}},
	} {
		got := planes.New(2, 2)
		HalveVisible(got, src, planes.Plane{Pix: c.alpha, Stride: 3, Width: 3, Height: 3})

		if !bytes.Equal(got.Pix, c.want) {
			t.Errorf("%s: %v, not %v", name, got.Pix, c.want)
		}
	}
}
