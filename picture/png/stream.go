package png

import (
	"context"

	"triptych/picture/planes"
	"triptych/picture/workers"
)

// Sink receives the rows of an image as they are decoded, so that the decoder does not
// hold all of them at a time.
type Sink interface {
	// Begin is called first, with the image, its planes without samples, and whether rows
	// of alpha follow those of the colors.
	Begin(picture *planes.Image, alpha bool)
	// Take receives the available rows of each plane; alpha is the last plane. They are
	// valid until it returns. Changes to the rows remain as long as the decoder holds
	// these rows.
	Take(rows []planes.Window)
	// Needs returns the first row that the sink needs again, for each plane that Take
	// receives. Later windows begin at or above that row.
	Needs(plane int) int
}

// rowsAtOnce is the number of rows that are decoded before the sink receives them.
const rowsAtOnce = 16

// stream is a canvas that holds only some rows.
type stream struct {
	*canvas

	sink    Sink
	rolls   []planes.Roll // one per plane, alpha last
	windows []planes.Window
	filled  int // rows so far
}

// newStream creates a stream and calls Begin of the sink.
func newStream(found container, sink Sink) *stream {
	into := newCanvas(found, false)
	s := &stream{canvas: into, sink: sink, rolls: make([]planes.Roll, found.planes()+found.alphaPlanes())}
	s.windows = make([]planes.Window, len(s.rolls))

	for i := range s.rolls {
		s.rolls[i] = planes.NewRoll(found.width, found.height, 2*rowsAtOnce) // Those rows, and the rows that filters need.
	}

	sink.Begin(into.picture, found.alphaPlanes() > 0)

	return s
}

// reserve makes room for a number of further rows.
func (s *stream) reserve(count int) {
	for i := range s.rolls {
		s.rolls[i].Reserve(s.sink.Needs(i), s.filled, s.filled+count)
	}
}

// put deinterleaves the next row.
func (s *stream) put(row []byte) {
	var there parts

	for i := range s.rolls {
		if samples := s.rolls[i].At(s.filled); i < len(s.picture.Planes) {
			there.planes[i] = samples
		} else {
			there.alpha = samples
		}
	}

	s.split(row, there)
	s.filled++
}

// offer passes the rows so far to the sink.
func (s *stream) offer() {
	for i := range s.rolls {
		s.windows[i] = s.rolls[i].Rows(s.width, s.filled)
	}

	s.sink.Take(s.windows)
}

// decode decodes all rows on this goroutine.
func (s *stream) decode(ctx context.Context, from *reader) error {
	from.begin(s.width)

	for s.filled < s.height {
		count := min(rowsAtOnce, s.height-s.filled)
		s.reserve(count)

		for range count {
			row, err := from.next(ctx)
			if err != nil {
				return err
			}

			s.put(row)
		}

		s.offer()
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
	s.reserve(len(some.rows))

	for _, row := range some.rows {
		s.put(row)
	}

	s.offer()
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
