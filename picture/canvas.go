package picture

import (
	"image"
	"image/color"
)

// onCanvas draws the frame of an animation at a position of a canvas of the given size.
// The rest of the canvas is transparent. A frame that fills the canvas is returned as it
// is.
func onCanvas(frame image.Image, at, size image.Point) image.Image {
	area := frame.Bounds()
	if at == (image.Point{}) && area.Size() == size {
		return frame
	}

	canvas := image.NewNRGBA(image.Rectangle{Max: size})
	rows := newConverter(frame)

	for y := range area.Dy() {
		to := canvas.PixOffset(at.X, at.Y+y)
		rows.row(canvas.Pix[to:to+4*area.Dx()], area.Min.Add(image.Pt(0, y)))
	}

	return canvas
}

// converter converts rows of a frame to NRGBA. It knows the types that the decoders of
// animations return, and does not allocate, because a canvas may be large.
type converter struct {
	frame  image.Image
	shades [256][4]byte // of a palette
	opaque bool         // a palette has no transparent color
}

func newConverter(frame image.Image) *converter {
	c := &converter{frame: frame}

	if frame, ok := frame.(*image.Paletted); ok {
		c.opaque = true

		for i, shade := range frame.Palette {
			r, g, b, a := shade.RGBA()                                                    // GIF has only opaque and fully transparent pixels.
			c.shades[i] = [4]byte{byte(r >> 8), byte(g >> 8), byte(b >> 8), byte(a >> 8)} //nolint:gosec // RGBA has 16 bits.
			c.opaque = c.opaque && c.shades[i][3] == opaque
		}
	}

	return c
}

// row fills a row from a row of the frame, starting at a pixel.
func (c *converter) row(row []byte, from image.Point) {
	switch frame := c.frame.(type) {
	case *image.NRGBA:
		copy(row, frame.Pix[frame.PixOffset(from.X, from.Y):])
	case *image.Paletted:
		indices := frame.Pix[frame.PixOffset(from.X, from.Y):]
		for _, index := range indices[:len(row)/4] {
			*(*[4]byte)(row) = c.shades[index]
			row = row[4:]
		}
	case *image.RGBA:
		from := frame.Pix[frame.PixOffset(from.X, from.Y):]
		copy(row, from)

		for x := range len(row) / 4 {
			if alpha := row[4*x+3]; alpha != opaque {
				pixel := color.NRGBAModel.Convert(color.RGBA{row[4*x], row[4*x+1], row[4*x+2], alpha}).(color.NRGBA) //nolint:forcetypeassert // The model has this type.
				row[4*x], row[4*x+1], row[4*x+2] = pixel.R, pixel.G, pixel.B
			}
		}
	default:
		for x := range len(row) / 4 {
			pixel := color.NRGBAModel.Convert(frame.At(from.X+x, from.Y)).(color.NRGBA) //nolint:forcetypeassert // The model has this type.
			row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = pixel.R, pixel.G, pixel.B, pixel.A
		}
	}
}
