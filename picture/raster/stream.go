package raster

import (
	"context"

	"triptych/picture/planes"
	"triptych/picture/workers"
)

// rowsAtOnce is the number of rows that are decoded before the sink receives them.
const rowsAtOnce = 16

// batchesAhead is the number of batches that decoding may be ahead of the sink.
const batchesAhead = 3

// StreamMemory is the number of bytes that [Stream] holds, without the rows that the sink
// needs again.
func (l *Layout) StreamMemory() int64 {
	return int64(rowsAtOnce) * int64(l.RowBytes()) * (batchesAhead + 2) // Planes need twice a batch.
}

// stream is an image of which only some rows are held.
type stream struct {
	*Layout

	sink    Sink
	rows    []planes.Roll // one per plane, alpha last
	windows []planes.Window
	filled  int // rows so far
}

// Stream passes all rows to a sink. With 2 threads or more, the sink runs on another
// goroutine. Stream returns the image without samples. If it returns an error, the sink
// may have received rows before.
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
		s.rows[i] = planes.NewRoll(layout.Width, layout.Height, 2*rowsAtOnce) // Those rows, and the rows that filters need.
	}

	sink.Begin(made, layout.Alpha)

	if threads > 1 {
		return made, s.decodeConcurrently(ctx, from)
	}

	return made, s.decode(ctx, from)
}

// reserve makes room for a number of further rows.
func (s *stream) reserve(count int) {
	for i := range s.rows {
		s.rows[i].Reserve(s.sink.Needs(i), s.filled, s.filled+count)
	}
}

// put deinterleaves the next row.
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

// offer passes the rows so far to the sink.
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

// add deinterleaves a batch of rows, and passes them to the sink.
func (s *stream) add(rows []byte) {
	length := s.RowBytes()
	s.reserve(len(rows) / length)

	for ; len(rows) > 0; rows = rows[length:] {
		s.put(rows[:length])
	}

	s.offer()
}

// decodeConcurrently decodes all rows while another goroutine runs the sink.
func (s *stream) decodeConcurrently(ctx context.Context, from Rows) error {
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
