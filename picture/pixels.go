package picture

import (
	"image"

	"github.com/disintegration/imaging"

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
	if p.linear() {
		return pixelsInLight(s.image, p, s.orientation)
	}

	small := imaging.Resize(part(s.image, p.crop), p.lies.X, p.lies.Y, imaging.Lanczos)

	return deinterleave(turnUpright(small, s.orientation))
}

// pixelsInLight resizes an image in linear light, row by row.
func pixelsInLight(whole image.Image, p *plan, orientation int) frame {
	const bytesAPixel, rowsAtOnce = 4, 16

	box := whole.Bounds()
	bare := &planes.Image{Model: planes.RGB, Width: box.Dx(), Height: box.Dy()}

	for range bare.Model.Components() {
		bare.Planes = append(bare.Planes, planes.Plane{Width: box.Dx(), Height: box.Dy()})
	}

	made := &lane{plan: *p, options: resize.Options{Orientation: orientation}}
	feed := planes.NewFeed(planes.Shape{
		Image: bare, Alpha: planes.Straight, Region: image.Rectangle{Max: box.Size()},
	}, made, rowsAtOnce)
	row := make([]byte, bytesAPixel*box.Dx())

	for y := box.Min.Y; y < box.Max.Y; y++ {
		convertRow(row, whole, image.Pt(box.Min.X, y))
		feed.Reserve(1)

		for plane := range bytesAPixel {
			to := feed.Row(plane)
			for x := range to {
				to[x] = row[bytesAPixel*x+plane]
			}
		}

		feed.Complete()
		feed.Offer()
	}

	return made.frame()
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
		r, g, b := apart.picture.Planes[0].Row(y), apart.picture.Planes[1].Row(y), apart.picture.Planes[2].Row(y)
		a := alpha.Row(y)

		for x := range r {
			pixel := in[4*x : 4*x+4 : 4*x+4]
			r[x], g[x], b[x], a[x] = pixel[0], pixel[1], pixel[2], pixel[3]
		}
	}

	return apart
}
