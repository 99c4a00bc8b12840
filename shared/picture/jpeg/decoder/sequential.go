package decoder

// decodeScan decodes a scan, and returns the offset behind its data.
func (d *decoder) decodeScan(s *scan) (end int, err error) {
	if s.skipped {
		return s.offset, nil
	}

	d.bits.start(d.data, s.offset)

	w := d.walkOf(s)

	if d.frame.progressive {
		err = d.progressiveScan(s, w)
	} else {
		err = d.sequentialScan(s, w)
	}

	if err != nil {
		return 0, err
	}

	w.cover()

	for _, c := range s.components {
		c.scanned = c.scanned || s.from == 0
	}

	return d.bits.pos, nil
}

// sequentialScan decodes a scan of a sequential file straight into the planes.
func (d *decoder) sequentialScan(s *scan, w *walk) error {
	if d.streams(s, w) {
		d.beginStream(w)
	} else {
		for _, c := range s.components {
			d.allocate(c)
		}
	}

	if d.threads > 1 && w.worthTwo(d.side) {
		return d.sequentialBeside(w)
	}

	for y := range w.mcus.Y {
		if err := d.canceled(); err != nil {
			return err
		}

		shown := y >= w.shown.Min.Y && y < w.shown.Max.Y
		if shown {
			d.beginRow(w, y)
		}

		if err := d.sequentialRow(w, y, nil); err != nil {
			return err
		}

		if shown {
			d.endRow(w, y)
		}
	}

	return nil
}

// beginRow finds the places of a row's wanted blocks, and endRow says that they
// are filled.
func (d *decoder) beginRow(w *walk, y int) {
	if d.stream != nil {
		d.makeRoom(y - w.shown.Min.Y)
	}

	w.begin(y, d.side)
}

func (d *decoder) endRow(w *walk, y int) {
	if d.stream != nil {
		d.offer(y - w.shown.Min.Y)
	}
}

// sequentialRow decodes a row of MCUs: into the planes, or where it has one into
// the row for another goroutine to transform.
func (d *decoder) sequentialRow(w *walk, y int, row *mcuRow) error {
	shown := y >= w.shown.Min.Y && y < w.shown.Max.Y

	if row != nil {
		row.stored = 0
	}

	for x := 0; x < w.mcus.X; {
		if w.restartDue(d.restart) {
			if err := d.restartAt(w); err != nil {
				return err
			}
		}

		count, wanted := w.alike(x, shown)
		count = w.untilRestart(count, d.restart)
		x += count

		var ok bool

		switch {
		case !wanted || d.side == 1:
			ok = d.bits.eighths(w.units, count, wanted)
		case row != nil:
			ok = d.storeMCUs(w, count, row)
		default:
			ok = d.transformMCUs(w, count)
		}

		if !ok || d.bits.overrun() {
			return d.check(ok)
		}
	}

	return nil
}

// storeMCUs decodes MCUs into a row. ok is false, here as below, where the bits are
// no symbols.
func (d *decoder) storeMCUs(w *walk, count int, row *mcuRow) (ok bool) {
	for range count {
		blocks := row.blocks[row.stored:][:len(w.units)]
		clear(blocks)

		if !d.bits.blocks(w.units, d.place, blocks, row.last[row.stored:]) {
			return false
		}

		row.stored += len(w.units)
	}

	return true
}

// transformMCUs decodes MCUs into the planes.
func (d *decoder) transformMCUs(w *walk, count int) (ok bool) {
	var (
		scratch [maxBlocks]coefficients
		last    [maxBlocks]uint8
	)

	blocks := scratch[:len(w.units)]

	for range count {
		clear(blocks)

		if !d.bits.blocks(w.units, d.place, blocks, last[:]) {
			return false
		}

		for i := range blocks {
			u := &w.units[i]
			c := u.component
			put(&blocks[i], c.quantisation, int(last[i]), d.side, c.plane.Pix[u.at:], c.plane.Stride)
			u.at += u.next
		}
	}

	return true
}
