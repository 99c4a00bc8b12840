package planes_test

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"triptych/picture/planes"
)

// Repeated passes on each chroma sample once for each of its pixels, and Whole keeps all
// rows. This holds for any portions of rows.
func TestRepeated(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(1, 9).Draw(t, "width"), rapid.IntRange(1, 90).Draw(t, "height")
		across, down := rapid.IntRange(1, 2).Draw(t, "across"), rapid.IntRange(1, 2).Draw(t, "down")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))

		source := &planes.Image{Model: planes.YCbCr, Width: width, Height: height, Planes: []planes.Plane{planes.New(width, height)}}
		for range 2 {
			source.Planes = append(source.Planes, planes.New((width+across-1)/across, (height+down-1)/down))
		}

		for _, plane := range source.Planes {
			for i := range plane.Pix {
				plane.Pix[i] = byte(random.Uint32())
			}
		}

		dense := &collector{lag: rapid.IntRange(0, 20).Draw(t, "lag")}
		whole := &planes.Whole{}
		sink := planes.Tee{planes.Repeated(dense), whole}
		sink.Begin(planes.Shape{Image: source.Bare()})

		for end := 0; end < height; {
			end = min(height, end+2*rapid.IntRange(1, 20).Draw(t, "rows"))

			var rows []planes.Window

			for i, plane := range source.Planes {
				filled := end
				if i > 0 {
					filled = end / down
				}

				if end == height {
					filled = plane.Height
				}

				top := min(sink.Needs(i), filled)
				plane.Pix, plane.Height = plane.Pix[top*plane.Stride:filled*plane.Stride], filled-top
				rows = append(rows, planes.Window{Plane: plane, Top: top})
			}

			sink.Take(rows)
		}

		if dense.fault != "" {
			t.Fatal(dense.fault)
		}

		for i, plane := range source.Planes {
			for y := range height {
				for x := range width {
					fromX, fromY := x, y
					if i > 0 {
						fromX, fromY = x/across, y/down
					}

					if got, want := dense.made[i].Row(y)[x], plane.Row(fromY)[fromX]; got != want {
						t.Fatalf("plane %d at %d, %d: %d, want %d", i, x, y, got, want)
					}
				}
			}

			if string(whole.Image.Planes[i].Pix) != string(plane.Pix) {
				t.Fatalf("plane %d is not whole", i)
			}
		}
	})
}
