package e2e_test

import (
	"bytes"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"math"
	"testing"
)

// Two images are compared by the mean colors of the cells of a grid. This detects a
// turned, mirrored, damaged or wrongly colored image at any size.
const gridSide = 8

type grid [gridSide * gridSide][3]float64

// gridOf decodes a file and turns it upright by an EXIF orientation. Transparent pixels
// count as white.
func gridOf(t *testing.T, file []byte, orientation int) (grid, image.Point) {
	t.Helper()

	picture, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("decode: %v", err)
	}

	var (
		sums   grid
		counts [len(sums)]float64
	)

	bounds := picture.Bounds()
	// A few hundred samples in each cell are enough.
	step := max(1, min(bounds.Dx(), bounds.Dy())/(gridSide*16))

	for y := 0; y < bounds.Dy(); y += step {
		for x := 0; x < bounds.Dx(); x += step {
			u, v := upright(float64(x)/float64(bounds.Dx()), float64(y)/float64(bounds.Dy()), orientation)
			cell := min(int(v*gridSide), gridSide-1)*gridSide + min(int(u*gridSide), gridSide-1)
			red, green, blue, alpha := picture.At(bounds.Min.X+x, bounds.Min.Y+y).RGBA()

			for channel, value := range [3]uint32{red, green, blue} {
				sums[cell][channel] += float64(value+0xFFFF-alpha) / 0x101
			}

			counts[cell]++
		}
	}

	for cell, count := range counts {
		for channel := range sums[cell] {
			sums[cell][channel] /= count // A cell without a sample becomes NaN; see alike.
		}
	}

	size := bounds.Size()
	if orientation >= 5 {
		size.X, size.Y = size.Y, size.X
	}

	return sums, size
}

// upright returns where a point of the stored image is displayed; all coordinates are 0
// to 1 (EXIF 2.32, 4.6.5.A, Orientation).
func upright(x, y float64, orientation int) (float64, float64) {
	const end = 1 - 1e-9

	switch orientation {
	case 2:
		return end - x, y
	case 3:
		return end - x, end - y
	case 4:
		return x, end - y
	case 5:
		return y, x
	case 6:
		return end - y, x
	case 7:
		return end - y, end - x
	case 8:
		return y, end - x
	default:
		return x, y
	}
}

// alike compares two grids by their cells. It takes the largest difference between the mean
// colors of a cell, in levels of 255.
func (g grid) alike(t *testing.T, what string, other grid) {
	t.Helper()

	const tolerance = 12

	worst := 0.0

	for cell := range g {
		for channel := range g[cell] {
			if difference := math.Abs(g[cell][channel] - other[cell][channel]); difference > worst {
				worst = difference
			}
		}
	}

	if worst > tolerance {
		t.Errorf("%s differs from its original by up to %.0f of 255 in a cell", what, worst)
	}
}
