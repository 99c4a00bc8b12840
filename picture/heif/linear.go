package heif

import (
	"image"

	"triptych/picture/metadata"
	"triptych/picture/metadata/bitstream"
	"triptych/picture/planes"
	"triptych/picture/tone"
)

// fraction is the number of fractional bits of factors.
const fraction = 16

// factors are the factors of the two chroma samples, with fractional bits.
type factors [2]int

func asFactors(exact [2]float64) (made factors) {
	for i, factor := range exact {
		scaled := factor * (1 << fraction)
		if scaled < 0 {
			made[i] = int(scaled - 0.5)
		} else {
			made[i] = int(scaled + 0.5)
		}
	}

	return made
}

// gray converts only luma to the full range of 8 bits.
type gray struct {
	wide bool
	luma []byte
}

func newGray(coded bitstream.Picture, coding metadata.Coding) *gray {
	table := fixed(lightOf(coded.Depth, coding.FullRange))
	made := &gray{wide: wide(coded), luma: make([]byte, len(table))}

	for i, sample := range table {
		made.luma[i] = clamp((int(sample) + unit/2) / unit)
	}

	if mapper := tone.New(coding); mapper != nil {
		for i, part := range lightOf(coded.Depth, coding.FullRange) {
			made.luma[i], _, _ = mapper.Pixel([3]float32{part, part, part})
		}
	}

	return made
}

func (g *gray) convert(to *planes.Image, area image.Rectangle, src samples, from image.Point) {
	plane := src.planes[0]

	for y := range area.Dy() {
		row, out := plane.row(from.Y+y), to.Planes[0].Row(area.Min.Y + y)[area.Min.X:area.Max.X]

		for x := range out {
			out[x] = g.luma[plane.sample(row, from.X+x, g.wide)]
		}
	}
}

// linear converts luma and chroma of any matrix and range to those of JFIF: the full
// range, and BT.601. The formulas are linear, so chroma can stay subsampled.
type linear struct {
	wide, same            bool
	light, color          []int32
	luma, blue, red       factors
	halfWidth, halfHeight int
}

func newLinear(coded bitstream.Picture, coding metadata.Coding) *linear {
	luma, blue, red := toJFIF(coding)
	made := &linear{
		wide:  wide(coded),
		light: fixed(lightOf(coded.Depth, coding.FullRange)), color: fixed(colorOf(coded.Depth, coding.FullRange)),
		luma: asFactors(luma), blue: asFactors(blue), red: asFactors(red),
		halfWidth: halves(coded.HalfWidth), halfHeight: halves(coded.HalfHeight),
	}

	bt601 := made.luma == factors{} && made.blue == factors{1 << fraction, 0} && made.red == factors{0, 1 << fraction}
	made.same = bt601 && coding.FullRange && !made.wide

	return made
}

func (l *linear) convert(to *planes.Image, area image.Rectangle, src samples, from image.Point) {
	if l.same {
		copyRows(&to.Planes[0], area, src.planes[0], from)
	} else {
		l.convertLuma(to, area, src, from)
	}

	// If the canvas has more chroma samples than the image, each sample is repeated.
	across, down := l.halfWidth, l.halfHeight
	if to.Planes[1].Width == to.Width {
		across = 0
	}

	if to.Planes[1].Height == to.Height {
		down = 0
	}

	part := image.Rect(area.Min.X>>across, area.Min.Y>>down, (area.Max.X+across)>>across, (area.Max.Y+down)>>down)
	start := image.Pt(from.X>>across, from.Y>>down)
	perWidth, perHeight := l.halfWidth-across, l.halfHeight-down

	if l.same && perWidth == 0 && perHeight == 0 {
		copyRows(&to.Planes[1], part, src.planes[1], start)
		copyRows(&to.Planes[2], part, src.planes[2], start)

		return
	}

	blue, red := src.planes[1], src.planes[2]

	for y := range part.Dy() {
		blues, reds := blue.row((start.Y+y)>>perHeight), red.row((start.Y+y)>>perHeight)
		outBlue := to.Planes[1].Row(part.Min.Y + y)[part.Min.X:part.Max.X]
		outRed := to.Planes[2].Row(part.Min.Y + y)[part.Min.X:part.Max.X]

		for x := range outBlue {
			at := (start.X + x) >> perWidth
			cb, cr := int(l.color[blue.sample(blues, at, l.wide)]), int(l.color[red.sample(reds, at, l.wide)])
			outBlue[x] = clamp(center + l.rounded(l.blue[0]*cb+l.blue[1]*cr))
			outRed[x] = clamp(center + l.rounded(l.red[0]*cb+l.red[1]*cr))
		}
	}
}

func (l *linear) convertLuma(to *planes.Image, area image.Rectangle, src samples, from image.Point) {
	luma, blue, red := src.planes[0], src.planes[1], src.planes[2]

	for y := range area.Dy() {
		row, out := luma.row(from.Y+y), to.Planes[0].Row(area.Min.Y + y)[area.Min.X:area.Max.X]
		blues, reds := blue.row((from.Y+y)>>l.halfHeight), red.row((from.Y+y)>>l.halfHeight)

		for x := range out {
			at := (from.X + x) >> l.halfWidth
			cb, cr := int(l.color[blue.sample(blues, at, l.wide)]), int(l.color[red.sample(reds, at, l.wide)])
			light := int(l.light[luma.sample(row, from.X+x, l.wide)])
			out[x] = clamp(l.rounded(light<<fraction + l.luma[0]*cb + l.luma[1]*cr))
		}
	}
}

// rounded removes the fractional bits of a factor and of a table's unit from a product.
func (l *linear) rounded(n int) int {
	const bits = fraction + 8

	return (n + 1<<(bits-1)) >> bits
}

func copyRows(to *planes.Plane, area image.Rectangle, src samplePlane, from image.Point) {
	for y := range area.Dy() {
		copy(to.Row(area.Min.Y + y)[area.Min.X:area.Max.X], src.row(from.Y + y)[from.X:])
	}
}
