package resize

import (
	"fmt"
	"testing"

	"triptych/picture/planes"
)

// The sizes are those of a photo of 4000×3000 that is decoded at the scale for its
// variants, with chroma.
func BenchmarkImage(b *testing.B) {
	was := accelerated
	defer func() { accelerated = was }()

	for _, size := range [][4]int{{2000, 1500, 1600, 1200}, {1000, 750, 800, 600}, {500, 375, 213, 160}} {
		w, h := size[0], size[1]
		src := &planes.Image{Model: planes.YCbCr, Width: w, Height: h, Planes: []planes.Plane{
			noise(1, w, h), noise(2, (w+1)/2, (h+1)/2), noise(4, (w+1)/2, (h+1)/2),
		}}

		for _, fast := range []bool{true, false} {
			for _, o := range []Options{{}, {Threads: 2}, {Orientation: 6}} {
				name := fmt.Sprintf("%d-to-%d/AVX2=%v/threads=%d/orientation=%d", w, size[2], fast, o.Threads, o.Orientation)
				b.Run(name, func(b *testing.B) {
					if fast && !was {
						b.Skip("there is no assembly for this machine")
					}

					accelerated = fast
					outW, outH := size[2], size[3]

					if o.Orientation == 6 {
						outW, outH = outH, outW
					}

					b.ReportAllocs()

					for b.Loop() {
						Image(src, Whole(w, h), outW, outH, o)
					}
				})
			}
		}
	}
}
