package picture_test

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"

	"triptych/picture"
	"triptych/picture/variant"
)

func TestFit(t *testing.T) {
	const inside, cover = variant.Inside, variant.Cover

	for _, c := range []struct {
		name                string
		width, height       int
		fit                 variant.Fit
		boxWidth, boxHeight int
		wantW, wantH        int
	}{
		{"half rounds up", 4000, 3000, inside, 150, 150, 150, 113},
		{"upright", 3000, 4000, inside, 150, 150, 113, 150},
		{"the default recipe's large", 6000, 4000, inside, 1600, 1600, 1600, 1067},
		{"rounds down", 1000, 872, inside, 800, 800, 800, 698},
		{"exactly the box", 800, 600, inside, 800, 600, 800, 600},
		{"smaller than the box", 451, 300, inside, 800, 800, 451, 300},
		{"one side smaller", 1000, 300, inside, 500, 500, 500, 150},
		{"only a width", 4000, 3000, inside, 400, 0, 400, 300},
		{"only a height", 4000, 3000, inside, 0, 300, 400, 300},
		{"only a width, smaller", 300, 9000, inside, 400, 0, 300, 9000},
		{"never less than 1", 10_000, 2, inside, 100, 100, 100, 1},
		{"never less than 1 across", 2, 10_000, inside, 100, 100, 1, 100},
		{"a wide box", 4000, 3000, inside, 1600, 100, 133, 100},
		{"the largest that a JPEG can be", 65_535, 65_535, inside, 65_534, 65_535, 65_534, 65_534},

		{"cover", 4000, 3000, cover, 160, 160, 160, 160},
		{"cover, upright", 3000, 4000, cover, 160, 90, 160, 90},
		{"cover, exactly", 160, 160, cover, 160, 160, 160, 160},
		{"cover, smaller in height", 300, 50, cover, 100, 100, 100, 50},
		{"cover, smaller in width", 50, 300, cover, 100, 100, 50, 100},
		{"cover, smaller in both", 50, 30, cover, 100, 100, 50, 30},
		{"cover, one side fits", 300, 100, cover, 100, 100, 100, 100},
		{"cover, a strip", 10_000, 200, cover, 100, 100, 100, 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := variant.Spec{Width: c.boxWidth, Height: c.boxHeight, Fit: c.fit}

			w, h := picture.Fit(c.width, c.height, want)
			if w != c.wantW || h != c.wantH {
				t.Errorf("got %d × %d, want %d × %d", w, h, c.wantW, c.wantH)
			}
		})
	}
}

func TestFit_properties(t *testing.T) {
	side := rapid.IntRange(1, 70_000)

	rapid.Check(t, func(t *rapid.T) {
		width, height := side.Draw(t, "width"), side.Draw(t, "height")
		box := variant.Spec{
			Width: side.Draw(t, "box width"), Height: side.Draw(t, "box height"),
			Fit: rapid.SampledFrom([]variant.Fit{variant.Inside, variant.Cover}).Draw(t, "fit"),
		}

		w, h := picture.Fit(width, height, box)

		if w < 1 || h < 1 || w > width || h > height || w > box.Width || h > box.Height {
			t.Fatalf("%d × %d", w, h)
		}

		if box.Fit == variant.Cover {
			if width >= box.Width && height >= box.Height && (w != box.Width || h != box.Height) {
				t.Fatalf("%d × %d does not cover", w, h)
			}

			return
		}

		if w != min(width, box.Width) && h != min(height, box.Height) {
			t.Fatalf("%d × %d could be larger", w, h)
		}

		// One side follows from the other, except for half a pixel of rounding.
		byWidth := math.Abs(float64(height)*float64(w)/float64(width) - float64(h))
		byHeight := math.Abs(float64(width)*float64(h)/float64(height) - float64(w))

		if min(byWidth, byHeight) > 0.5 && min(w, h) > 1 {
			t.Fatalf("%d × %d is out of proportion", w, h)
		}
	})
}

// TestFit_matchesProcess checks that Process makes the sizes that Fit returns, for
// every orientation.
func TestFit_matchesProcess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.IntRange(1, 40)
		width, height := side.Draw(t, "width"), side.Draw(t, "height")
		orientation := byte(rapid.IntRange(1, 8).Draw(t, "orientation"))
		box := asPNG(side.Draw(t, "box width"), side.Draw(t, "box height"))
		box.Fit = rapid.SampledFrom([]variant.Fit{variant.Inside, variant.Cover}).Draw(t, "fit")

		file := withChunk(encodePNG(t, lopsided(width, height)), "eXIf", exifWith(orientation))

		outputs, err := picture.Process(context.Background(), file, box)
		if err != nil {
			t.Fatal(err)
		}

		if orientation >= 5 {
			width, height = height, width
		}

		w, h := picture.Fit(width, height, box)
		if outputs[0].Width != w || outputs[0].Height != h {
			t.Fatalf("made %d × %d, said %d × %d", outputs[0].Width, outputs[0].Height, w, h)
		}
	})
}
