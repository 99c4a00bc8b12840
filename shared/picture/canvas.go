package picture

import (
	"image"

	"github.com/disintegration/imaging"
)

// onCanvas lays the frame of an animation at a place of an else transparent
// canvas of a size. A frame that fills it is returned as it is.
func onCanvas(frame image.Image, at, size image.Point) image.Image {
	const (
		rows   = 64 // converted at a time: all at once would take as much memory again
		pixels = 4  // bytes
	)

	within := frame.Bounds().Size()
	if at == (image.Point{}) && within == size {
		return frame
	}

	canvas := image.NewNRGBA(image.Rectangle{Max: size})

	for y := 0; y < within.Y; y += rows {
		band := imaging.Clone(part(frame, image.Rect(0, y, within.X, min(y+rows, within.Y))))

		for row := range band.Rect.Dy() {
			to := canvas.PixOffset(at.X, at.Y+y+row)
			copy(canvas.Pix[to:to+pixels*within.X], band.Pix[row*band.Stride:])
		}
	}

	return canvas
}
