package heif

import (
	"image"

	"triptych/picture/heif/hevc"
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
	luma []byte
}

func newGray(coded bitstream.Picture, coding metadata.Coding) *gray {
	table := fixed(lightOf(coded.Depth, coding.FullRange))
	made := &gray{luma: make([]byte, len(table))}

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

func (g *gray) convert(to []planes.Roll, area image.Rectangle, src *hevc.Picture, from image.Point) {
	if deep(src) {
		convertGray[uint16](g, to, area, src, from)
	} else {
		convertGray[uint8](g, to, area, src, from)
	}
}

func convertGray[T sample](g *gray, to []planes.Roll, area image.Rectangle, src *hevc.Picture, from image.Point) {
	luma := layersOf[T](src)[0]

	for y := range area.Dy() {
		out := to[0].At(area.Min.Y + y)[area.Min.X:area.Max.X]
		row := luma.row(from.Y + y)[from.X:][:len(out)]

		for x, value := range row {
			out[x] = g.luma[value]
		}
	}
}

// linear converts luma and chroma of any matrix and range to those of JFIF: the full
// range, and BT.601. The formulas are linear, so chroma can stay subsampled.
type linear struct {
	same                  bool // no sample changes
	light, color          []int32
	luma, blue, red       factors
	halfWidth, halfHeight int
}

func newLinear(coded bitstream.Picture, coding metadata.Coding) *linear {
	luma, blue, red := toJFIF(coding)
	made := &linear{
		light: fixed(lightOf(coded.Depth, coding.FullRange)), color: fixed(colorOf(coded.DepthOfColor, coding.FullRange)),
		luma: asFactors(luma), blue: asFactors(blue), red: asFactors(red),
		halfWidth: halves(coded.HalfWidth), halfHeight: halves(coded.HalfHeight),
	}

	bt601 := made.luma == factors{} && made.blue == factors{1 << fraction, 0} && made.red == factors{0, 1 << fraction}
	made.same = bt601 && coding.FullRange && max(coded.Depth, coded.DepthOfColor) == byteDepth

	return made
}

func (l *linear) convert(to []planes.Roll, area image.Rectangle, src *hevc.Picture, from image.Point) {
	if deep(src) {
		convertLinear[uint16](l, to, area, src, from)
	} else {
		convertLinear[uint8](l, to, area, src, from)
	}
}

func convertLinear[T sample](l *linear, to []planes.Roll, area image.Rectangle, src *hevc.Picture, from image.Point) {
	if l.same {
		copyRows(&to[0], area, &src.Planes[0], from)
	} else {
		convertLuma[T](l, to, area, src, from)
	}

	// If the image has more chroma samples than the tile, each sample is repeated.
	across, down := l.halfWidth, l.halfHeight
	if to[1].Width == to[0].Width {
		across = 0
	}

	if to[1].Total == to[0].Total {
		down = 0
	}

	part := image.Rect(area.Min.X>>across, area.Min.Y>>down, (area.Max.X+across)>>across, (area.Max.Y+down)>>down)
	start := image.Pt(from.X>>across, from.Y>>down)
	perWidth, perHeight := l.halfWidth-across, l.halfHeight-down

	if l.same && perWidth == 0 && perHeight == 0 {
		copyRows(&to[1], part, &src.Planes[1], start)
		copyRows(&to[2], part, &src.Planes[2], start)

		return
	}

	layers := layersOf[T](src)

	for y := range part.Dy() {
		blues, reds := layers[1].row((start.Y+y)>>perHeight), layers[2].row((start.Y+y)>>perHeight)
		outBlue := to[1].At(part.Min.Y + y)[part.Min.X:part.Max.X]
		outRed := to[2].At(part.Min.Y + y)[part.Min.X:part.Max.X]

		for x := range outBlue {
			at := (start.X + x) >> perWidth
			cb, cr := int(l.color[blues[at]]), int(l.color[reds[at]])
			outBlue[x] = clamp(center + l.rounded(l.blue[0]*cb+l.blue[1]*cr))
			outRed[x] = clamp(center + l.rounded(l.red[0]*cb+l.red[1]*cr))
		}
	}
}

func convertLuma[T sample](l *linear, to []planes.Roll, area image.Rectangle, src *hevc.Picture, from image.Point) {
	layers := layersOf[T](src)

	for y := range area.Dy() {
		out := to[0].At(area.Min.Y + y)[area.Min.X:area.Max.X]
		row := layers[0].row(from.Y + y)[from.X:][:len(out)]
		blues, reds := layers[1].row((from.Y+y)>>l.halfHeight), layers[2].row((from.Y+y)>>l.halfHeight)

		for x, value := range row {
			at := (from.X + x) >> l.halfWidth
			cb, cr := int(l.color[blues[at]]), int(l.color[reds[at]])
			out[x] = clamp(l.rounded(int(l.light[value])<<fraction + l.luma[0]*cb + l.luma[1]*cr))
		}
	}
}

// rounded removes the fractional bits of a factor and of a table's unit from a product.
func (l *linear) rounded(n int) int {
	const bits = fraction + 8

	return (n + 1<<(bits-1)) >> bits
}

func copyRows(to *planes.Roll, area image.Rectangle, src *hevc.Plane, from image.Point) {
	for y := range area.Dy() {
		copy(to.At(area.Min.Y + y)[area.Min.X:area.Max.X], src.Pix[(from.Y+y)*src.Stride+from.X:])
	}
}
