package picture

import (
	"image"

	"triptych/picture/metadata"
	"triptych/picture/planes"
	"triptych/picture/resize"
)

// held is a whole image in planes, as stored, not upright. It never changes.
type held struct {
	info   metadata.Info
	colors colors

	// straight has the original colors. It is nil if no plan needs them.
	straight *planes.Image
	// premultiplied has the colors multiplied by alpha. It is nil if there is no alpha or
	// no plan needs it.
	premultiplied *planes.Image
	alpha         *planes.Plane // nil if all pixels are opaque
}

// take implements [frames]. It crops, scales and turns each plane once.
func (h *held) take(_ int, p *plan) frame {
	from := h.straight
	if from == nil || h.premultiplied != nil && !p.copies() {
		from = h.premultiplied
	}

	options, part := resizing(h.info, h.colors, p), p.within(image.Rectangle{})
	made := frame{
		picture:       resize.Image(h.sampledFor(from, p, options), part, p.size.X, p.size.Y, options),
		premultiplied: from == h.premultiplied,
	}

	if h.alpha != nil {
		made.alpha = &resize.Image(inOnePlane(*h.alpha), part, p.size.X, p.size.Y, options).Planes[0]
	}

	return made
}

// sampledFor returns the image that a plan resizes. If a HEIC is not scaled and only its
// chroma is upsampled, each chroma sample is repeated, as libheif does. A filter would
// ring at edges.
func (h *held) sampledFor(from *planes.Image, p *plan, options resize.Options) *planes.Image {
	sparse := len(from.Planes) > 1 &&
		(from.Planes[1].Width < from.Width || from.Planes[1].Height < from.Height)
	if h.info.Format != metadata.HEIC || !sparse || !p.copies() || options.Sampling != resize.Sampling444 {
		return from
	}

	dense := *from
	dense.Planes = []planes.Plane{from.Planes[0], doubled(from, 1), doubled(from, 2)}

	return &dense
}

// doubled returns a chroma plane with one sample per pixel.
func doubled(picture *planes.Image, index int) planes.Plane {
	sparse, made := &picture.Planes[index], planes.New(picture.Width, picture.Height)
	across, down := 0, 0

	if sparse.Width < picture.Width {
		across = 1
	}

	if sparse.Height < picture.Height {
		down = 1
	}

	for y := range made.Height {
		row, from := made.Row(y), sparse.Row(y>>down)
		for x := range row {
			row[x] = from[x>>across]
		}
	}

	return made
}
