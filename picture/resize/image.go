package resize

import (
	"math"

	"triptych/picture/planes"
)

// Sampling is how many samples of color a YCbCr picture has.
type Sampling uint8

// The samplings that results can have.
const (
	Sampling420 Sampling = iota // a sample of Cb and Cr for two by two pixels
	Sampling444                 // one a pixel
)

// Image resizes a part of a picture, in the picture's own pixels, to width ×
// height as seen upright. Planes of any sampling are read where they lie: a plane
// with half of the samples sees half of every coordinate, for its samples are
// centred between the pixels (planes.Image). Chroma planes of the result have the
// size that the options' sampling gives them; all other planes have the result's.
//
// Orientation costs no precision: mirroring is sampling in the other direction,
// so that the chroma of odd sizes lies right too, and transposing moves samples.
//
// A picture that was decoded at a fraction of its size has pixels of that size:
// the caller divides the coordinates of the crop exactly, and does not round them.
func Image(src *planes.Image, crop Rect, width, height int, o Options) *planes.Image {
	var parts []band

	l := layOut(src, crop, width, height, o)

	for i := range src.Planes {
		parts = append(parts, bands(src.Planes[i], l.dst.Planes[i], l.from[i], o.Threads, l.known)...)
	}

	run(parts, o.Threads)

	return l.upright()
}

// layout says which part of each plane of the source becomes which plane of the
// result, as the source is stored.
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
		every := 1 // how many pixels share a sample of the result, each way
		if src.Model == planes.YCbCr && i > 0 && o.Sampling == Sampling420 {
			every = 2
		}

		plane := planes.New((stored[0]+every-1)/every, (stored[1]+every-1)/every)
		part := Rect{
			X0: crop.X0, X1: stretch(crop.X0, crop.X1, plane.Width*every, stored[0]),
			Y0: crop.Y0, Y1: stretch(crop.Y0, crop.Y1, plane.Height*every, stored[1]),
		}

		l.dst.Planes = append(l.dst.Planes, plane)
		l.from = append(l.from, within(part, src, i))
	}

	return l
}

// upright is the result, turned as it is seen.
func (l *layout) upright() *planes.Image {
	if l.transposes {
		for i := range l.dst.Planes {
			l.dst.Planes[i] = transpose(l.dst.Planes[i])
		}
	}

	return l.dst
}

// stretch moves the end of an interval that `of` pixels share so that it has room
// for `pixels`: the last chroma sample of an odd size reaches over the edge.
func stretch(begin, end float64, pixels, of int) float64 {
	if pixels == of {
		return end
	}

	return begin + (end-begin)*float64(pixels)/float64(of)
}

// within turns a part of a picture into coordinates of its plane i.
func within(part Rect, src *planes.Image, i int) Rect {
	plane := &src.Planes[i]
	x, y := share(plane.Width, src.Width), share(plane.Height, src.Height)

	return Rect{X0: part.X0 * x, X1: part.X1 * x, Y0: part.Y0 * y, Y1: part.Y1 * y}
}

// share finds a plane's samples a pixel from its number of samples, which is
// rounded up (ITU-T T.81, A.1.1): sampling factors are 1 to 4, hence the list,
// usual ones first. On a side of a few pixels several fit, which then all mean
// the same to less than a pixel.
func share(samples, pixels int) float64 {
	for _, fraction := range [][2]int{{1, 1}, {1, 2}, {1, 4}, {1, 3}, {2, 3}, {3, 4}} {
		if (pixels*fraction[0]+fraction[1]-1)/fraction[1] == samples {
			return float64(fraction[0]) / float64(fraction[1])
		}
	}

	// Rounded twice, as a plane of such factors may be that was decoded at a
	// fraction of its size: the nearest twelfth.
	const twelve = 12

	return max(math.Round(twelve*float64(samples)/float64(pixels)), 1) / twelve
}
