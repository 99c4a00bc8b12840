package decoder

import "math/bits"

// acRow reads a row of blocks of a progressive scan of AC coefficients.
func (d *decoder) acRow(s *scan, y int, row *strip) error {
	c := s.units[0].component
	below := y % c.Down
	bitmaps, band := c.nonzero[below*c.blocks.X:][:c.blocks.X], s.band()
	first := s.units[0].index

	if row != nil {
		first += row.place(s, 0, y)
	}

	for x := range bitmaps {
		if err := s.restartIfDue(); err != nil {
			return err
		}

		// Without a symbol, there is work only if there are coefficients to correct.
		if s.run > 0 && (s.high == 0 || bitmaps[x]&band == 0) {
			s.run--

			continue
		}

		var block []int16
		if row != nil && x >= s.shownFrom && x < s.shownTo {
			block = row.block(first + int(c.places[x]))
		}

		var ok bool
		if s.high == 0 {
			ok = s.first(d.place, block, &bitmaps[x])
		} else {
			ok = s.refine(d.place, block, &bitmaps[x])
		}

		if !ok || s.bits.overrun() {
			return s.check(ok)
		}
	}

	return nil
}

// dcRow reads a row of MCUs of a progressive DC scan: differences of coefficients without
// their low bits (G.1.2.1), or the next of those bits.
func (d *decoder) dcRow(s *scan, y int, row *strip) error {
	for x := range s.mcus.X {
		if err := s.restartIfDue(); err != nil {
			return err
		}

		shown, at := row != nil && x >= s.shownFrom && x < s.shownTo, 0
		if shown {
			at = row.place(s, x, y)
		}

		for i := range s.units {
			value, ok := s.dc(&s.units[i])
			if !ok {
				return s.check(ok)
			}

			if !shown {
				continue
			}

			if block := row.block(at + s.units[i].index); s.high > 0 {
				block[0] |= value
			} else {
				block[0] = value
			}
		}

		if s.bits.overrun() {
			return s.exhausted()
		}
	}

	return nil
}

// dc reads the bits of a scan for the DC coefficient of a block.
func (s *scan) dc(u *unit) (value int16, ok bool) {
	r := &s.bits

	if s.high > 0 {
		return int16(r.take(1) << s.low), true
	}

	r.ensure()

	used, difference, ok := u.dc.difference(r.acc)
	r.acc <<= used & 63
	r.n -= used
	u.prediction += difference

	return saturate(shifted(u.prediction, s.low)), ok
}

// shifted shifts a value to the left and stays within 32 bits. The predictions of damaged
// files can grow to 31 bits.
func shifted(value int32, by uint) int32 {
	return int32(saturate(value)) << by
}

// noteLast stores for each block of a strip its last nonzero coefficient.
func (d *decoder) noteLast(row *strip) {
	for _, c := range d.components {
		bitmaps := c.nonzero

		for below := 0; len(bitmaps) > 0; below++ {
			line := bitmaps[:c.blocks.X]
			bitmaps = bitmaps[c.blocks.X:]

			for mcu := range row.mcus {
				at := mcu*row.each + c.first + below*c.Across
				x := (row.first + mcu) * c.Across

				for i, nonzero := range line[min(x, len(line)):min(x+c.Across, len(line))] {
					row.last[at+i] = uint8(max(bits.Len64(nonzero&d.place.kept)-1, 0))
				}
			}
		}
	}
}
