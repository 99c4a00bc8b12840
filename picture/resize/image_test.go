package resize

import (
	"fmt"
	"math"
	"testing"

	"triptych/picture/planes"
)

// ramp returns an image whose components all rise linearly, sampled at the centers of
// their samples: value = across × x + down × y at pixel coordinates (x, y). After
// resizing, samples at the right position show the same ramp.
func ramp(model planes.Model, width, height int, factors [][2]int, across, down float64) *planes.Image {
	most := [2]int{1, 1}
	for _, f := range factors {
		most[0], most[1] = max(most[0], f[0]), max(most[1], f[1])
	}

	img := &planes.Image{Model: model, Width: width, Height: height}

	for _, f := range factors {
		p := planes.New((width*f[0]+most[0]-1)/most[0], (height*f[1]+most[1]-1)/most[1])
		stepX, stepY := float64(most[0])/float64(f[0]), float64(most[1])/float64(f[1])

		for y := range p.Height {
			for x := range p.Row(y) {
				p.Row(y)[x] = byte(math.Round(across*(float64(x)+0.5)*stepX + down*(float64(y)+0.5)*stepY))
			}
		}

		img.Planes = append(img.Planes, p)
	}

	return img
}

func TestImage_chromaStaysWithLuma(t *testing.T) {
	samplings := map[string][][2]int{
		"4:4:4": {{1, 1}, {1, 1}, {1, 1}},
		"4:2:2": {{2, 1}, {1, 1}, {1, 1}},
		"4:2:0": {{2, 2}, {1, 1}, {1, 1}},
		"4:4:0": {{1, 2}, {1, 1}, {1, 1}},
		"4:1:1": {{4, 1}, {1, 1}, {1, 1}},
		"4:1:0": {{4, 2}, {1, 1}, {1, 1}},
		"3:2":   {{3, 1}, {2, 1}, {1, 1}},
	}

	for name, factors := range samplings {
		for _, size := range [][2]int{{200, 160}, {201, 161}, {203, 158}} {
			for _, out := range []Options{{}, {Sampling: Sampling444}, {Threads: 2}} {
				src := ramp(planes.YCbCr, size[0], size[1], factors, 0.7, 0.6)
				crop := Rect{20.5, 16, 180.5, 140}
				got := Image(src, crop, 61, 47, out)

				every := 2
				if out.Sampling == Sampling444 {
					every = 1
				}

				for i, p := range got.Planes {
					step := 1
					if i > 0 {
						step = every
					}

					if p.Width != (61+step-1)/step || p.Height != (47+step-1)/step {
						t.Fatalf("%s %v: plane %d is %d×%d", name, size, i, p.Width, p.Height)
					}

					for y := range p.Height {
						for x, v := range p.Row(y) {
							atX := crop.X0 + (float64(x)+0.5)*float64(step)*160/61
							atY := crop.Y0 + (float64(y)+0.5)*float64(step)*124/47

							// Two roundings, and the ripple of the chroma.
							if want := 0.7*atX + 0.6*atY; math.Abs(float64(v)-want) > 1.6 {
								t.Fatalf("%s %v %+v: plane %d (%d, %d) is %d, want %.2f", name, size, out, i, x, y, v, want)
							}
						}
					}
				}
			}
		}
	}
}

// upright turns a plane pixel by pixel, by the definition of each orientation in EXIF:
// where the stored row 0 and column 0 are seen.
func upright(p planes.Plane, orientation int) planes.Plane {
	width, height := p.Width, p.Height
	if orientation >= 5 {
		width, height = height, width
	}

	q := planes.New(width, height)

	for y := range height {
		for x := range width {
			from := map[int][2]int{
				1: {x, y}, 2: {width - 1 - x, y}, 3: {width - 1 - x, height - 1 - y}, 4: {x, height - 1 - y},
				5: {y, x}, 6: {y, width - 1 - x}, 7: {height - 1 - y, width - 1 - x}, 8: {height - 1 - y, x},
			}[orientation]
			q.Row(y)[x] = p.Row(from[1])[from[0]]
		}
	}

	return q
}

func TestImage_orientation(t *testing.T) {
	for orientation := 1; orientation <= 8; orientation++ {
		for _, size := range [][2]int{{32, 24}, {33, 25}, {19, 40}} {
			src := &planes.Image{Model: planes.RGB, Width: 60, Height: 44}
			turned := &planes.Image{Model: planes.RGB, Width: 60, Height: 44}

			if orientation >= 5 {
				turned.Width, turned.Height = 44, 60
			}

			for i := range 3 {
				p := noise(uint64(i), 60, 44)
				src.Planes = append(src.Planes, p)
				turned.Planes = append(turned.Planes, upright(p, orientation))
			}

			got := Image(src, Whole(60, 44), size[0], size[1], Options{Orientation: orientation})
			want := Image(turned, Whole(turned.Width, turned.Height), size[0], size[1], Options{})

			// The passes run in a different order if the image is transposed, so they
			// round in a different order.
			for i := range got.Planes {
				near(t, fmt.Sprintf("orientation %d, %v, plane %d", orientation, size, i), got.Planes[i], want.Planes[i])
			}
		}
	}
}

