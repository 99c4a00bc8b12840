package png

import (
	"context"
	"image"

	"triptych/picture/planes"
	"triptych/picture/workers"
)

// rowsAtOnce is the number of rows that are decoded before the sink receives them.
const rowsAtOnce = 16

// stream is a canvas that holds only some rows.
type stream struct {
	*canvas

	feed *planes.Feed
}

// newStream creates a stream and calls Begin of the sink.
func newStream(found container, options Options) *stream {
	into := newCanvas(found, false)
	shape := planes.Shape{Image: into.picture, Region: image.Rect(0, 0, found.width, found.height)}

	switch {
	case found.alphaPlanes() == 0:
		shape.Alpha = planes.Opaque
	case options.Premultiplied:
		shape.Alpha = planes.Premultiplied
	default:
		shape.Alpha = planes.Straight
	}

	// Room for the new rows, and for the rows that filters need.
	return &stream{canvas: into, feed: planes.NewFeed(shape, options.Sink, 2*rowsAtOnce)}
}

// put deinterleaves the next row.
func (s *stream) put(row []byte) {
	var there parts

	colors := len(s.picture.Planes)
	for i := range colors {
		there.planes[i] = s.feed.Row(i)
	}

	if s.alphaPlanes() > 0 {
		there.alpha = s.feed.Row(colors)
	}

	s.split(row, there)
	s.feed.Complete()
}

// decode decodes all rows on this goroutine.
func (s *stream) decode(ctx context.Context, from *reader) error {
	from.begin(s.width)

	for s.feed.Filled() < s.height {
		count := min(rowsAtOnce, s.height-s.feed.Filled())
		s.feed.Reserve(count)

		for range count {
			row, err := from.next(ctx)
			if err != nil {
				return err
			}

			s.put(row)
		}

		s.feed.Offer()
	}

	return nil
}

// batch is a group of rows that one goroutine unfilters and passes to another.
type batch struct {
	rows  [][]byte // as many as there are
	bytes []byte
}

func newBatch(rowBytes, height int) *batch {
	count := min(rowsAtOnce, height)

	return &batch{rows: make([][]byte, 0, count), bytes: make([]byte, 0, count*rowBytes)}
}

// read fills a batch with the next rows, at most left rows.
func (b *batch) read(ctx context.Context, from *reader, left int) error {
	b.rows, b.bytes = b.rows[:0], b.bytes[:0]

	for range min(left, cap(b.rows)) {
		row, err := from.next(ctx)
		if err != nil {
			return err
		}

		at := len(b.bytes)
		b.bytes = append(b.bytes, row...)
		b.rows = append(b.rows, b.bytes[at:])
	}

	return nil
}

// add deinterleaves the rows of a batch, and passes them to the sink.
func (s *stream) add(some *batch) {
	s.feed.Reserve(len(some.rows))

	for _, row := range some.rows {
		s.put(row)
	}

	s.feed.Offer()
}

// batchesAhead is the number of batches that inflating may be ahead of the other
// goroutine.
const batchesAhead = 3

// decodeConcurrently decodes all rows. Another goroutine deinterleaves them and runs the sink
// at the same time.
func (s *stream) decodeConcurrently(ctx context.Context, from *reader) error {
	free, decoded := make(chan *batch, batchesAhead), make(chan *batch, batchesAhead)
	for range batchesAhead {
		free <- newBatch(s.rowBytes(s.width), s.height)
	}

	var group workers.Group

	group.Go(func() {
		for some := range decoded {
			group.Do(func() { s.add(some) })

			free <- some
		}
	})

	defer group.Wait()
	defer close(decoded)

	from.begin(s.width)

	for left := s.height; left > 0; {
		some := <-free
		if err := some.read(ctx, from, left); err != nil {
			return err
		}

		left -= len(some.rows)
		decoded <- some
	}

	return nil
}
