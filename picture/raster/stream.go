package raster

import (
	"context"
	"image"

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

	feed *planes.Feed
}

// Stream passes all rows to a sink, and returns the image without samples. If it returns
// an error, the sink may have received rows before.
func Stream(ctx context.Context, layout Layout, from Rows, sink planes.Sink, options Options) (*planes.Image, error) {
	shape := planes.Shape{Image: layout.empty(), Region: image.Rect(0, 0, layout.Width, layout.Height)}

	switch {
	case !layout.Alpha:
		shape.Alpha = planes.Opaque
	case options.Premultiplied:
		shape.Alpha = planes.Premultiplied
	default:
		shape.Alpha = planes.Straight
	}

	// Room for the new rows, and for the rows that filters need.
	s := &stream{Layout: &layout, feed: planes.NewFeed(shape, sink, 2*rowsAtOnce)}

	if options.Threads > 1 {
		return shape.Image, s.decodeConcurrently(ctx, from)
	}

	return shape.Image, s.decode(ctx, from)
}

// put deinterleaves the next row.
func (s *stream) put(row []byte) {
	var into parts

	colors := s.Model.Components()
	for i := range colors {
		into.planes[i] = s.feed.Row(i)
	}

	if s.Alpha {
		into.alpha = s.feed.Row(colors)
	}

	s.split(row, into)
	s.feed.Complete()
}

// decode decodes all rows on this goroutine.
func (s *stream) decode(ctx context.Context, from Rows) error {
	for s.feed.Filled() < s.Height {
		count := min(rowsAtOnce, s.Height-s.feed.Filled())
		s.feed.Reserve(count)

		for range count {
			row, err := next(ctx, from, s.feed.Filled())
			if err != nil {
				return err
			}

			s.put(row)
		}

		s.feed.Offer()
	}

	return nil
}

// add deinterleaves a batch of rows, and passes them to the sink.
func (s *stream) add(rows []byte) {
	length := s.RowBytes()
	s.feed.Reserve(len(rows) / length)

	for ; len(rows) > 0; rows = rows[length:] {
		s.put(rows[:length])
	}

	s.feed.Offer()
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
