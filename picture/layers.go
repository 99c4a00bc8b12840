package picture

import (
	"image"

	"triptych/picture/colormodel"
	"triptych/picture/planes"
	"triptych/picture/resize"
)

// layers holds a variant's pixels, upright and in its size. The model is Grey, RGB or
// YCbCr. YCbCr may be subsampled, and is then opaque.
type layers struct {
	picture       *planes.Image
	alpha         *planes.Plane // nil if all pixels are opaque
	premultiplied bool          // the colors are multiplied by alpha
	profile       []byte        // ICC; nil if there is none
}

const opaque = 255

// dropOpaque drops an alpha plane that is opaque everywhere.
func (l *layers) dropOpaque() {
	if l.alpha == nil {
		return
	}

	for _, alpha := range l.alpha.Pix { // The rows are contiguous, because resize made them.
		if alpha != opaque {
			return
		}
	}

	l.alpha = nil
}

// flatten draws the image on white.
func (l *layers) flatten() {
	if l.alpha == nil {
		return
	}

	if !l.premultiplied {
		resize.Premultiply(l.picture.Planes, *l.alpha)
	}

	for i := range l.picture.Planes {
		for y := range l.alpha.Height {
			row, alpha := l.picture.Planes[i].Row(y), l.alpha.Row(y)
			for x, value := range row {
				// The filter's overshoot can make a color larger than its alpha.
				row[x] = uint8(min(int(value)+opaque-int(alpha[x]), opaque)) //nolint:gosec // At most 255.
			}
		}
	}

	l.alpha = nil
}

// sample420 converts RGB into YCbCr with a quarter of the chroma samples.
func (l *layers) sample420() {
	if l.picture.Model != planes.RGB {
		return
	}

	colormodel.ToYCbCr(l.picture)

	for i := range l.picture.Planes[1:] {
		l.picture.Planes[1+i] = colormodel.Halve(l.picture.Planes[1+i])
	}
}

// interleave makes pixels from the planes, of the type that image/png encodes fastest.
func (l *layers) interleave() image.Image {
	size := image.Rect(0, 0, l.picture.Width, l.picture.Height)

	l.unpremultiply()

	if l.picture.Model == planes.YCbCr {
		colormodel.ToRGB(l.picture)
	}

	first := l.picture.Planes[0]
	if l.picture.Model == planes.Grey && l.alpha == nil {
		return &image.Gray{Pix: first.Pix, Stride: first.Stride, Rect: size}
	}

	second, third := first, first
	if l.picture.Model == planes.RGB {
		second, third = l.picture.Planes[1], l.picture.Planes[2]
	}

	pixels := image.NewNRGBA(size)

	for y := range size.Dy() {
		out := pixels.Pix[y*pixels.Stride : (y+1)*pixels.Stride]
		r, g, b := first.Row(y), second.Row(y), third.Row(y)

		for x := range r {
			pixel := out[4*x : 4*x+4 : 4*x+4]
			pixel[0], pixel[1], pixel[2], pixel[3] = r[x], g[x], b[x], opaque
		}

		if l.alpha != nil {
			for x, alpha := range l.alpha.Row(y) {
				out[4*x+3] = alpha
			}
		}
	}

	if l.alpha == nil {
		// The bytes are the same, but image/png does not have to search an RGBA for
		// transparency.
		return &image.RGBA{Pix: pixels.Pix, Stride: pixels.Stride, Rect: size}
	}

	return pixels
}
