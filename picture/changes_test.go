package picture

import (
	"image"
	"image/color"
	"testing"
)

func TestChanged(t *testing.T) {
	size := image.Rect(0, 0, 20, 15)

	for _, area := range []image.Rectangle{
		{}, size, image.Rect(0, 0, 1, 1), image.Rect(19, 14, 20, 15), image.Rect(3, 5, 9, 6), image.Rect(7, 0, 8, 15),
	} {
		before, after := image.NewNRGBA(size), image.NewNRGBA(size)

		if !area.Empty() { // Two corners differ, each in one sample.
			after.Set(area.Min.X, area.Max.Y-1, color.NRGBA{R: 1})
			after.Set(area.Max.X-1, area.Min.Y, color.NRGBA{A: 1})
		}

		if got := changed(before, after); got != area && (!got.Empty() || !area.Empty()) {
			t.Errorf("%v, not %v", got, area)
		}
	}
}

func TestEvenly(t *testing.T) {
	for area, want := range map[image.Rectangle]image.Rectangle{
		image.Rect(3, 5, 4, 6): image.Rect(2, 4, 4, 6),
		image.Rect(2, 4, 5, 7): image.Rect(2, 4, 5, 7),
		{Min: image.Pt(9, 9)}:  image.Rect(0, 0, 1, 1),
	} {
		if got := evenly(area); got != want {
			t.Errorf("%v becomes %v, not %v", area, got, want)
		}
	}
}
