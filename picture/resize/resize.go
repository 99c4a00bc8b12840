// Package resize scales pictures in planes with the Lanczos filter of three
// lobes, in fixed point.
//
// # What it computes
//
// A sample of the result is a weighted mean of the source's samples around the
// place that it comes from. The filter is separable: the same weights hold for a
// whole row and for a whole column, so a column pass and a row pass do the work
// of a two-dimensional window. Each sample counts as its value at the centre of
// its cell: sample i of a plane lies at i + ½. Samples are filtered as they are
// encoded, without undoing gamma, as sharp does unless told otherwise.
//
// # How
//
// For each row of the result the column pass makes one row of 16-bit
// intermediates from the source's rows, and the row pass makes the result of it.
// That one row is all the memory it takes beside source and result; and of the
// source only the rows that the filter sees, if they come one after the other and
// a [Stream] takes them. On amd64
// with AVX2 both passes run in assembly, elsewhere in Go; the results are equal
// to the bit, whatever the machine and the number of threads.
package resize

import (
	"fmt"
	"math"
	"sync/atomic"

	"triptych/picture/planes"
	"triptych/picture/workers"
)

// Rect is a part of a picture or of a plane, in its samples; fractions count. With
// X1 < X0 or Y1 < Y0 it is sampled in that direction: the result is mirrored.
type Rect struct{ X0, Y0, X1, Y1 float64 }

// Whole is all of a picture of width × height.
func Whole(width, height int) Rect { return Rect{X1: float64(width), Y1: float64(height)} }

// Options say how to resize. The zero value works.
type Options struct {
	// Threads is how many goroutines share a large picture; 0 means one.
	Threads int
	// Sampling is that of YCbCr results; the zero value is 4:2:0.
	Sampling Sampling
	// Orientation is the EXIF orientation in which the source is stored, which the
	// result no longer has. 0 means 1, upright.
	Orientation int
}

// Plane resizes the part of a plane to width × height, of which the part's edges
// are the edges. The filter reaches over them to what the plane has beyond; at
// the plane's own edges the weights of what is missing go to what is there. Of
// the options only Threads counts. It panics where width, height or the plane has
// no samples, or where the part is empty or not finite.
func Plane(src planes.Plane, from Rect, width, height int, o Options) planes.Plane {
	dst := planes.New(width, height)
	run(bands(src, dst, from, o.Threads, axes{}), o.Threads)

	return dst
}

// band is the rows [top, bottom) of a result, to be made of a plane.
type band struct {
	src, dst    planes.Plane
	x, y        *axis
	copies      bool // the source's samples are the result's
	left, upper int  // where those begin
	top, bottom int
	above       int // how many rows of the source come before those that src holds

	row   []int16 // of intermediates, for convolve
	words []int64 // for convolvePlain
}

// rowsAtLeast keeps bands from being so small that starting them costs more than
// they save.
const rowsAtLeast = 32

// bands cuts the work for one plane into as many bands as there are threads.
func bands(src, dst planes.Plane, from Rect, threads int, known axes) []band {
	all := wholeBand(src, dst, from, known)
	if !all.copies {
		all.src = withRows(src, all.y.taps)
	}

	count := min(max(threads, 1), max(dst.Height/rowsAtLeast, 1))
	parts := make([]band, 0, count)

	for i := range count {
		part := all
		part.top, part.bottom = dst.Height*i/count, dst.Height*(i+1)/count
		parts = append(parts, part)
	}

	return parts
}

// wholeBand is the work for one plane. It does not look at samples.
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

// sound says whether a part has an area and finite edges.
func sound(r Rect) bool {
	area := (r.X1 - r.X0) * (r.Y1 - r.Y0)

	return area != 0 && !math.IsNaN(area) && !math.IsInf(area, 0)
}

// identity says whether the result is a part of the source as it is, and where
// that part begins.
func identity(src, dst planes.Plane, from Rect) (left, upper int, ok bool) {
	left, upper = int(from.X0), int(from.Y0)
	same := Rect{float64(left), float64(upper), float64(left + dst.Width), float64(upper + dst.Height)}
	inside := left >= 0 && upper >= 0 && left+dst.Width <= src.Width && upper+dst.Height <= src.Height

	return left, upper, from == same && inside
}

// run does the work of bands. No band needs another's result, so their order and
// the number of threads change nothing.
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
