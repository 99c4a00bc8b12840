// Package resize scales images in planes with the Lanczos filter of three lobes, in fixed
// point.
//
// # Method
//
// A sample of the result is a weighted mean of the samples of the source around its
// place. The filter is separable: the same weights apply to a whole row and to a whole
// column. So a column pass and a row pass do the work of a two-dimensional window. The
// value of a sample is located at the center of its cell: sample i of a plane lies at i +
// ½. Samples are filtered as they are encoded, without undoing gamma, as sharp does by
// default.
//
// # Implementation
//
// For each row of the result, the column pass makes one row of 16-bit intermediates from
// the rows of the source. The row pass makes the result from it. This row is all the
// memory that is needed, in addition to source and result. If the rows arrive in order
// and a [Stream] receives them, only the rows that the filter needs are held. On amd64
// with AVX2 both passes run in assembly, otherwise in Go. The results are equal, bit by
// bit, on every machine and for every number of threads.
package resize

import (
	"fmt"
	"math"
	"sync/atomic"

	"triptych/picture/planes"
	"triptych/picture/workers"
)

// Rect is a part of an image or of a plane, in samples, with fractions. If X1 < X0 or Y1
// < Y0, it is sampled in the opposite direction: the result is mirrored.
type Rect struct{ X0, Y0, X1, Y1 float64 }

// Whole returns the whole of an image of width × height.
func Whole(width, height int) Rect { return Rect{X1: float64(width), Y1: float64(height)} }

// Options configures resizing. The zero value is valid.
type Options struct {
	// Threads is the number of goroutines for a large image; 0 means one.
	Threads int
	// Sampling is the sampling of YCbCr results; the zero value is 4:2:0.
	Sampling Sampling
	// Orientation is the EXIF orientation in which the source is stored. The result is
	// upright. 0 means 1, upright.
	Orientation int
}

// Plane resizes a part of a plane to width × height. The edges of the part become the
// edges of the result. The filter also uses the samples of the plane beyond the part. At
// the edges of the plane, the weights of missing samples are added to existing samples.
// Only the option Threads is used. Plane panics if width, height or the plane has no
// samples, or if the part is empty or not finite.
func Plane(src planes.Plane, from Rect, width, height int, o Options) planes.Plane {
	dst := planes.New(width, height)
	run(bands(src, dst, from, o.Threads, axes{}), o.Threads)

	return dst
}

// band is the rows [top, bottom) of a result of one plane.
type band struct {
	src, dst    planes.Plane
	x, y        *axis
	copies      bool // the result is a copy of the samples of the source
	left, upper int  // where the copied part begins
	top, bottom int
	above       int // the number of rows of the source before those that src holds

	row   []int16 // of intermediates, for convolve
	words []int64 // for convolvePlain
}

// rowsAtLeast prevents bands that are so small that starting them costs more time than
// they save.
const rowsAtLeast = 32

// bands divides the work for one plane into as many bands as there are threads.
func bands(src, dst planes.Plane, from Rect, threads int, known axes) []band {
	all := wholeBand(src, dst, from, known)
	if !all.copies {
		all.src = withRows(src, all.y.taps)
	}

	return all.split(threads)
}

// split divides a band into as many as there are threads.
func (b *band) split(threads int) []band {
	rows := b.bottom - b.top
	count := min(max(threads, 1), max(rows/rowsAtLeast, 1))
	parts := make([]band, 0, count)

	for i := range count {
		part := *b
		part.top, part.bottom = b.top+rows*i/count, b.top+rows*(i+1)/count
		part.row, part.words = nil, nil
		parts = append(parts, part)
	}

	return parts
}

// wholeBand returns the work for one plane. It does not access samples.
func wholeBand(src, dst planes.Plane, from Rect, known axes) band {
	if dst.Width <= 0 || dst.Height <= 0 || src.Width <= 0 || src.Height <= 0 || !sound(from) {
		panic(fmt.Sprintf("resize: %v of %d×%d to %d×%d", from, src.Width, src.Height, dst.Width, dst.Height))
	}

	all := band{src: src, dst: dst, bottom: dst.Height}
	if left, upper, ok := identity(src, dst, from); ok {
		all.copies, all.left, all.upper = true, left, upper
	} else {
		all.x = known.get(geometry{src.Width, from.X0, from.X1, dst.Width, rowTaps})
		all.y = known.get(geometry{src.Height, from.Y0, from.Y1, dst.Height, columnTaps})
	}

	return all
}

// sound reports whether a part has an area and finite edges.
func sound(r Rect) bool {
	area := (r.X1 - r.X0) * (r.Y1 - r.Y0)

	return area != 0 && !math.IsNaN(area) && !math.IsInf(area, 0)
}

// identity reports whether the result is an unchanged part of the source, and where that
// part begins.
func identity(src, dst planes.Plane, from Rect) (left, upper int, ok bool) {
	left, upper = int(from.X0), int(from.Y0)
	same := Rect{float64(left), float64(upper), float64(left + dst.Width), float64(upper + dst.Height)}
	inside := dst.Width > 0 && dst.Height > 0 && left >= 0 && upper >= 0 && left+dst.Width <= src.Width && upper+dst.Height <= src.Height

	return left, upper, from == same && inside
}

// run does the work of bands. No band needs the result of another. Therefore their order
// and the number of threads do not change the result.
func run(parts []band, threads int) {
	threads = min(threads, len(parts))
	if threads <= 1 {
		for i := range parts {
			parts[i].fill()
		}

		return
	}

	var (
		group workers.Group
		next  atomic.Int64
	)

	for range threads {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(parts)); i = next.Add(1) - 1 {
				parts[i].fill()
			}
		})
	}

	group.Wait()
}
