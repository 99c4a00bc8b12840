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

// inLight resizes a whole image in linear light.
func inLight(from *planes.Image, alpha *planes.Plane, p *plan, options resize.Options) frame {
	kind := planes.Opaque
	if alpha != nil {
		kind = planes.Straight
	}

	made := &lane{plan: *p, options: options}
	planes.Deliver(from, alpha, kind, made)

	return made.frame()
}

// take implements [frames]. It crops, scales and turns each plane once.
func (h *held) take(_ int, p *plan) frame {
	from := h.straight
	if from == nil || h.premultiplied != nil && !p.straight() {
		from = h.premultiplied
	}

	if p.linear() && resize.CanLinear(from.Model) {
		return inLight(from, h.alpha, p, resizing(h.info, h.colors, p))
	}

	options, part := resizing(h.info, h.colors, p), p.within(image.Rectangle{})
	made := frame{
		picture:       resize.Image(from, part, p.size.X, p.size.Y, options),
		premultiplied: from == h.premultiplied,
	}

	if h.alpha != nil {
		made.alpha = &resize.Image(inOnePlane(*h.alpha), part, p.size.X, p.size.Y, options).Planes[0]
	}

	return made
}
