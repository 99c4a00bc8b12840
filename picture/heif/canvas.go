package heif

import (
	"context"
	"image"

	"triptych/picture/failure"
	"triptych/picture/metadata"
	"triptych/picture/metadata/bitstream"
	"triptych/picture/metadata/bmff"
	"triptych/picture/planes"
	"triptych/picture/tone"
)

// canvas holds the shown part of an image. Tiles are drawn on it one after the other.
type canvas struct {
	picture *planes.Image
	layout  bmff.Layout
	crop    image.Rectangle
	coded   bitstream.Picture // of the first tile; all tiles must be alike
	convert converter
}

// converter converts rows of samples into the canvas's planes.
type converter interface {
	// convert converts rows of src, starting at from, into the rectangle area of the
	// canvas.
	convert(to *planes.Image, area image.Rectangle, src samples, from image.Point)
}

func newCanvas(
	layout bmff.Layout, crop image.Rectangle, coded bitstream.Picture, coding metadata.Coding,
) (*canvas, error) {
	if err := known(coding); err != nil {
		return nil, err
	}

	if coding.Matrix == matrixYCgCo { // As in libheif, which does not support a limited range for this matrix.
		coding.FullRange = true
	}

	made := &canvas{layout: layout, crop: crop, coded: coded}
	width, height := crop.Dx(), crop.Dy()
	made.picture = &planes.Image{Width: width, Height: height, Planes: []planes.Plane{planes.New(width, height)}}

	colorWidth, colorHeight := width, height

	switch {
	case coded.Gray:
		made.picture.Model = planes.Gray
		made.convert = newGray(coded, coding)

		return made, nil
	case coding.Matrix == matrixGBR || coding.Matrix == matrixBT2020Const || tone.New(coding) != nil:
		made.picture.Model = planes.RGB
		made.convert = newDirect(coded, coding)
	default:
		made.picture.Model = planes.YCbCr

		if made.keeps(coded.HalfWidth, crop.Min.X, layout.TileWidth, layout.Columns) {
			colorWidth = (width + 1) / 2
		}

		if made.keeps(coded.HalfHeight, crop.Min.Y, layout.TileHeight, layout.Rows) {
			colorHeight = (height + 1) / 2
		}

		made.convert = newLinear(coded, coding)
	}

	made.picture.Planes = append(made.picture.Planes, planes.New(colorWidth, colorHeight), planes.New(colorWidth, colorHeight))

	return made, nil
}

// keeps reports whether chroma can stay subsampled. It can if neither the edge of the
// crop nor edges between tiles divide pairs of pixels.
func (c *canvas) keeps(half bool, from, tile, tiles int) bool {
	return half && from%2 == 0 && (tile%2 == 0 || tiles == 1)
}

// tile decodes a tile and draws it at its position. It does not decode a tile outside the
// crop.
func (c *canvas) tile(ctx context.Context, decoder *hevc, item *bmff.Item, column, row int) error {
	corner := image.Pt(column*c.layout.TileWidth, row*c.layout.TileHeight)
	place := image.Rectangle{Min: corner, Max: corner.Add(image.Pt(c.layout.TileWidth, c.layout.TileHeight))}

	area := place.Intersect(c.crop)
	if area.Empty() {
		return nil
	}

	decoded, err := decoder.decode(ctx, item)
	if err != nil {
		return err
	}

	if decoded.Gray != c.coded.Gray || decoded.HalfWidth != c.coded.HalfWidth ||
		decoded.HalfHeight != c.coded.HalfHeight || decoded.Depth != c.coded.Depth {
		return failure.New(failure.UnsupportedFormat, "HEIC whose tiles are sampled in different ways")
	}

	c.convert.convert(c.picture, area.Sub(c.crop.Min), decoded, area.Min.Sub(corner))

	return nil
}

// sample returns the value of a sample of a row.
func (p samplePlane) sample(row []byte, x int, wide bool) int {
	if !wide {
		return int(row[x])
	}

	return int(row[2*x]) | int(row[2*x+1])<<8
}

// row returns a row of a plane.
func (p samplePlane) row(y int) []byte { return p.pix[y*p.stride : (y+1)*p.stride] }

func wide(coded bitstream.Picture) bool { return coded.Depth > 8 } // Bits of a byte.

func halves(half bool) int {
	if half {
		return 1
	}

	return 0
}
