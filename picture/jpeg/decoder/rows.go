package decoder

import "triptych/picture/workers"

const (
	// pieceMCUs is the number of MCUs that are decoded at a time if one scan has all
	// coefficients. Their coefficients stay in the first-level cache: 12 KiB in 4:2:0.
	pieceMCUs = 16
	// rowsAhead is the number of rows of MCUs that the Huffman decoding may be ahead of
	// the transforms. It is enough to even out rows that take longer.
	rowsAhead = 3
)

// run decodes the file row by row of MCUs. For each row it reads the data of every scan,
// and then runs the transforms. So it holds the coefficients of only one row, even if
// many scans each contribute single bits. They are still in the cache of the processor
// when the next scan adds to them.
func (d *decoder) run() error {
	switch {
	case len(d.targets) == 0, d.direct:
		return d.decodeSequentially(new(strip))
	case d.takesTwo():
		return d.decodeConcurrently()
	case d.piecemeal:
		return d.decodeSequentially(d.newStrip(min(pieceMCUs, d.to-d.from)))
	default:
		return d.decodeSequentially(d.newStrip(d.to - d.from))
	}
}

// takesTwo reports whether the transforms run on their own goroutine. This needs enough
// data to transform.
func (d *decoder) takesTwo() bool { return d.threads > 1 && d.side > 1 && d.mcus.Y > rowsAhead }

// decodeSequentially decodes and transforms on one goroutine.
func (d *decoder) decodeSequentially(row *strip) error {
	for y := range d.mcus.Y {
		if !d.shown(y) {
			if err := d.decodeRow(y, nil); err != nil {
				return err
			}

			continue
		}

		d.beginRow(y)

		if err := d.decodeRow(y, row); err != nil {
			return err
		}

		if !d.direct && !d.piecemeal {
			d.transform(row)
		}

		d.endRow(y)
	}

	return nil
}

// decodeConcurrently does the same as decodeSequentially, but runs the transforms on their
// own goroutine.
func (d *decoder) decodeConcurrently() error {
	free, decoded := make(chan *strip, rowsAhead), make(chan *strip, rowsAhead)

	for range rowsAhead {
		free <- d.newStrip(d.to - d.from)
	}

	var group workers.Group

	group.Go(func() {
		for row := range decoded {
			group.Do(func() {
				d.beginRow(row.y)
				d.transform(row)
				d.endRow(row.y)
			})

			free <- row
		}
	})

	defer group.Wait()
	defer close(decoded)

	return d.decodeRows(free, decoded)
}

// decodeRows undoes the Huffman coding of all rows, and sends the wanted rows to decoded.
func (d *decoder) decodeRows(free <-chan *strip, decoded chan<- *strip) error {
	for y := range d.mcus.Y {
		if !d.shown(y) {
			if err := d.decodeRow(y, nil); err != nil {
				return err
			}

			continue
		}

		row := <-free
		if err := d.decodeRow(y, row); err != nil {
			return err
		}

		decoded <- row
	}

	return nil
}

// decodeRow undoes the Huffman coding of a row and stores the coefficients in the strip.
// If the row is not wanted, the strip is nil, and the row is only checked for damage.
func (d *decoder) decodeRow(y int, row *strip) error {
	if err := d.canceled(); err != nil {
		return err
	}

	if row != nil {
		row.y, row.first = y, d.from

		if len(d.scans) > 1 || d.frame.progressive {
			clear(row.blocks)
			clear(row.last)
		}
	}

	for _, c := range d.components {
		clear(c.nonzero)
	}

	for _, s := range d.scans {
		from, to := s.rows(y)

		for at := from; at < to; at++ {
			if err := d.readRow(s, at, row); err != nil {
				return err
			}
		}
	}

	if row != nil && d.frame.progressive {
		d.noteLast(row)
	}

	return nil
}

// readRow reads the MCUs of one scan in a row.
func (d *decoder) readRow(s *scan, y int, row *strip) error {
	switch {
	case !d.frame.progressive:
		return d.sequentialRow(s, y, row)
	case s.from == 0:
		return d.dcRow(s, y, row)
	default:
		return d.acRow(s, y, row)
	}
}

func (d *decoder) shown(y int) bool {
	for _, t := range d.targets {
		if t.wants(y) {
			return true
		}
	}

	return false
}

func (d *decoder) beginRow(y int) {
	for _, t := range d.targets {
		t.beginRow(y)
	}
}

func (d *decoder) transform(row *strip) {
	for _, t := range d.targets {
		t.transform(row)
	}
}

func (d *decoder) endRow(y int) {
	for _, t := range d.targets {
		t.endRow(y)
	}
}
