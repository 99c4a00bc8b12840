package picture

import (
	"image"
	"math"

	"triptych/picture/metadata"
	"triptych/picture/resize"
	"triptych/picture/variant"
)

// plan says how one variant is made from a stored image. It is computed from the
// properties of the image before pixels are decoded, and never changes. The steps from
// the decoded pixels to the encoder follow from the model of the pixels; see [stepsFor].
type plan struct {
	want  variant.Spec
	crop  image.Rectangle // the part that is taken, in stored pixels
	size  image.Point     // size of the variant, upright
	lies  image.Point     // the same size, as stored
	scale int             // the image is decoded at 1/scale
	moves bool            // the variant keeps the frames of its source
}

// plansFor returns one plan per variant.
func plansFor(info metadata.Info, wants []variant.Spec) []plan {
	plans := make([]plan, len(wants))
	for i, want := range wants {
		plans[i] = planFor(info, want)
	}

	return plans
}

func planFor(info metadata.Info, want variant.Spec) plan {
	width, height := info.Upright()
	upright := geometryOf(width, height, want)

	lies := upright.size
	if metadata.Transposed(info.Orientation) {
		lies.X, lies.Y = lies.Y, lies.X
	}

	made := plan{
		want:  want,
		crop:  asStored(upright.crop, image.Pt(info.Width, info.Height), info.Orientation),
		size:  upright.size,
		lies:  lies,
		scale: 1,
		moves: want.Animated && info.Format == metadata.GIF && info.Frames > 1,
	}

	// Decoding at a part of the size averages encoded values.
	if info.Format == metadata.JPEG && !made.linear() {
		made.scale = made.scaleFor(info)
	}

	return made
}

// copies reports whether the part is taken as it is, without scaling.
func (p *plan) copies() bool { return p.crop.Size() == p.lies }

// linear reports whether the image is resized in linear light.
func (p *plan) linear() bool { return p.want.Resample == variant.Linear && !p.copies() }

// straight reports whether the plan needs colors that are not multiplied by alpha. In
// linear light, they are multiplied as light.
func (p *plan) straight() bool { return p.copies() || p.linear() }

// leaves reports whether an image decoded at 1/scale still has at least one pixel for
// each pixel of the variant. Half a pixel less is accepted: half of 1067 rows is enough
// for 534.
func (p *plan) leaves(scale int) bool {
	return 2*p.crop.Dx() >= scale*(2*p.lies.X-1) && 2*p.crop.Dy() >= scale*(2*p.lies.Y-1)
}

// scaleFor returns the largest sufficient denominator of a JPEG's scales, or 1. Small
// images are decoded whole, which takes little time. At an edge within a block, the
// reduced transform would mix in pixels beyond the edge.
func (p *plan) scaleFor(info metadata.Info) int {
	const small = 1 << 16 // pixels

	if info.Width*info.Height < small {
		return 1
	}

	for _, scale := range []int{8, 4, 2} {
		if p.leaves(scale) {
			return scale
		}
	}

	return 1
}

// region returns the part of a stored image that is needed: the plan's part, and the
// pixels around it that the filter reads.
func (p *plan) region() image.Rectangle {
	const lobes = 3

	reach := func(part, size int) int { return int(math.Ceil(lobes * max(1, float64(part)/float64(size)))) }
	x, y := reach(p.crop.Dx(), p.lies.X), reach(p.crop.Dy(), p.lies.Y)

	return image.Rect(p.crop.Min.X-x, p.crop.Min.Y-y, p.crop.Max.X+x, p.crop.Max.Y+y)
}

// within returns the plan's part in the pixels of a region that was decoded at the plan's
// scale. Nothing is rounded.
func (p *plan) within(region image.Rectangle) resize.Rect {
	crop, by := p.crop.Sub(region.Min), float64(p.scale)

	return resize.Rect{
		X0: float64(crop.Min.X) / by, Y0: float64(crop.Min.Y) / by,
		X1: float64(crop.Max.X) / by, Y1: float64(crop.Max.Y) / by,
	}
}

// delivery says in which form plans need an image whose decoder can deliver rows. A plan
// that scales needs colors multiplied by alpha. A plan that does not scale, or scales in
// linear light, needs the original colors.
type delivery struct {
	rows          bool // the decoder delivers rows; otherwise the image is held whole
	premultiplied bool // the decoder multiplies the colors, because all plans scale
	mixed         bool // some plans scale and some do not
}

// deliveryFor returns the form that suits all plans of an image. The image is held if a
// variant has only a few rows: the filter of that variant reads so many rows of the image
// that holding the whole image is better.
func deliveryFor(plans []plan) delivery {
	const few = 24

	scaling, low := 0, false

	for i := range plans {
		low = low || plans[i].lies.Y < few

		if !plans[i].straight() {
			scaling++
		}
	}

	return delivery{
		rows:          len(plans) > 0 && !low,
		premultiplied: len(plans) > 0 && scaling == len(plans),
		mixed:         scaling > 0 && scaling < len(plans),
	}
}
