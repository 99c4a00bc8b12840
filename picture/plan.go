package picture

import (
	"image"
	"math"

	"triptych/picture/metadata"
	"triptych/picture/resize"
	"triptych/picture/variant"
)

// plan says what becomes of a stored picture for one variant.
type plan struct {
	want variant.Spec
	crop image.Rectangle // the part that is taken, in pixels as stored
	size image.Point     // of the variant, upright
	lies image.Point     // the same, as stored

	// What makes its colors and its alpha while the picture is decoded, if that is so.
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

// copies says that the part is taken as it is: pixels are not scaled.
func (p *plan) copies() bool { return p.crop.Size() == p.lies }

// leaves says whether a picture decoded at 1/scale still has a pixel for each of
// the variant's. Half a pixel is forgiven: a half of 1067 rows is enough for 534.
func (p *plan) leaves(scale int) bool {
	return 2*p.crop.Dx() >= scale*(2*p.lies.X-1) && 2*p.crop.Dy() >= scale*(2*p.lies.Y-1)
}

// scaleFor is the largest of a JPEG's scales that is good enough; 1 where there is
// none. Small pictures are decoded whole, which takes no time: at an edge within a
// block the reduced transform mixes in what lies beyond.
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

// region is the part of a stored picture that is needed: what the plan takes, and
// what the filter sees beyond.
func (p *plan) region() image.Rectangle {
	const lobes = 3

	reach := func(part, size int) int { return int(math.Ceil(lobes * max(1, float64(part)/float64(size)))) }
	x, y := reach(p.crop.Dx(), p.lies.X), reach(p.crop.Dy(), p.lies.Y)

	return image.Rect(p.crop.Min.X-x, p.crop.Min.Y-y, p.crop.Max.X+x, p.crop.Max.Y+y)
}

// within is the plan's part in the pixels of a picture that was decoded at
// 1/scale, of a region. Nothing is rounded.
func (p *plan) within(region image.Rectangle, scale int) resize.Rect {
	crop, by := p.crop.Sub(region.Min), float64(scale)

	return resize.Rect{
		X0: float64(crop.Min.X) / by, Y0: float64(crop.Min.Y) / by,
		X1: float64(crop.Max.X) / by, Y1: float64(crop.Max.Y) / by,
	}
}
