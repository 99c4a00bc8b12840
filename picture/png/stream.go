package png

import (
	"context"

	"triptych/picture/planes"
	"triptych/picture/workers"
)

// Sink takes a picture's rows as they are decoded, so that they need not all be held
// at a time.
type Sink interface {
	// Begin says what comes: the picture, its planes without samples, and whether rows
	// of alpha come behind those of the colors.
	Begin(picture *planes.Image, alpha bool)
	// Take is given the rows of each plane that are there, alpha's last. They hold until
	// it returns, and what it writes into them stays there as long as they do.
	Take(rows []planes.Window)
	// Needs is the first row of a plane, of those that Take is given, that is to be seen
	// again: later windows begin there or above.
	Needs(plane int) int
}

// rowsAtOnce is how many rows are decoded before the sink is given them.
const rowsAtOnce = 16

// stream is a canvas of which only some rows are there.
type stream struct {
	*canvas

	sink    Sink
	rolls   []planes.Roll // a plane's each, alpha's last
	windows []planes.Window
	filled  int // rows so far
}

// newStream tells the sink what comes.
func newStream(found container, sink Sink) *stream {
	into := newCanvas(found, false)
	s := &stream{canvas: into, sink: sink, rolls: make([]planes.Roll, found.planes()+found.alphaPlanes())}
	s.windows = make([]planes.Window, len(s.rolls))

	for i := range s.rolls {
		s.rolls[i] = planes.NewRoll(found.width, found.height, 2*rowsAtOnce) // Those and what filters see.
	}

	sink.Begin(into.picture, found.alphaPlanes() > 0)

	return s
}

// reserve makes room for so many rows more.
func (s *stream) reserve(count int) {
	for i := range s.rolls {
		s.rolls[i].Reserve(s.sink.Needs(i), s.filled, s.filled+count)
	}
}

// put takes the next row apart.
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

// offer gives the sink the rows so far.
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

// batch is rows on their way from one goroutine, which unfilters them, to another.
type batch struct {
	rows  [][]byte // as many as there are
	bytes []byte
}

func newBatch(rowBytes, height int) *batch {
	count := min(rowsAtOnce, height)

	return &batch{rows: make([][]byte, 0, count), bytes: make([]byte, 0, count*rowBytes)}
}

// read fills a batch with the next rows, at most so many.
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

// add takes a batch's rows apart, and gives them to the sink.
func (s *stream) add(some *batch) {
	s.reserve(len(some.rows))

	for _, row := range some.rows {
		s.put(row)
	}

	s.offer()
}

// batchesAhead is how many batches inflating may be ahead of what is made of them.
const batchesAhead = 3

// decodeBeside decodes all rows while another goroutine does what is done with them.
func (s *stream) decodeBeside(ctx context.Context, from *reader) error {
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
