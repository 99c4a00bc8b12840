package encoder

import (
	"testing"

	"triptych/picture/planes"
	"triptych/picture/resize"
)

func TestAutoQuality(t *testing.T) {
	whole := photo(t)
	img := resize.Image(whole, resize.Whole(whole.Width, whole.Height), 800, 600, resize.Options{})
	chosen := AutoQuality(img)

	// The score of this photo at quality 80 is 79.
	if chosen < 76 || chosen > 86 {
		t.Errorf("the photo gets quality %d", chosen)
	}

	blocks := sampled(&img.Planes[0])
	if estimate(blocks, chosen) < AutoTarget*points || estimate(blocks, chosen-1) >= AutoTarget*points {
		t.Errorf("quality %d has %d points, and %d has %d", chosen, estimate(blocks, chosen), chosen-1, estimate(blocks, chosen-1))
	}
}

// Errors are visible where nothing hides them, and hidden where all is noise.
func TestAutoQuality_limits(t *testing.T) {
	flat := picture(0, 64, 64, samplings[0])
	for i := range flat.Planes[0].Pix {
		flat.Planes[0].Pix[i] = 128
	}

	for name, c := range map[string]struct {
		img       *planes.Image
		low, high int
	}{
		"flat":                 {flat, 65, 75},
		"faint noise":          {picture(4, 64, 64, samplings[4]), 72, 92},
		"smaller than a block": {picture(1, 7, 200, samplings[4]), DefaultQuality, DefaultQuality},
	} {
		if got := AutoQuality(c.img); got < c.low || got > c.high {
			t.Errorf("%s: quality %d, want %d to %d", name, got, c.low, c.high)
		}
	}
}

func BenchmarkAutoQuality(b *testing.B) {
	whole := photo(b)
	img := resize.Image(whole, resize.Whole(whole.Width, whole.Height), 800, 600, resize.Options{})

	for b.Loop() {
		AutoQuality(img)
	}
}
