package resize

import (
	"math"

	"triptych/picture/planes"
)

// Sampling is the number of color samples of a YCbCr image.
type Sampling uint8

// The samplings of results.
const (
	Sampling420 Sampling = iota // one sample of Cb and of Cr for two by two pixels
	Sampling444                 // one per pixel
)

// Image resizes a part of an image to width × height, as seen upright. The part is in
// pixels of the image. Planes of any sampling are read without conversion: a plane with
// half the samples uses half of every coordinate, because its samples are centered
// between the pixels (planes.Image). The options set the sampling of the chroma planes of
// the result. All other planes have the size of the result.
//
// Orientation costs no precision. Mirroring is sampling in the other direction, so the
// chroma of odd sizes has the right position, too. Transposing moves samples.
//
// Planes that are not scaled, mirrored or transposed are not copied: the result shares the
// samples of src.
//
// If an image was decoded at a fraction of its size, the crop is in pixels of the decoded
// image. The caller must divide the coordinates exactly, and must not round them.
func Image(src *planes.Image, crop Rect, width, height int, o Options) *planes.Image {
	var parts []band

	l := layOut(src, crop, width, height, o)

	for i := range src.Planes {
		dst := &l.dst.Planes[i]

		if left, upper, ok := identity(src.Planes[i], *dst, l.from[i]); ok {
			*dst = partOf(src.Planes[i], left, upper, dst.Width, dst.Height)

			continue
		}

		*dst = planes.New(dst.Width, dst.Height)
		parts = append(parts, bands(src.Planes[i], *dst, l.from[i], o.Threads, l.known)...)
	}

	run(parts, o.Threads)

	return l.upright()
}

// partOf returns a part of a plane, which shares its samples.
func partOf(whole planes.Plane, left, upper, width, height int) planes.Plane {
	return planes.Plane{
		Pix:    whole.Pix[upper*whole.Stride+left : (upper+height-1)*whole.Stride+left+width],
		Stride: whole.Stride, Width: width, Height: height,
	}
}

// layout maps a part of each plane of the source to a plane of the result. The result has
// the orientation of the stored source, and no samples yet.
type layout struct {
	dst        *planes.Image
	from       []Rect
	transposes bool
	known      axes
}

func layOut(src *planes.Image, crop Rect, width, height int, o Options) *layout {
	across, down, transposes := turns(o.Orientation)
	if across {
		crop.X0, crop.X1 = crop.X1, crop.X0
	}

	if down {
		crop.Y0, crop.Y1 = crop.Y1, crop.Y0
	}

	stored := [2]int{width, height}
	if transposes {
		stored = [2]int{height, width}
	}

	l := &layout{
		dst:        &planes.Image{Model: src.Model, Width: width, Height: height},
		transposes: transposes,
		known:      axes{},
	}

	for i := range src.Planes {
		every := 1 // the number of pixels per sample of the result, in each direction
		if src.Model == planes.YCbCr && i > 0 && o.Sampling == Sampling420 {
			every = 2
		}

		plane := planes.Plane{Width: (stored[0] + every - 1) / every, Height: (stored[1] + every - 1) / every}
		part := Rect{
			X0: crop.X0, X1: stretch(crop.X0, crop.X1, plane.Width*every, stored[0]),
			Y0: crop.Y0, Y1: stretch(crop.Y0, crop.Y1, plane.Height*every, stored[1]),
		}

		l.dst.Planes = append(l.dst.Planes, plane)
		l.from = append(l.from, within(part, src, i))
	}

	return l
}

// upright returns the result in upright orientation.
func (l *layout) upright() *planes.Image {
	if l.transposes {
		for i := range l.dst.Planes {
			l.dst.Planes[i] = transpose(l.dst.Planes[i])
		}
	}

	return l.dst
}

// stretch moves the end of an interval for `of` pixels so that it has room for `pixels`.
// The last chroma sample of an odd size extends beyond the edge.
func stretch(begin, end float64, pixels, of int) float64 {
	if pixels == of {
		return end
	}

	return begin + (end-begin)*float64(pixels)/float64(of)
}

// within converts a part of an image to coordinates of its plane i.
func within(part Rect, src *planes.Image, i int) Rect {
	plane := &src.Planes[i]
	x, y := share(plane.Width, src.Width), share(plane.Height, src.Height)

	return Rect{X0: part.X0 * x, X1: part.X1 * x, Y0: part.Y0 * y, Y1: part.Y1 * y}
}

// share computes the number of samples per pixel of a plane from its number of samples,
// which is rounded up (ITU-T T.81, A.1.1). Sampling factors are 1 to 4. They yield the
// fractions in this list, which has the usual ones first. On a side of a few pixels
// several fractions match. Their difference is then less than a pixel.
func share(samples, pixels int) float64 {
	for _, fraction := range [][2]int{{1, 1}, {1, 2}, {1, 4}, {1, 3}, {2, 3}, {3, 4}} {
		if (pixels*fraction[0]+fraction[1]-1)/fraction[1] == samples {
			return float64(fraction[0]) / float64(fraction[1])
		}
	}

	// A plane of such factors that was decoded at a fraction of its size may be rounded
	// twice. Use the nearest twelfth.
	const twelve = 12

	return max(math.Round(twelve*float64(samples)/float64(pixels)), 1) / twelve
}
