package planes_test

import (
	"math"
	"testing"

	"triptych/picture/planes"
)

// For all pairs of bytes, products and quotients are the exact ones, rounded.
func TestAlpha(t *testing.T) {
	t.Parallel()

	color, alpha := planes.New(256, 256), planes.New(256, 256)

	for y := range 256 {
		for x := range 256 {
			color.Row(y)[x], alpha.Row(y)[x] = byte(x), byte(y)
		}
	}

	straight := &planes.Image{Model: planes.Gray, Width: 256, Height: 256, Planes: []planes.Plane{color}}
	multiplied := straight.Premultiplied(alpha)

	for y := range 256 {
		for x, got := range multiplied.Planes[0].Row(y) {
			if want := math.Round(float64(x*y) / 255); float64(got) != want {
				t.Fatalf("%d × %d/255 is %d, want %.0f", x, y, got, want)
			}
		}
	}

	for y := range 256 {
		row := color.Row(y) // Premultiplied made planes of its own, so this row is unchanged.
		planes.UnpremultiplyRow(row, alpha.Row(y))

		for x, got := range row {
			want := 0.0
			if y > 0 {
				want = min(math.Floor(float64(x)*255/float64(y)+0.5), 255)
			}

			if float64(got) != want {
				t.Fatalf("%d ÷ %d/255 is %d, want %.0f", x, y, got, want)
			}
		}
	}
}
