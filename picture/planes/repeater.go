package planes

// repeater passes the rows of an image to a sink, with a chroma sample for each pixel. It
// repeats the samples of subsampled chroma.
type repeater struct {
	sink    Sink
	shape   Shape
	rolls   []Roll // one per plane that gets more samples, otherwise empty
	filled  []int  // rows of each roll so far
	windows []Window
}

// Repeated returns a sink that repeats the samples of subsampled chroma, and passes the
// rows on. No filter can ring at edges.
func Repeated(sink Sink) Sink { return &repeater{sink: sink} }

// Begin implements [Sink].
func (r *repeater) Begin(shape Shape) {
	r.shape = shape
	dense := shape.Image.Bare()
	r.rolls, r.filled = make([]Roll, len(dense.Planes)), make([]int, len(dense.Planes))

	for i := range dense.Planes {
		plane := &dense.Planes[i]
		if plane.Width == dense.Width && plane.Height == dense.Height {
			continue
		}

		*plane = Plane{Width: dense.Width, Height: dense.Height}
		r.rolls[i] = NewRoll(dense.Width, dense.Height, 2*multipliedAtOnce)
	}

	shape.Image = dense
	r.sink.Begin(shape)
}

// Take implements [Sink].
func (r *repeater) Take(rows []Window) {
	r.windows = append(r.windows[:0], rows...)

	for i := range r.rolls {
		if roll := &r.rolls[i]; roll.Total > 0 {
			r.fill(i, rows[i])
			r.windows[i] = roll.Rows(roll.Width, r.filled[i])
		}
	}

	r.sink.Take(r.windows)
}

// fill adds the rows that a window allows.
func (r *repeater) fill(plane int, rows Window) {
	roll, sparse := &r.rolls[plane], r.shape.Image.Planes[plane]
	across, down := 0, 0

	if sparse.Width < roll.Width {
		across = 1
	}

	if sparse.Height < roll.Total {
		down = 1
	}

	end := min((rows.Top+rows.Height)<<down, roll.Total)
	roll.Reserve(r.sink.Needs(plane), r.filled[plane], end)

	for ; r.filled[plane] < end; r.filled[plane]++ {
		row, from := roll.At(r.filled[plane]), rows.Row(r.filled[plane]>>down-rows.Top)
		for x := range row {
			row[x] = from[x>>across]
		}
	}
}

// Needs implements [Sink].
func (r *repeater) Needs(plane int) int {
	if plane >= len(r.rolls) || r.rolls[plane].Total == 0 {
		return r.sink.Needs(plane)
	}

	if r.filled[plane] == r.rolls[plane].Total {
		return r.shape.Image.Planes[plane].Height
	}

	return r.filled[plane] * r.shape.Image.Planes[plane].Height / r.rolls[plane].Total
}
