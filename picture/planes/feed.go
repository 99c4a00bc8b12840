package planes

// Feed passes the rows of an image to a sink while they are decoded from top to bottom.
// All planes have the size of the image. A Feed holds only the new rows and those that
// the sink needs again.
type Feed struct {
	shape   Shape
	sink    Sink
	rolls   []Roll // one per plane, alpha last
	windows []Window
	filled  int // rows so far
}

// NewFeed begins an image, and calls Begin of the sink. There is room for a number of
// rows at first.
func NewFeed(shape Shape, sink Sink, rows int) *Feed {
	count := len(shape.Image.Planes)
	if shape.Alpha != Opaque {
		count++
	}

	f := &Feed{shape: shape, sink: sink, rolls: make([]Roll, count), windows: make([]Window, count)}
	for i := range f.rolls {
		f.rolls[i] = NewRoll(shape.Image.Width, shape.Image.Height, rows)
	}

	sink.Begin(shape)

	return f
}

// Filled is the number of complete rows.
func (f *Feed) Filled() int { return f.filled }

// Reserve makes room for a number of further rows.
func (f *Feed) Reserve(count int) {
	for i := range f.rolls {
		f.rolls[i].Reserve(f.sink.Needs(i), f.filled, f.filled+count)
	}
}

// Row returns the place of the next row of a plane.
func (f *Feed) Row(plane int) []byte { return f.rolls[plane].At(f.filled) }

// Complete ends the next row, whose samples are in place. If the colors are to be
// premultiplied, Complete multiplies them before the sink receives them.
func (f *Feed) Complete() {
	if colors := len(f.shape.Image.Planes); f.shape.Alpha == Premultiplied {
		alpha := f.Row(colors)

		if !AllOpaque(alpha) {
			for i := range colors {
				PremultiplyRow(f.Row(i), alpha)
			}
		}
	}

	f.filled++
}

// Offer passes the complete rows to the sink.
func (f *Feed) Offer() {
	for i := range f.rolls {
		f.windows[i] = f.rolls[i].Rows(f.shape.Image.Width, f.filled)
	}

	f.sink.Take(f.windows)
}
