package heif

import (
	"image"
	"slices"

	"triptych/picture/heif/hevc"
	"triptych/picture/metadata/bmff"
	"triptych/picture/planes"
)

// bands converts tiles to rows, and passes the rows to a sink. It holds the rows of a row
// of tiles, and those that the sink needs again.
type bands struct {
	shape   planes.Shape
	sink    planes.Sink
	convert converter
	alpha   *planes.Plane // nil if all pixels are opaque
	unmixed bool          // the coded colors are already multiplied by alpha

	rolls   []planes.Roll // one per plane, alpha last
	windows []planes.Window
	filled  int // rows so far
}

// converter converts rows of samples into planes.
type converter interface {
	// convert converts samples of src, starting at from, into the rectangle area of the
	// image.
	convert(to []planes.Roll, area image.Rectangle, src *hevc.Picture, from image.Point)
}

func newBands(h *HEIC, alpha *planes.Plane, sink planes.Sink, options Options) *bands {
	picture := &planes.Image{Model: h.Model, Width: h.Width, Height: h.Height}
	b := &bands{sink: sink, alpha: alpha, unmixed: h.premultiplied}

	switch h.Model {
	case planes.Gray:
		b.convert = newGray(h.coded, h.coding)
	case planes.RGB:
		b.convert = newDirect(h.coded, h.coding)
	default:
		b.convert = newLinear(h.coded, h.coding)
	}

	for i := range h.Model.Components() {
		plane := planes.Plane{Width: h.Width, Height: h.Height}

		if i > 0 && h.Model == planes.YCbCr {
			if keeps(h.coded.HalfWidth, h.crop.Min.X, h.layout.TileWidth, h.layout.Columns) {
				plane.Width = (h.Width + 1) / 2
			}

			if keeps(h.coded.HalfHeight, h.crop.Min.Y, h.layout.TileHeight, h.layout.Rows) {
				plane.Height = (h.Height + 1) / 2
			}
		}

		picture.Planes = append(picture.Planes, plane)
	}

	b.shape = planes.Shape{Image: picture, Region: image.Rect(0, 0, h.Width, h.Height)}
	b.begin(h.layout, options)

	return b
}

// keeps reports whether chroma can stay subsampled. It can if neither the edge of the
// crop nor edges between tiles divide pairs of pixels.
func keeps(half bool, from, tile, tiles int) bool {
	return half && from%2 == 0 && (tile%2 == 0 || tiles == 1)
}

// bandRows is the number of rows that are converted at a time if the image is not tiled.
const bandRows = 64

func (b *bands) begin(layout bmff.Layout, options Options) {
	all := b.shape.Image.Planes

	if b.alpha != nil {
		b.shape.Alpha = planes.Straight
		if options.Premultiplied {
			b.shape.Alpha = planes.Premultiplied
		}

		all = append(slices.Clip(all), planes.Plane{Width: b.alpha.Width, Height: b.alpha.Height})
	}

	rows := bandRows
	if layout.Rows > 1 {
		rows = layout.TileHeight
	}

	for _, plane := range all {
		b.rolls = append(b.rolls, planes.NewRoll(plane.Width, plane.Height, 2*rows))
	}

	b.windows = make([]planes.Window, len(b.rolls))
	b.sink.Begin(b.shape)
}

// add converts a part of a tile. A tile that fills the width of the image is converted in
// parts, otherwise the sink receives the rows after the last tile of a row.
func (b *bands) add(at place, decoded hevc.Part) error {
	step := at.area.Dy()
	if at.first && at.last {
		step = bandRows
	}

	for top := at.area.Min.Y; top < at.area.Max.Y; top += step {
		part := at.area
		part.Min.Y, part.Max.Y = top, min(top+step, at.area.Max.Y)

		if at.first {
			b.reserve(part.Max.Y)
		}

		b.convert.convert(b.rolls, part, &decoded.Picture, at.from.Add(image.Pt(0, top-at.area.Min.Y)))

		if at.last {
			b.offer(part.Max.Y)
		}
	}

	return nil
}

// rowsOf returns the number of rows of a plane that are complete with the rows of the
// image before row bottom.
func (b *bands) rowsOf(plane, bottom int) int {
	height := b.shape.Image.Height
	if bottom == height || b.rolls[plane].Total == height {
		return min(bottom, b.rolls[plane].Total)
	}

	return bottom / 2
}

// reserve makes room for the rows before row bottom.
func (b *bands) reserve(bottom int) {
	for i := range b.rolls {
		b.rolls[i].Reserve(b.sink.Needs(i), b.rowsOf(i, b.filled), b.rowsOf(i, bottom))
	}
}

// offer passes the rows before row bottom to the sink.
func (b *bands) offer(bottom int) {
	if b.alpha != nil {
		for y := b.filled; y < bottom; y++ {
			b.mix(y)
		}
	}

	b.filled = bottom

	for i := range b.rolls {
		b.windows[i] = b.rolls[i].Rows(b.rolls[i].Width, b.rowsOf(i, bottom))
	}

	b.sink.Take(b.windows)
}

// mix adds the alpha of a row, and multiplies or divides the colors by it, as the sink
// needs them.
func (b *bands) mix(y int) {
	colors, alpha := b.rolls[:len(b.rolls)-1], b.alpha.Row(y)
	copy(b.rolls[len(colors)].At(y), alpha)

	if b.unmixed == (b.shape.Alpha == planes.Premultiplied) || planes.AllOpaque(alpha) {
		return
	}

	for i := range colors {
		if b.unmixed {
			planes.UnpremultiplyRow(colors[i].At(y), alpha)
		} else {
			planes.PremultiplyRow(colors[i].At(y), alpha)
		}
	}
}
