package raster

import (
	"context"

	"triptych/picture/planes"
	"triptych/picture/workers"
)

// rowsAtOnce is how many rows are decoded before the sink is given them.
const rowsAtOnce = 16

// batchesAhead is how many batches decoding may be ahead of the sink.
const batchesAhead = 3

// StreamMemory is what [Stream] holds, in bytes, beside what the sink needs to see
// again.
func (l *Layout) StreamMemory() int64 {
	return int64(rowsAtOnce) * int64(l.RowBytes()) * (batchesAhead + 2) // Planes have twice a batch.
}

// stream is a picture of which only some rows are there.
type stream struct {
	*Layout

	sink    Sink
	rows    []planes.Roll // a plane's each, alpha's last
	windows []planes.Window
	filled  int // rows so far
}

// Stream gives all rows to a sink; with 2 threads or more it runs on another goroutine.
// It returns the picture without samples. The sink may have been given rows when an
// error is returned.
func Stream(ctx context.Context, layout Layout, from Rows, sink Sink, threads int) (*planes.Image, error) {
	made := layout.empty()
	count := len(made.Planes)

	if layout.Alpha {
		count++
	}

	s := &stream{
		Layout: &layout, sink: sink, rows: make([]planes.Roll, count), windows: make([]planes.Window, count),
	}
	for i := range s.rows {
		s.rows[i] = planes.NewRoll(layout.Width, layout.Height, 2*rowsAtOnce) // Those and what filters see.
	}

	sink.Begin(made, layout.Alpha)

	if threads > 1 {
		return made, s.decodeBeside(ctx, from)
	}

	return made, s.decode(ctx, from)
}

// reserve makes room for so many rows more.
func (s *stream) reserve(count int) {
	for i := range s.rows {
		s.rows[i].Reserve(s.sink.Needs(i), s.filled, s.filled+count)
	}
}

// put takes the next row apart.
func (s *stream) put(row []byte) {
	var into parts

	colors := s.Model.Components()
	for i := range colors {
		into.planes[i] = s.rows[i].At(s.filled)
	}

	if s.Alpha {
		into.alpha = s.rows[colors].At(s.filled)
	}

	s.split(row, into)
	s.filled++
}

// offer gives the sink the rows so far.
func (s *stream) offer() {
	for i := range s.rows {
		s.windows[i] = s.rows[i].Rows(s.Width, s.filled)
	}

	s.sink.Take(s.windows)
}

// decode decodes all rows on this goroutine.
func (s *stream) decode(ctx context.Context, from Rows) error {
	for s.filled < s.Height {
		count := min(rowsAtOnce, s.Height-s.filled)
		s.reserve(count)

		for range count {
			row, err := next(ctx, from, s.filled)
			if err != nil {
				return err
			}

			s.put(row)
		}

		s.offer()
	}

	return nil
}

// add takes a batch of rows apart, and gives them to the sink.
func (s *stream) add(rows []byte) {
	length := s.RowBytes()
	s.reserve(len(rows) / length)

	for ; len(rows) > 0; rows = rows[length:] {
		s.put(rows[:length])
	}

	s.offer()
}

// decodeBeside decodes all rows while another goroutine runs the sink.
func (s *stream) decodeBeside(ctx context.Context, from Rows) error {
	free, decoded := make(chan []byte, batchesAhead), make(chan []byte, batchesAhead)
	for range batchesAhead {
		free <- make([]byte, 0, rowsAtOnce*s.RowBytes())
	}

	var group workers.Group

	group.Go(func() {
		for rows := range decoded {
			group.Do(func() { s.add(rows) })

			free <- rows
		}
	})

	defer group.Wait()
	defer close(decoded)

	for y := 0; y < s.Height; {
		rows := (<-free)[:0]

		for range min(rowsAtOnce, s.Height-y) {
			row, err := next(ctx, from, y)
			if err != nil {
				return err
			}

			rows = append(rows, row...)
			y++
		}

		decoded <- rows
	}

	return nil
}
