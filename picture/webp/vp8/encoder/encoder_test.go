package encoder

import (
	"bytes"
	"fmt"
	"image"
	"testing"

	"triptych/picture/planes"
)

func TestEncode_reconstruction(t *testing.T) {
	sizes := []image.Point{{1, 1}, {2, 3}, {16, 16}, {17, 15}, {33, 47}, {64, 64}, {1, 100}, {131, 1}, {150, 97}}
	qualities := []int{0, 20, 50, 80, 95, 100}

	if testing.Short() { // as under QEMU
		qualities = []int{0, 80}
	}

	for _, size := range sizes {
		for name, draw := range contents(uint64(size.X)) {
			for _, quality := range qualities {
				t.Run(fmt.Sprintf("%dx%d/%s/%d", size.X, size.Y, name, quality), func(t *testing.T) {
					img := drawn(size.X, size.Y, draw)
					file, want := encoded(t, img, Options{Quality: quality})

					for i, got := range decoded(t, file) {
						same(t, fmt.Sprintf("x/image, plane %d", i), got, want[i])
					}
				})
			}
		}
	}
}

func TestEncode_reconstructionOfLibwebp(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {35, 18}, {97, 150}, {300, 200}} {
		for name, draw := range contents(uint64(size.Y)) {
			for _, quality := range []int{0, 75, 100} {
				t.Run(fmt.Sprintf("%dx%d/%s/%d", size.X, size.Y, name, quality), func(t *testing.T) {
					file, want := encoded(t, drawn(size.X, size.Y, draw), Options{Quality: quality})
					same(t, "dwebp", dwebp(t, file), bytes.Join(want, nil))
				})
			}
		}
	}
}

func TestEncode_gray(t *testing.T) {
	img := drawn(50, 40, contents(1)["gradient"])
	gray := &planes.Image{Model: planes.Gray, Width: 50, Height: 40, Planes: img.Planes[:1]}
	file, want := encoded(t, gray, Options{Quality: 80})

	for i, got := range decoded(t, file) {
		same(t, "x/image", got, want[i])
	}

	for i, sample := range append(want[1], want[2]...) {
		if sample != 128 {
			t.Fatalf("chroma sample %d of a gray image is %d", i, sample)
		}
	}
}

func TestEncode_longSides(t *testing.T) {
	for _, size := range []image.Point{{MaxSide, 1}, {2, MaxSide}} {
		file, want := encoded(t, drawn(size.X, size.Y, contents(1)["faint"]), Options{Quality: 60})

		for i, got := range decoded(t, file) {
			same(t, "x/image", got, want[i])
		}
	}
}

func TestEncode_stride(t *testing.T) {
	img := drawn(50, 30, contents(1)["gradient"])

	file, err := Frame(t.Context(), img, Options{Quality: 80})
	if err != nil {
		t.Fatal(err)
	}

	wide := &planes.Image{Model: planes.YCbCr, Width: 50, Height: 30}

	for _, plane := range img.Planes {
		made := planes.Plane{Stride: plane.Width + 13, Width: plane.Width, Height: plane.Height}
		made.Pix = make([]byte, made.Stride*(plane.Height-1)+plane.Width)

		for y := range plane.Height {
			copy(made.Row(y), plane.Row(y))
		}

		wide.Planes = append(wide.Planes, made)
	}

	if got, err := Frame(t.Context(), wide, Options{Quality: 80}); err != nil || !bytes.Equal(got, file) {
		t.Errorf("the stride changes the file: %v", err)
	}
}

func TestEncode_quality(t *testing.T) {
	img := drawn(120, 90, contents(1)["noise"])
	before := 0

	for quality := 0; quality <= 100; quality += 10 {
		file, err := Frame(t.Context(), img, Options{Quality: quality})
		if err != nil {
			t.Fatal(err)
		}

		if len(file) <= before {
			t.Errorf("quality %d has %d bytes, the one before %d", quality, len(file), before)
		}

		before = len(file)
	}
}
