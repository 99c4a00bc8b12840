package picture

import (
	"image"

	"triptych/picture/planes"
)

// frame is the pixels of a variant, upright and in its size, before the steps of
// [stepsFor]. It never changes, and may share its samples with a held image. YCbCr may be
// subsampled, and is then opaque.
type frame struct {
	picture       *planes.Image
	alpha         *planes.Plane // nil if all pixels are opaque
	premultiplied bool          // the colors are multiplied by alpha
}

const opaque = 255

// withoutOpaque returns the frame without its alpha, if that is opaque everywhere.
func (f frame) withoutOpaque() frame {
	if f.alpha == nil {
		return f
	}

	for y := range f.alpha.Height {
		if !planes.AllOpaque(f.alpha.Row(y)) {
			return f
		}
	}

	return frame{picture: f.picture}
}

// inPlanes runs the steps of a frame without alpha after them. The result is Gray, or
// YCbCr in 4:2:0.
func (f frame) inPlanes(s steps) *planes.Image {
	if len(s.list) == 0 {
		return f.picture
	}

	width, height := f.picture.Width, f.picture.Height
	made := &planes.Image{Model: s.model, Width: width, Height: height, Planes: []planes.Plane{planes.New(width, height)}}

	if s.model == planes.YCbCr {
		made.Planes = append(made.Planes, planes.New((width+1)/2, (height+1)/2), planes.New((width+1)/2, (height+1)/2))
	}

	f.eachBand(s.list, func(b *band) { b.subsample(made) })

	return made
}

// inPlanesWithAlpha runs the steps of a frame with alpha after them. The result is Gray, or
// YCbCr in 4:2:0, and the alpha.
func (f frame) inPlanesWithAlpha(s steps) (*planes.Image, *planes.Plane) {
	if s.model == planes.Gray {
		return f.inPlanes(s), f.alpha
	}

	width, height := f.picture.Width, f.picture.Height
	made := &planes.Image{Model: s.model, Width: width, Height: height, Planes: []planes.Plane{
		planes.New(width, height), planes.New((width+1)/2, (height+1)/2), planes.New((width+1)/2, (height+1)/2),
	}}

	f.eachBand(s.list, func(b *band) { b.subsampleVisible(made) })

	return made, f.alpha
}

// inPixels runs the steps of a frame. The result is of a type that package png/encoder
// takes.
func (f frame) inPixels(s steps) image.Image {
	size := image.Rect(0, 0, f.picture.Width, f.picture.Height)

	if s.model == planes.Gray && s.kind == planes.Opaque {
		only := f.inPlanes(s).Planes[0]

		return &image.Gray{Pix: only.Pix, Stride: only.Stride, Rect: size}
	}

	made := image.NewNRGBA(size)

	f.eachBand(s.list, func(b *band) { b.interleave(made) })

	if s.kind == planes.Opaque {
		// The bytes are the same, but the encoder stores an RGBA without alpha.
		return &image.RGBA{Pix: made.Pix, Stride: made.Stride, Rect: size}
	}

	return made
}
