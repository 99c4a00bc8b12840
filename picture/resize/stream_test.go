package resize

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"triptych/picture/planes"
)

// A Stream yields the same result as the whole image. It never reads a row that Needs has
// released.
func TestStream_equalsImage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(1, 150).Draw(t, "width"), rapid.IntRange(1, 200).Draw(t, "height")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		src := &planes.Image{Model: planes.YCbCr, Width: width, Height: height, Planes: []planes.Plane{
			noise(random.Uint64(), width, height),
			noise(random.Uint64(), (width+1)/2, (height+1)/2), noise(random.Uint64(), (width+1)/2, (height+1)/2),
		}}
		crop := Rect{X1: float64(width), Y1: float64(height)}

		if rapid.Bool().Draw(t, "is cropped") {
			crop = Rect{
				float64(random.IntN(width)), float64(random.IntN(height)),
				float64(width) + random.Float64(), float64(height) + random.Float64(),
			}
		}

		outWidth, outHeight := rapid.IntRange(1, width).Draw(t, "result's width"), rapid.IntRange(1, height).Draw(t, "result's height")
		options := Options{
			Orientation: rapid.IntRange(1, 8).Draw(t, "orientation"),
			Sampling:    rapid.SampledFrom([]Sampling{Sampling420, Sampling444}).Draw(t, "sampling"),
			Threads:     rapid.IntRange(0, 3).Draw(t, "threads"),
		}
		most := rapid.SampledFrom([]int{24, 300}).Draw(t, "rows at a time")

		stream := NewStream(withoutSamples(src), crop, outWidth, outHeight, options)

		for ready := make([]int, 3); slices.Compare(ready, heights(src)) != 0; {
			windows := make([]planes.Window, 3)

			for i := range ready {
				ready[i] = min(ready[i]+random.IntN(most), src.Planes[i].Height)
				windows[i] = windowOf(src.Planes[i], min(stream.Needs(i), ready[i]), ready[i])
			}

			stream.Take(windows)
		}

		want := Image(src, crop, outWidth, outHeight, options)
		if got := stream.Image(); cmp.Diff(withoutGaps(want), got) != "" {
			t.Fatal("the result differs from that of the whole image")
		}
	})
}

// withoutGaps copies an image, whose planes may be parts of larger ones.
func withoutGaps(img *planes.Image) *planes.Image {
	made := *img
	made.Planes = nil

	for _, p := range img.Planes {
		made.Planes = append(made.Planes, windowOf(p, 0, p.Height).Plane)
	}

	return &made
}

func withoutSamples(src *planes.Image) *planes.Image {
	bare := *src
	bare.Planes = slices.Clone(src.Planes)

	for i := range bare.Planes {
		bare.Planes[i].Pix = nil
	}

	return &bare
}

func heights(src *planes.Image) []int {
	return []int{src.Planes[0].Height, src.Planes[1].Height, src.Planes[2].Height}
}

// windowOf copies some rows of a plane, so that no other can be read.
func windowOf(p planes.Plane, top, bottom int) planes.Window {
	window := planes.Window{Plane: planes.New(p.Width, bottom-top), Top: top}
	for y := range window.Height {
		copy(window.Row(y), p.Row(top+y))
	}

	return window
}
