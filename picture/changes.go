package picture

import (
	"bytes"
	"context"
	"image"
	"time"

	"triptych/picture/planes"
	"triptych/picture/variant"
	"triptych/picture/webp"
)

// changes writes an animation of which each frame has only the rectangle that differs from
// the frame before.
type changes struct {
	*webp.Animation

	quality int
	before  *image.NRGBA
}

// add adds a composed image. It keeps the image until the next one.
func (c *changes) add(ctx context.Context, composed *image.NRGBA, shown time.Duration) error {
	area := composed.Rect

	if c.before != nil {
		area = evenly(changed(c.before, composed))
	}

	c.before = composed
	made := deinterleave(composed.SubImage(area).(*image.NRGBA)).withoutOpaque() //nolint:forcetypeassert // SubImage of an NRGBA.
	steps := stepsFor(made.picture.Model, made.kind(), colors{}, variant.Spec{Format: variant.WebP})
	frame := webp.Frame{At: area.Min, Shown: shown}

	if steps.kind == planes.Opaque {
		frame.Picture = made.inPlanes(steps)
	} else {
		frame.Picture, frame.Alpha = made.inPlanesWithAlpha(steps)
	}

	return c.Add(ctx, frame, c.quality)
}

// changed returns the smallest rectangle outside of which two images of the same size are
// the same.
func changed(before, after *image.NRGBA) image.Rectangle {
	const bytesAPixel = 4

	size := after.Rect.Size()
	area := image.Rectangle{Min: size}

	for y := range size.Y {
		was := before.Pix[y*before.Stride:][:bytesAPixel*size.X]
		is := after.Pix[y*after.Stride:][:bytesAPixel*size.X]

		if bytes.Equal(was, is) {
			continue
		}

		left, right := 0, len(is)
		for is[left] == was[left] {
			left++
		}

		for is[right-1] == was[right-1] {
			right--
		}

		area.Min.X, area.Max.X = min(area.Min.X, left/bytesAPixel), max(area.Max.X, (right+bytesAPixel-1)/bytesAPixel)
		area.Min.Y, area.Max.Y = min(area.Min.Y, y), y+1
	}

	return area
}

// evenly moves the left and the upper side of a rectangle outwards to even coordinates, as
// an animated WebP needs. An empty rectangle becomes a pixel.
func evenly(area image.Rectangle) image.Rectangle {
	if area.Empty() {
		return image.Rect(0, 0, 1, 1)
	}

	area.Min.X -= area.Min.X % 2
	area.Min.Y -= area.Min.Y % 2

	return area
}
