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
		err = d.sequentialScan(w)
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
func (d *decoder) sequentialScan(w *walk) error {
	for _, u := range w.units {
		d.allocate(u.component)
	}

	if d.threads > 1 && w.worthTwo(d.side) {
		return d.sequentialBeside(w)
	}

	for y := range w.mcus.Y {
		if err := d.canceled(); err != nil {
			return err
		}

		if err := d.sequentialRow(w, y, nil); err != nil {
			return err
		}
	}

	return nil
}

// sequentialRow decodes a row of MCUs: into the planes, or where it has one into
// the row for another goroutine to transform.
func (d *decoder) sequentialRow(w *walk, y int, row *mcuRow) error {
	var scratch coefficients

	shown := y >= w.shown.Min.Y && y < w.shown.Max.Y
	if shown && row == nil {
		w.begin(y, d.side)
	}

	if row != nil {
		row.stored = 0
	}

	for x := range w.mcus.X {
		if w.restartDue(d.restart) {
			if err := d.restartAt(w); err != nil {
				return err
			}
		}

		var ok bool

		switch {
		case !shown || x < w.shown.Min.X || x >= w.shown.Max.X:
			ok = d.passMCU(w, &scratch)
		case row != nil:
			ok = d.storeMCU(w, row)
		default:
			ok = d.transformMCU(w, &scratch)
		}

		if !ok || d.bits.overrun() {
			return d.check(ok)
		}
	}

	return nil
}

// passMCU steps over an MCU. ok is false, here as below, where the bits are no
// symbols.
func (d *decoder) passMCU(w *walk, scratch *coefficients) (ok bool) {
	nothing := placements[1]

	for i := range w.units {
		c := w.units[i].component

		difference, _, ok := d.bits.block(c, nothing, scratch)
		if !ok {
			return false
		}

		c.prediction += difference
	}

	return true
}

// storeMCU decodes an MCU into a row.
func (d *decoder) storeMCU(w *walk, row *mcuRow) (ok bool) {
	for i := range w.units {
		c, block := w.units[i].component, &row.blocks[row.stored]
		*block = coefficients{}

		difference, last, ok := d.bits.block(c, d.place, block)
		if !ok {
			return false
		}

		c.prediction += difference
		block[0] = saturate(c.prediction)
		row.last[row.stored] = uint8(last)
		row.stored++
	}

	return true
}

// transformMCU decodes an MCU into the planes. The block is all zeros, before and
// behind, but for the DC coefficient.
func (d *decoder) transformMCU(w *walk, block *coefficients) (ok bool) {
	for i := range w.units {
		u := &w.units[i]
		c := u.component

		difference, last, ok := d.bits.block(c, d.place, block)
		if !ok {
			return false
		}

		c.prediction += difference
		block[0] = saturate(c.prediction)
		put(block, c.quantisation, last, d.side, c.plane.Pix[u.at:], c.plane.Stride)
		u.at += u.next

		if last > 0 {
			*block = coefficients{}
		}
	}

	return true
}
