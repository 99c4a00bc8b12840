package decoder

import "triptych/picture/workers"

const (
	// pieceMCUs is how many MCUs are decoded at a time where one scan has all, so that
	// their coefficients stay in the first-level cache: 12 KiB in 4:2:0.
	pieceMCUs = 16
	// rowsAhead is how many rows of MCUs the Huffman decoding may be ahead of the
	// transforms: enough to even out rows that take longer.
	rowsAhead = 3
)

// run decodes the file row by row of MCUs: of each row what every scan has of it,
// then the transforms. So no scan's coefficients are held but a row's, be there one
// scan or many, of all coefficients or of some bits of them; and they are in the
// processor's cache still when the next scan adds to them.
func (d *decoder) run() error {
	switch {
	case len(d.targets) == 0, d.direct:
		return d.inTurn(new(strip))
	case d.takesTwo():
		return d.beside()
	case d.piecemeal:
		return d.inTurn(d.newStrip(min(pieceMCUs, d.to-d.from)))
	default:
		return d.inTurn(d.newStrip(d.to - d.from))
	}
}

// takesTwo says whether the transforms have a goroutine of their own: there must be
// something to transform, and enough of it.
func (d *decoder) takesTwo() bool { return d.threads > 1 && d.side > 1 && d.mcus.Y > rowsAhead }

// inTurn decodes and transforms on one goroutine.
func (d *decoder) inTurn(row *strip) error {
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

// beside does as inTurn, with the transforms on a goroutine of their own.
func (d *decoder) beside() error {
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

// decodeRows undoes the Huffman coding of all rows, and hands on those that are
// wanted.
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

// decodeRow undoes the Huffman coding of a row: into the strip, or of one that nobody
// wants into nothing, to find damage.
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

// readRow reads a row of a scan's MCUs.
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
