package picture

import (
	"image"

	"triptych/picture/colormodel"
	"triptych/picture/planes"
	"triptych/picture/resize"
)

// layers are a variant's pixels, upright and of its size: Grey, RGB or YCbCr, of
// which the last may be subsampled, and then is opaque.
type layers struct {
	picture       *planes.Image
	alpha         *planes.Plane // nil where all is opaque
	premultiplied bool          // the colors, by alpha
	profile       []byte        // ICC; nil where there is none
}

const opaque = 255

// settle drops an alpha that hides nothing.
func (l *layers) settle() {
	if l.alpha == nil {
		return
	}

	for _, alpha := range l.alpha.Pix { // Its rows follow each other: resize made it.
		if alpha != opaque {
			return
		}
	}

	l.alpha = nil
}

// flatten lays the picture on white.
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
				// The filter's overshoot can leave a color above its alpha.
				row[x] = uint8(min(int(value)+opaque-int(alpha[x]), opaque)) //nolint:gosec // At most 255.
			}
		}
	}

	l.alpha = nil
}

// sample420 turns RGB into YCbCr with a quarter of the color.
func (l *layers) sample420() {
	if l.picture.Model != planes.RGB {
		return
	}

	colormodel.ToYCbCr(l.picture)

	for i := range l.picture.Planes[1:] {
		l.picture.Planes[1+i] = colormodel.Halve(l.picture.Planes[1+i])
	}
}

// weave makes pixels of the planes, of the type that image/png is fastest with.
func (l *layers) weave() image.Image {
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

	woven := image.NewNRGBA(size)

	for y := range size.Dy() {
		out := woven.Pix[y*woven.Stride : (y+1)*woven.Stride]
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
		// The same bytes, which image/png then need not look at for transparency.
		return &image.RGBA{Pix: woven.Pix, Stride: woven.Stride, Rect: size}
	}

	return woven
}
