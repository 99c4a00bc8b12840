package picture

import (
	"image"
	"math"

	"triptych/picture/metadata"
	"triptych/picture/resize"
	"triptych/picture/variant"
)

// plan holds the steps from a stored image to one variant.
type plan struct {
	want variant.Spec
	crop image.Rectangle // the part that is taken, in stored pixels
	size image.Point     // size of the variant, upright
	lies image.Point     // the same size, as stored

	// Streams that make the colors and the alpha while the image is decoded; nil
	// otherwise.
	stream, mask *resize.Stream
}

func planFor(info metadata.Info, want variant.Spec) plan {
	width, height := info.Upright()
	upright := geometryOf(width, height, want)

	lies := upright.size
	if metadata.Transposed(info.Orientation) {
		lies.X, lies.Y = lies.Y, lies.X
	}

	return plan{
		want: want,
		crop: asStored(upright.crop, image.Pt(info.Width, info.Height), info.Orientation),
		size: upright.size,
		lies: lies,
	}
}

// copies reports whether the part is taken as it is, without scaling.
func (p *plan) copies() bool { return p.crop.Size() == p.lies }

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

// within returns the plan's part in the pixels of a region that was decoded at 1/scale.
// Nothing is rounded.
func (p *plan) within(region image.Rectangle, scale int) resize.Rect {
	crop, by := p.crop.Sub(region.Min), float64(scale)

	return resize.Rect{
		X0: float64(crop.Min.X) / by, Y0: float64(crop.Min.Y) / by,
		X1: float64(crop.Max.X) / by, Y1: float64(crop.Max.Y) / by,
	}
}
