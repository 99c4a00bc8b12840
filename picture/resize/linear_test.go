package resize

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"triptych/picture/planes"
)

// inLinearLight resizes an image with a Linear, one row at a time.
func inLinearLight(img *planes.Image, alpha *planes.Plane, crop Rect, width, height int, o Options) (*planes.Image, *planes.Plane) {
	l := NewLinear(img.Bare(), alpha != nil, crop, width, height, o)
	sources := append([]planes.Plane{}, img.Planes...)

	if alpha != nil {
		sources = append(sources, *alpha)
	}

	for filled := 1; filled <= img.Height; filled++ {
		windows := make([]planes.Window, len(sources))

		for i, p := range sources {
			// Only the rows that are needed, from the first one on.
			top, end := l.Needs(i), (filled*p.Height+img.Height-1)/img.Height
			top = min(top, end)
			rows := planes.New(p.Width, end-top)

			for y := range rows.Height {
				copy(rows.Row(y), p.Row(top+y))
			}

			windows[i] = planes.Window{Plane: rows, Top: top}
		}

		l.Take(windows)
	}

	return l.Image()
}

// speckled returns an image of random samples, which have sharp edges.
func speckled(seed uint64, model planes.Model, width, height int, half bool) *planes.Image {
	random := rand.New(rand.NewPCG(seed, 11))
	img := &planes.Image{Model: model, Width: width, Height: height}

	for i := range model.Components() {
		p := planes.New(width, height)
		if half && i > 0 {
			p = planes.New((width+1)/2, (height+1)/2)
		}

		for at := range p.Pix {
			p.Pix[at] = byte(random.Uint32())
		}

		img.Planes = append(img.Planes, p)
	}

	return img
}

// lightOf returns the result of Lanczos 3 in float64 and in linear light, for one sample of
// a plane that is not cropped.
func lightOf(p planes.Plane, width, height, x, y int) float64 {
	across, down := exactTaps(p.Width, width, x), exactTaps(p.Height, height, y)
	sum := 0.0

	for j, wy := range down {
		for i, wx := range across {
			if wx != 0 && wy != 0 {
				sum += wx * wy * expand(float64(p.Row(j)[i])/255)
			}
		}
	}

	return 255 * compress(min(max(sum, 0), 1))
}

// exactTaps returns the weight of each sample of a side for one sample of the result.
func exactTaps(source, results, at int) []float64 {
	step := float64(source) / float64(results)
	widen, center := max(step, 1), (float64(at)+0.5)*step
	weights, total := make([]float64, source), 0.0

	for i := range weights {
		if x := math.Abs(float64(i)+0.5-center) / widen; x < 1e-9 {
			weights[i] = 1
		} else if x < 3 {
			weights[i] = 3 * math.Sin(math.Pi*x) * math.Sin(math.Pi*x/3) / (math.Pi * math.Pi * x * x)
		}

		total += weights[i]
	}

	for i := range weights {
		weights[i] /= total
	}

	return weights
}

func TestLinear_equalsLanczosInLight(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 12))
		width, height := 1+random.IntN(60), 1+random.IntN(60)
		small := [2]int{1 + random.IntN(width), 1 + random.IntN(height)}
		img := speckled(seed, planes.RGB, width, height, false)
		made, _ := inLinearLight(img, nil, Whole(width, height), small[0], small[1], Options{})

		for i, p := range made.Planes {
			for y := range p.Height {
				for x, got := range p.Row(y) {
					// A step of sRGB at black is 1/13 of a step of light, so that a rounding
					// error of light is visible only there.
					if want := lightOf(img.Planes[i], small[0], small[1], x, y); math.Abs(float64(got)-want) > 1.6 {
						t.Fatalf("seed %d: %d×%d to %v: plane %d (%d, %d) is %d, want %.2f", seed, width, height, small, i, x, y, got, want)
					}
				}
			}
		}
	}
}

// A pattern of black and white has half of the light of white, which is level 188.
func TestLinear_keepsBrightness(t *testing.T) {
	img := speckled(1, planes.Gray, 64, 64, false)
	for y := range 64 {
		for x := range img.Planes[0].Row(y) {
			img.Planes[0].Row(y)[x] = byte(255 * ((x + y) & 1))
		}
	}

	light, _ := inLinearLight(img, nil, Whole(64, 64), 16, 16, Options{})
	gamma := Image(img, Whole(64, 64), 16, 16, Options{})

	if got := light.Planes[0].Row(8)[8]; got < 187 || got > 189 {
		t.Errorf("linear: %d, want 188", got)
	}

	if got := gamma.Planes[0].Row(8)[8]; got < 127 || got > 129 {
		t.Errorf("gamma: %d, want 128", got)
	}
}

