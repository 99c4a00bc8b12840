package decoder

// sequentialRow reads a row of MCUs of a sequential scan. If the scan has all components,
// the strip is a piece of the row, which is transformed as soon as it is full. For an
// image at an eighth of its size, the DC coefficients are stored as samples without a
// strip.
func (d *decoder) sequentialRow(s *scan, y int, row *strip) error {
	if d.direct && row != nil {
		s.startRow(d.targets[0], y)
	}

	for x := 0; x < s.mcus.X; {
		if err := s.restartIfDue(); err != nil {
			return err
		}

		count, wanted := s.alike(x, row != nil)

		if d.piecemeal && wanted {
			count = min(count, pieceMCUs)
		}

		count = s.untilRestart(count)

		var ok bool

		if !wanted || d.direct {
			ok = s.bits.eighths(s.units, count, wanted)
		} else {
			if d.piecemeal {
				row.first, row.mcus = x, count
			}

			ok = d.store(s, x, y, count, row)
		}

		if !ok || s.bits.overrun() {
			return s.check(ok)
		}

		if d.piecemeal && wanted {
			d.transform(row)
		}

		x += count
	}

	return nil
}

// startRow sets the units of a scan to the samples of their first wanted blocks in a row.
func (s *scan) startRow(t *target, y int) {
	for i := range s.units {
		u := &s.units[i]
		at := &t.spots[u.index]
		u.next = at.next

		if s.single() {
			c := u.component
			at = &t.spots[u.index+y%c.Down*c.Across]
			u.next = t.side
		}

		u.samples, u.at, u.divisor = at.layer.Pix, at.at, int32(at.quants[0])
	}
}

// store decodes MCUs into a strip. ok is false if the bits are not symbols.
func (d *decoder) store(s *scan, x, y, count int, row *strip) (ok bool) {
	for range count {
		at := row.place(s, x, y)
		x++

		if !s.bits.blocks(s.units, d.place, row.blocks[at*row.kept:], row.last[at:]) {
			return false
		}
	}

	return true
}
