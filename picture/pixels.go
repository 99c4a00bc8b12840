package picture

import (
	"image"

	"github.com/disintegration/imaging"

	split "triptych/picture/deinterleave"
	"triptych/picture/planes"
	"triptych/picture/resize"
)

// pixels is a whole image in pixels, as stored, not upright. It never changes.
type pixels struct {
	image       image.Image
	orientation int
}

// take implements [frames]. It turns the small image, which takes little time and memory,
// and splits the result into planes.
func (s *pixels) take(_ int, p *plan) frame {
	if byRows(p, isOpaque(s.image)) {
		return scaled(s.image, p, s.orientation)
	}

	small := imaging.Resize(part(s.image, p.crop), p.lies.X, p.lies.Y, imaging.Lanczos)

	return deinterleave(turnUpright(small, s.orientation))
}

// byRows reports whether an image is resized by scaled. With alpha, the filter of package
// imaging has fewer levels of alpha, so that drawings have fewer bytes.
func byRows(p *plan, isOpaque bool) bool { return p.linear() || !p.copies() && isOpaque }

// scaled resizes an image row by row. An image with alpha is resized in linear light.
func scaled(whole image.Image, p *plan, orientation int) frame {
	const bytesAPixel, rowsAtOnce = 4, 16

	box := whole.Bounds()
	bare := &planes.Image{Model: planes.RGB, Width: box.Dx(), Height: box.Dy()}

	for range bare.Model.Components() {
		bare.Planes = append(bare.Planes, planes.Plane{Width: box.Dx(), Height: box.Dy()})
	}

	kind := planes.Straight
	if isOpaque(whole) {
		kind = planes.Opaque
	}

	made := &lane{plan: *p, options: resize.Options{Orientation: orientation}}
	feed := planes.NewFeed(planes.Shape{
		Image: bare, Alpha: kind, Region: image.Rectangle{Max: box.Size()},
	}, made, 2*rowsAtOnce)
	row, rows := make([]byte, bytesAPixel*box.Dx()), newConverter(whole)
	unused := make([]byte, box.Dx())

	for y := box.Min.Y; y < box.Max.Y; {
		count := min(rowsAtOnce, box.Max.Y-y)
		feed.Reserve(count)

		for range count {
			rows.row(row, image.Pt(box.Min.X, y))

			alpha := unused
			if kind != planes.Opaque {
				alpha = feed.Row(bytesAPixel - 1)
			}

			split.Four(feed.Row(0), feed.Row(1), feed.Row(2), alpha, row)
			feed.Complete()

			y++
		}

		feed.Offer()
	}

	return made.frame()
}

// isOpaque reports whether all pixels of an image are known to be opaque.
func isOpaque(whole image.Image) bool {
	known, ok := whole.(interface{ Opaque() bool })

	return ok && known.Opaque()
}

// part returns the part of an image within a rectangle. It copies nothing, because each
// of the decoders' types has a SubImage method.
func part(picture image.Image, crop image.Rectangle) image.Image {
	crop = crop.Add(picture.Bounds().Min)
	if crop == picture.Bounds() {
		return picture
	}

	whole, ok := picture.(interface {
		SubImage(r image.Rectangle) image.Image
	})
	if !ok {
		return imaging.Crop(picture, crop)
	}

	return whole.SubImage(crop)
}

// deinterleave splits pixels into planes.
func deinterleave(pixels *image.NRGBA) frame {
	width, height := pixels.Rect.Dx(), pixels.Rect.Dy()
	alpha := planes.New(width, height)
	apart := frame{
		alpha: &alpha,
		picture: &planes.Image{Model: planes.RGB, Width: width, Height: height, Planes: []planes.Plane{
			planes.New(width, height), planes.New(width, height), planes.New(width, height),
		}},
	}

	for y := range height {
		in := pixels.Pix[y*pixels.Stride : y*pixels.Stride+4*width]
		colors := apart.picture.Planes
		split.Four(colors[0].Row(y), colors[1].Row(y), colors[2].Row(y), alpha.Row(y), in)
	}

	return apart
}
