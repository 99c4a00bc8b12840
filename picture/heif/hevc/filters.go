package hevc

// filter applies the loop filters to the next row of CTBs, which must be complete. The
// last lines of a row are finished when the row below is deblocked.
func (p *picture) filter() error {
	row := p.filtered
	p.filtered++

	var above surface
	if row > 0 {
		above = p.strip(row - 1).surface
	}

	p.strip(row).surface.deblock(p, row, above)

	if row > 0 {
		if err := p.finish(row - 1); err != nil {
			return err
		}

		p.release(row)
	}

	if p.filtered == p.ctbsY {
		return p.finish(row)
	}

	return nil
}

// finish applies sample adaptive offset to a row of CTBs, and delivers its rows.
func (p *picture) finish(row int) error {
	if p.take == nil {
		p.strip(row).surface.offset(p, row, p.out)

		return nil
	}

	if row < p.taken {
		return nil
	}

	p.taken = row + 1
	p.out.top = row
	p.strip(row).surface.offset(p, row, p.out)

	if part, ok := p.out.shown(p.sps, row<<p.log2CTB, (row+1)<<p.log2CTB); ok {
		return p.take(part)
	}

	return nil
}

// drain filters all complete rows.
func (p *picture) drain() error {
	for p.filtered < p.complete {
		if err := p.filter(); err != nil {
			return err
		}
	}

	return nil
}

// follow filters the rows while another goroutine decodes them. After an error, decoding
// stops.
func (p *picture) follow() error {
	defer p.stop()

	for p.filtered < p.ctbsY && p.await(p.filtered) {
		if err := p.filter(); err != nil {
			return err
		}
	}

	return nil
}
