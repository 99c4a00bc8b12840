package resize

import (
	"triptych/picture/planes"
)

// Linear resizes an image in linear light, from rows that arrive in order. It undoes the
// gamma of sRGB, filters amounts of light, and applies the gamma again. So an image keeps
// its brightness where it has fine patterns, which a filter of the encoded values makes
// darker.
//
// Each row of the source is converted once. Its light is added, with the weights of the
// column pass, to each row of the result that it belongs to. A Linear holds only the sums
// of these rows, about six of them. Colors are multiplied by alpha as light.
type Linear struct {
	src     *planes.Image // without samples
	alpha   bool
	layout  *layout
	columns *axis
	rows    *axis
	down    bool // the last row of the result is made first

	light         [][]int32 // a row of the source, for each channel
	open          []*sums   // rows of the result that are not complete, in order
	spare         []*sums
	taken, opened int   // rows of the source and of the result so far
	from          []int // the chroma sample of each column
	line          []int32
}

// sums is the sums of the column pass for a row of the result, for each channel.
type sums struct {
	row      int
	channels [][]int32
}

// CanLinear reports whether a Linear can resize images of a model. CMYK has no light.
func CanLinear(model planes.Model) bool {
	return model == planes.Gray || model == planes.YCbCr || model == planes.RGB
}

// NewLinear starts the work of a Linear. Arguments are those of [NewStream]. If alpha is
// set, a plane of alpha follows the colors, which are not multiplied by it. The option
// Sampling is not used: the result is Gray or RGB.
func NewLinear(src *planes.Image, alpha bool, crop Rect, width, height int, o Options) *Linear {
	light := &planes.Image{Model: planes.Gray, Width: src.Width, Height: src.Height}
	if src.Model != planes.Gray {
		light.Model = planes.RGB
	}

	channels := light.Model.Components()
	if alpha {
		channels++
	}

	whole := planes.Plane{Width: src.Width, Height: src.Height}
	for range channels {
		light.Planes = append(light.Planes, whole)
	}

	l := &Linear{src: src, alpha: alpha, layout: layOut(light, crop, width, height, o)}

	for i, plane := range l.layout.dst.Planes {
		l.layout.dst.Planes[i] = planes.New(plane.Width, plane.Height)
	}

	part, first := l.layout.from[0], l.layout.dst.Planes[0]
	if !sound(part) {
		panic("resize: an empty part")
	}

	l.columns = newAxis(src.Width, part.X0, part.X1, first.Width, rowTaps)
	l.rows = newAxis(src.Height, part.Y0, part.Y1, first.Height, columnTaps)
	l.down = l.rows.start[0] > l.rows.start[len(l.rows.start)-1]
	l.line = make([]int32, l.length())

	for range channels {
		l.light = append(l.light, make([]int32, l.used()))
	}

	if src.Model == planes.YCbCr {
		for x := range l.used() {
			l.from = append(l.from, (l.columns.first+x)*src.Planes[1].Width/src.Width)
		}
	}

	return l
}

// used is the number of columns of the source that the result needs, and length that of a
// row of sums: zeros follow, for weights of 0.
func (l *Linear) used() int   { return l.columns.beyond - l.columns.first }
func (l *Linear) length() int { return l.used() + l.columns.taps }

// Needs returns the first row of a plane that is still needed, as [Stream.Needs] does.
func (l *Linear) Needs(plane int) int {
	high := l.src.Height
	if plane < len(l.src.Planes) {
		high = l.src.Planes[plane].Height
	}

	if l.finished() {
		return high
	}

	return max(l.taken, l.begins()) * high / l.src.Height
}

// begins is the first row of the source that any row of the result needs.
func (l *Linear) begins() int { return l.rows.first }

func (l *Linear) finished() bool { return l.opened == len(l.rows.start) && len(l.open) == 0 }

// Take adds the rows that all windows have. The windows are those of [Stream.Take].
func (l *Linear) Take(windows []planes.Window) {
	l.taken = max(l.taken, l.begins())

	for ; !l.finished() && l.available(windows); l.taken++ {
		l.convert(windows)
		l.add()
	}
}

// available reports whether the windows have the next row.
func (l *Linear) available(windows []planes.Window) bool {
	for i := range windows {
		if l.rowOf(i) >= windows[i].Top+windows[i].Height {
			return false
		}
	}

	return true
}

// rowOf is the row of a plane that has the samples of the next row of the image.
func (l *Linear) rowOf(plane int) int {
	if plane >= len(l.src.Planes) {
		return l.taken
	}

	return l.taken * l.src.Planes[plane].Height / l.src.Height
}

// add adds the converted row to the rows of the result, and completes those for which it
// is the last one.
func (l *Linear) add() {
	high := len(l.rows.start)

	for ; l.opened < high && int(l.rows.start[l.row(l.opened)]) <= l.taken; l.opened++ {
		l.open = append(l.open, l.sums(l.row(l.opened)))
	}

	for _, s := range l.open {
		if tap := l.taken - int(l.rows.start[s.row]); tap < l.rows.taps {
			if weight := int32(l.rows.weights[s.row*l.rows.taps+tap]); weight != 0 {
				for i, channel := range s.channels {
					addWeighted(channel, l.light[i], weight)
				}
			}
		}
	}

	for len(l.open) > 0 && (int(l.rows.start[l.open[0].row])+l.rows.taps <= l.taken+1 || l.taken == l.src.Height-1) {
		l.complete(l.open[0])
		l.spare, l.open = append(l.spare, l.open[0]), l.open[1:]
	}
}

// addWeighted adds a row of light times a weight. The products have 28 bits.
func addWeighted(to, light []int32, weight int32) {
	to = to[:len(light)]
	for x, value := range light {
		to[x] += weight * value
	}
}

// row returns the row of the result that is made as the n-th.
func (l *Linear) row(n int) int {
	if l.down {
		return len(l.rows.start) - 1 - n
	}

	return n
}

// sums returns empty sums for a row of the result.
func (l *Linear) sums(row int) *sums {
	if last := len(l.spare) - 1; last >= 0 {
		s := l.spare[last]
		l.spare, s.row = l.spare[:last], row

		for _, channel := range s.channels {
			clear(channel)
		}

		return s
	}

	s := &sums{row: row}
	for range l.light {
		s.channels = append(s.channels, make([]int32, l.length()))
	}

	return s
}

// Image returns the result, and its alpha if there is one. The caller must first pass all
// rows to Take.
func (l *Linear) Image() (*planes.Image, *planes.Plane) {
	whole := l.layout.upright()
	if !l.alpha {
		return whole, nil
	}

	colors := len(whole.Planes) - 1
	alpha := whole.Planes[colors]
	whole.Planes = whole.Planes[:colors]

	return whole, &alpha
}
