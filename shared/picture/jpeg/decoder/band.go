package decoder

// band is a scan of AC coefficients.
type band struct {
	scan      *scan
	component *component
	mask      uint64 // the band's zigzag indices
	run       int    // blocks, from the next on, that have no symbol in the band (G.1.2.2)
}

// row reads a row of blocks.
func (b *band) row(d *decoder, s *scan, w *walk, y int) error {
	c := b.component

	for x := range w.mcus.X {
		if w.restartDue(d.restart) {
			if err := d.restartAt(w); err != nil {
				return err
			}

			b.run = 0
		}

		nonzero := &c.progress.nonzero[y*c.blocks.X+x]

		// Without a symbol, only coefficients to correct could be of interest.
		if b.run > 0 && (s.high == 0 || *nonzero&b.mask == 0) {
			b.run--

			continue
		}

		block := c.block(x, y)

		var ok bool
		if s.high == 0 {
			ok = b.first(&d.bits, block, nonzero)
		} else {
			ok = b.refine(&d.bits, block, nonzero)
		}

		if !ok || d.bits.overrun() {
			return d.check(ok)
		}
	}

	return nil
}
