package decoder

import (
	"slices"
	"sync/atomic"

	"triptych/shared/picture/jpeg/t81"
	"triptych/shared/picture/workers"
)

// inParallel calls work for every row, on as many goroutines as the options allow.
func (d *decoder) inParallel(rows int, work func(row int)) error {
	var (
		next  atomic.Int64
		group workers.Group
	)

	each := func() {
		for d.ctx.Err() == nil {
			row := int(next.Add(1)) - 1
			if row >= rows {
				return
			}

			work(row)
		}
	}

	for range min(d.threads, maxThreads) - 1 {
		group.Go(each)
	}

	group.Do(each)
	group.Wait()

	return d.canceled()
}

const (
	maxThreads = 8
	// rowsAhead is how many rows of MCUs the Huffman decoding may be ahead of the
	// transforms: enough to even out rows that take longer.
	rowsAhead = 3
)

// rowBytes is what a block takes in an mcuRow.
const rowBytes = 2*t81.BlockSize + 1

// worthTwo says whether the transforms of a scan are worth a goroutine: there must
// be something to transform, and the rows on their way may not take more than half
// of what the planes do.
func (w *walk) worthTwo(side int) bool {
	return side >= 4 && w.shown.Dy()*side*side >= 2*rowsAhead*rowBytes
}

// mcuRow is a row of MCUs between Huffman decoding and transform.
type mcuRow struct {
	y      int
	blocks []coefficients
	last   []uint8 // of each block, the last coefficient that may be other than zero
	stored int     // blocks so far
}

func newMCURow(w *walk) *mcuRow {
	blocks := w.shown.Dx() * len(w.units)

	return &mcuRow{blocks: make([]coefficients, blocks), last: make([]uint8, blocks)}
}

// sequentialBeside decodes a scan as sequentialScan does, with the transforms on a
// goroutine of their own.
func (d *decoder) sequentialBeside(w *walk) error {
	free, decoded := make(chan *mcuRow, rowsAhead), make(chan *mcuRow, rowsAhead)

	for range rowsAhead {
		free <- newMCURow(w)
	}

	var group workers.Group

	// The places in the planes are the transforms' own.
	places := *w
	places.units = slices.Clone(w.units)

	group.Go(func() {
		for row := range decoded {
			group.Do(func() { d.transform(&places, row) })

			free <- row
		}
	})

	err := d.decodeRows(w, free, decoded)

	close(decoded)
	group.Wait()

	return err
}

// decodeRows undoes the Huffman coding of all rows, and hands on those with wanted
// blocks.
func (d *decoder) decodeRows(w *walk, free <-chan *mcuRow, decoded chan<- *mcuRow) error {
	for y := range w.mcus.Y {
		if err := d.canceled(); err != nil {
			return err
		}

		if y < w.shown.Min.Y || y >= w.shown.Max.Y {
			if err := d.sequentialRow(w, y, nil); err != nil {
				return err
			}

			continue
		}

		row := <-free
		row.y = y

		if err := d.sequentialRow(w, y, row); err != nil {
			return err
		}

		decoded <- row
	}

	return nil
}

// transform turns a row's blocks into samples.
func (d *decoder) transform(w *walk, row *mcuRow) {
	d.beginRow(w, row.y)

	i := 0

	for range w.shown.Dx() {
		for j := range w.units {
			u := &w.units[j]
			plane := &u.component.plane
			put(&row.blocks[i], u.component.quantisation, int(row.last[i]), d.side, plane.Pix[u.at:], plane.Stride)
			u.at += u.next
			i++
		}
	}

	d.endRow(w, row.y)
}
