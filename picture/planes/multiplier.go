package planes

// multiplier passes the rows of an image to a sink, multiplied by alpha. The rows that it
// passes are its own, so that other sinks still receive the original colors.
type multiplier struct {
	sink Sink
	feed *Feed // nil if there is nothing to multiply
}

// Multiplied returns a sink that multiplies colors by alpha ÷ 255, if they are not
// multiplied yet, and passes them on.
func Multiplied(sink Sink) Sink { return &multiplier{sink: sink} }

// multipliedAtOnce is the number of rows that a sink receives at a time.
const multipliedAtOnce = 16

// Begin implements [Sink].
func (m *multiplier) Begin(shape Shape) {
	if shape.Alpha != Straight {
		m.sink.Begin(shape)

		return
	}

	shape.Alpha = Premultiplied
	m.feed = NewFeed(shape, m.sink, 2*multipliedAtOnce)
}

// Take implements [Sink].
func (m *multiplier) Take(rows []Window) {
	if m.feed == nil {
		m.sink.Take(rows)

		return
	}

	for end := rows[0].Top + rows[0].Height; m.feed.Filled() < end; {
		count := min(multipliedAtOnce, end-m.feed.Filled())
		m.feed.Reserve(count)

		for range count {
			for i := range rows {
				copy(m.feed.Row(i), rows[i].Row(m.feed.Filled()-rows[i].Top))
			}

			m.feed.Complete()
		}

		m.feed.Offer()
	}
}

// Needs implements [Sink].
func (m *multiplier) Needs(plane int) int {
	if m.feed == nil {
		return m.sink.Needs(plane)
	}

	return m.feed.Filled()
}