func near(t *testing.T, what string, got, want planes.Plane) {
	t.Helper()

	if got.Width != want.Width || got.Height != want.Height {
		t.Fatalf("%s: %d×%d, want %d×%d", what, got.Width, got.Height, want.Width, want.Height)
	}

	for y := range want.Height {
		for x, v := range want.Row(y) {
			if d := int(got.Row(y)[x]) - int(v); d < -1 || d > 1 {
				t.Fatalf("%s: (%d, %d) is %d, want %d", what, x, y, got.Row(y)[x], v)
			}
		}
	}
}

// The chroma of an odd size extends beyond the right and the lower edge of the upright
// image, for every stored orientation.
func TestImage_orientationKeepsChromaWithLuma(t *testing.T) {
	const across, down = 0.7, 0.6

	for orientation := 1; orientation <= 8; orientation++ {
		src := ramp(planes.YCbCr, 200, 160, [][2]int{{2, 2}, {1, 1}, {1, 1}}, across, down)
		width, height := 61, 47
		mirrorX, mirrorY, transposes := turns(orientation)

		if transposes {
			width, height = height, width
		}

		crop := Rect{20, 16, 180, 140}
		got := Image(src, crop, width, height, Options{Orientation: orientation})

		for i, p := range got.Planes {
			step := 1.0
			if i > 0 {
				step = 2
			}

			for y := range p.Height {
				for x, v := range p.Row(y) {
					seenX, seenY := (float64(x)+0.5)*step/float64(width), (float64(y)+0.5)*step/float64(height)
					if transposes {
						seenX, seenY = seenY, seenX
					}

					if mirrorX {
						seenX = 1 - seenX
					}

					if mirrorY {
						seenY = 1 - seenY
					}

					if want := across*(20+160*seenX) + down*(16+124*seenY); math.Abs(float64(v)-want) > 1.6 {
						t.Fatalf("orientation %d: plane %d (%d, %d) is %d, want %.2f", orientation, i, x, y, v, want)
					}
				}
			}
		}
	}
}

func TestImage_everyModel(t *testing.T) {
	for model, factors := range map[planes.Model][][2]int{
		planes.Gray: {{1, 1}},
		planes.RGB:  {{1, 1}, {1, 1}, {1, 1}},
		planes.CMYK: {{1, 1}, {1, 1}, {1, 1}, {1, 1}},
		planes.YCCK: {{2, 2}, {1, 1}, {1, 1}, {2, 2}},
	} {
		got := Image(ramp(model, 40, 30, factors, 1, 1), Whole(40, 30), 21, 15, Options{})
		if got.Model != model || len(got.Planes) != model.Components() || got.Width != 21 || got.Height != 15 {
			t.Errorf("model %d became %d with %d planes", model, got.Model, len(got.Planes))
		}

		for i, p := range got.Planes {
			if p.Width != 21 || p.Height != 15 {
				t.Errorf("model %d: plane %d is %d×%d", model, i, p.Width, p.Height)
			}
		}
	}
}

func TestTranspose(t *testing.T) {
	for width := 1; width <= 20; width++ {
		for height := 1; height <= 20; height++ {
			src := noise(uint64(width*height), width, height)
			equal(t, fmt.Sprintf("%d×%d", width, height), transpose(src), upright(src, 5))
		}
	}
}

func TestShare(t *testing.T) {
	up := func(n, d int) int { return (n + d - 1) / d }

	for width := 1; width <= 500; width++ {
		for _, scale := range []int{1, 2, 4, 8} {
			for _, f := range [][2]int{{1, 1}, {1, 2}, {1, 4}, {1, 3}, {2, 3}, {3, 4}} {
				pixels, samples := up(width, scale), up(up(width*f[0], f[1]), scale)
				got, want := share(samples, pixels), float64(f[0])/float64(f[1])

				// On a few pixels, several fractions yield the same number of samples.
				if off := math.Abs(got - want); off*float64(pixels) > 1.5 || pixels > 24 && off != 0 {
					t.Errorf("%d samples for %d pixels (%d ÷ %d) are %.3f, want %.3f", samples, pixels, width, scale, got, want)
				}
			}
		}
	}
}

// If the size does not change, turning moves samples without changing them.
func TestImage_orientationOnly(t *testing.T) {
	both(t, func(t *testing.T) {
		for orientation := 1; orientation <= 8; orientation++ {
			src := &planes.Image{Model: planes.Gray, Width: 45, Height: 38, Planes: []planes.Plane{noise(9, 45, 38)}}
			want := upright(src.Planes[0], orientation)
			got := Image(src, Whole(45, 38), want.Width, want.Height, Options{Orientation: orientation})

			equal(t, fmt.Sprint("orientation ", orientation), got.Planes[0], want)
		}
	})
}
