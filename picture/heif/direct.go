package heif

import (
	"image"

	"triptych/picture/heif/hevc"
	"triptych/picture/metadata"
	"triptych/picture/metadata/bitstream"
	"triptych/picture/planes"
	"triptych/picture/tone"
)

// direct converts samples to red, green and blue, pixel by pixel. It is used if there is
// no linear conversion to JFIF's colors.
type direct struct {
	light, color          []float32
	matrix                uint16
	factors               [3][2]float32
	constant              *constant
	tone                  tone.Mapper
	halfWidth, halfHeight int
}

func newDirect(coded bitstream.Picture, coding metadata.Coding) *direct {
	made := &direct{
		matrix: coding.Matrix,
		light:  lightOf(coded.Depth, coding.FullRange), color: colorOf(coded.DepthOfColor, coding.FullRange),
		halfWidth: halves(coded.HalfWidth), halfHeight: halves(coded.HalfHeight),
	}

	for i, row := range toRGB(coding) {
		made.factors[i] = [2]float32{float32(row[0]), float32(row[1])}
	}

	if coding.Matrix == matrixBT2020Const {
		made.constant = newConstant(coding)
	}

	made.tone = tone.New(coding)

	return made
}

func (d *direct) convert(to []planes.Roll, area image.Rectangle, src *hevc.Picture, from image.Point) {
	if deep(src) {
		convertDirect[uint16](d, to, area, src, from)
	} else {
		convertDirect[uint8](d, to, area, src, from)
	}
}

func convertDirect[T sample](d *direct, to []planes.Roll, area image.Rectangle, src *hevc.Picture, from image.Point) {
	layers := layersOf[T](src)

	for y := range area.Dy() {
		row := layers[0].row(from.Y + y)
		blues, reds := layers[1].row((from.Y+y)>>d.halfHeight), layers[2].row((from.Y+y)>>d.halfHeight)

		var out [3][]byte
		for i := range out {
			out[i] = to[i].At(area.Min.Y + y)[area.Min.X:area.Max.X]
		}

		for x := range out[0] {
			at := (from.X + x) >> d.halfWidth
			pixel := d.pixel(int(row[from.X+x]), int(blues[at]), int(reds[at]))

			out[0][x], out[1][x], out[2][x] = d.bytes(pixel)
		}
	}
}

// pixel returns a pixel's red, green and blue, where 1 is the maximum.
func (d *direct) pixel(luma, blue, red int) [3]float32 {
	if d.matrix == matrixGBR {
		// For the limited range, libheif treats the planes of blue and red as chroma
		// planes. This function does the same. H.273 would have 219 steps there, not 224.
		const zero = float32(center) / most

		return [3]float32{d.color[red] + zero, d.light[luma], d.color[blue] + zero}
	}

	y, cb, cr := d.light[luma], d.color[blue], d.color[red]
	if d.constant != nil {
		return d.constant.pixel(y, cb, cr)
	}

	return [3]float32{
		y + d.factors[0][0]*cb + d.factors[0][1]*cr,
		y + d.factors[1][0]*cb + d.factors[1][1]*cr,
		y + d.factors[2][0]*cb + d.factors[2][1]*cr,
	}
}

func (d *direct) bytes(pixel [3]float32) (r, g, b byte) {
	if d.tone != nil {
		return d.tone.Pixel(pixel)
	}

	return inByte(pixel[0]), inByte(pixel[1]), inByte(pixel[2])
}

func inByte(part float32) byte { return clamp(int(part*most + 0.5)) } // Rounded to nearest; values below 0 become 0.