func TestLinear_flatStaysFlat(t *testing.T) {
	for level := range 256 {
		for _, model := range []planes.Model{planes.Gray, planes.RGB, planes.YCbCr} {
			img := speckled(1, model, 23, 19, model == planes.YCbCr)
			for i, p := range img.Planes {
				for at := range p.Pix {
					p.Pix[at] = byte(level)
					if model == planes.YCbCr && i > 0 {
						p.Pix[at] = 128
					}
				}
			}

			made, _ := inLinearLight(img, nil, Whole(23, 19), 7, 8, Options{})

			for i, p := range made.Planes {
				for at, got := range p.Pix {
					if int(got) != level {
						t.Fatalf("model %d, level %d: plane %d sample %d is %d", model, level, i, at, got)
					}
				}
			}
		}
	}
}

// All orientations give the image of the first one, turned.
func TestLinear_orientation(t *testing.T) {
	for _, model := range []planes.Model{planes.RGB, planes.YCbCr} {
		img := speckled(3, model, 41, 30, model == planes.YCbCr)
		upright, _ := inLinearLight(img, nil, Rect{X0: 3, Y0: 2, X1: 37, Y1: 29}, 11, 9, Options{})

		for orientation := 2; orientation <= 8; orientation++ {
			across, down, transposes := turns(orientation)
			width, height := 11, 9

			if transposes {
				width, height = 9, 11
			}

			turned, _ := inLinearLight(img, nil, Rect{X0: 3, Y0: 2, X1: 37, Y1: 29}, width, height, Options{Orientation: orientation})

			for i, p := range upright.Planes {
				for y := range p.Height {
					for x, want := range p.Row(y) {
						toX, toY := x, y
						if across {
							toX = 10 - x
						}

						if down {
							toY = 8 - y
						}

						if transposes {
							toX, toY = toY, toX
						}

						if got := turned.Planes[i].Row(toY)[toX]; got != want {
							t.Fatalf("model %d, orientation %d: plane %d (%d, %d) is %d, want %d", model, orientation, i, x, y, got, want)
						}
					}
				}
			}
		}
	}
}

// The colors of transparent pixels have no effect, and opaque images do not depend on alpha.
func TestLinear_alpha(t *testing.T) {
	img := speckled(5, planes.RGB, 40, 30, false)
	alpha := planes.New(40, 30)

	for at := range alpha.Pix {
		alpha.Pix[at] = 255
	}

	without, none := inLinearLight(img, nil, Whole(40, 30), 13, 10, Options{})
	opaque, whole := inLinearLight(img, &alpha, Whole(40, 30), 13, 10, Options{})

	if none != nil || whole == nil {
		t.Fatal("alpha where there is none, or none where there is alpha")
	}

	for i := range without.Planes {
		if !bytes.Equal(without.Planes[i].Pix, opaque.Planes[i].Pix) {
			t.Errorf("plane %d depends on opaque alpha", i)
		}
	}

	for y := range 30 {
		for x := range 20 {
			alpha.Row(y)[x] = 0
		}
	}

	for i := range img.Planes {
		for y := range 30 {
			for x := range 40 {
				img.Planes[i].Row(y)[x] = 200
				if x < 20 {
					img.Planes[i].Row(y)[x] = byte(x * y)
				}
			}
		}
	}

	shown, visible := inLinearLight(img, &alpha, Whole(40, 30), 13, 10, Options{})

	for y := range 10 {
		for x, a := range visible.Row(y) {
			if got := shown.Planes[0].Row(y)[x]; a > 40 && (got < 199 || got > 201) {
				t.Errorf("(%d, %d) of alpha %d is %d, want 200", x, y, a, got)
			}
		}
	}
}

func BenchmarkLinear(b *testing.B) {
	img := speckled(1, planes.YCbCr, 4000, 3000, true)
	windows := make([]planes.Window, 3)

	for i := range windows {
		windows[i] = planes.Window{Plane: img.Planes[i]}
	}

	for b.Loop() {
		l := NewLinear(img.Bare(), false, Whole(4000, 3000), 800, 600, Options{})
		l.Take(windows)
		l.Image()
	}
}
