package tiff

import "errors"

// Next returns the next row in the layout, from top to bottom.
func (r *Reader) Next() ([]byte, error) {
	var (
		samples []byte
		err     error
	)

	if r.page.Tiled {
		samples, err = r.tileRow()
	} else {
		samples, err = r.stripRow()
	}

	if err != nil {
		return nil, err
	}

	r.y++

	return r.arrange(samples), nil
}

// stripRow returns the next row of a strip, with all samples of a pixel together.
func (r *Reader) stripRow() ([]byte, error) {
	if r.y%r.page.BlockHeight == 0 {
		strip := r.y / r.page.BlockHeight
		rows := min(r.page.BlockHeight, r.page.Height-r.y)

		if r.open == nil {
			r.open = make([]*block, r.page.Planes())
		}

		for i := range r.open {
			r.open[i] = r.start(r.open[i], i*r.page.Down()+strip, rows)
		}
	}

	if len(r.open) == 1 {
		return r.blockRow(r.open[0])
	}

	r.whole = room(r.whole, r.page.Width*r.page.Samples*r.wide())

	for i, from := range r.open {
		samples, err := r.blockRow(from)
		if err != nil {
			return nil, err
		}

		scatter(r.whole, samples, i, r.page.Samples, r.wide())
	}

	return r.whole, nil
}

// tileRow returns the next row of a band of tiles. It decodes the band at its first row.
func (r *Reader) tileRow() ([]byte, error) {
	length := r.page.Width * r.page.Samples * r.wide()

	at := r.y % r.page.BlockHeight
	if at == 0 {
		r.band = room(r.band, length*r.bandRows())

		if err := r.readBand(); err != nil {
			return nil, err
		}
	}

	return r.band[at*length : (at+1)*length], nil
}

// readBand decodes the tiles of the band at the current row.
func (r *Reader) readBand() error {
	across, first := r.page.Across(), r.y/r.page.BlockHeight
	length := r.page.Width * r.page.Samples * r.wide()
	rows := min(r.page.BlockHeight, r.page.Height-r.y)

	if r.open == nil {
		r.open = make([]*block, 1)
	}

	for plane := range r.page.Planes() {
		for i := range across {
			tile := r.start(r.open[0], (plane*r.page.Down()+first)*across+i, rows)
			r.open[0] = tile
			left := i * r.page.BlockWidth
			width := min(r.page.BlockWidth, r.page.Width-left)

			for y := range rows {
				samples, err := r.blockRow(tile)
				if err != nil {
					return err
				}

				into := r.band[y*length+left*r.page.Samples*r.wide():][:width*r.page.Samples*r.wide()]
				scatter(into, samples[:width*r.each()*r.wide()], plane, r.page.Samples/r.each(), r.each()*r.wide())
			}
		}
	}

	return nil
}

// blockRow decodes the next row of a block into samples of one or two bytes.
func (r *Reader) blockRow(from *block) ([]byte, error) {
	row, err := from.next(r.page.RowBytes())

	switch {
	case errors.Is(err, errShort):
		return nil, r.missing(from.index, from.offset, from.length)
	case err != nil:
		return nil, from.fault(err)
	}

	if r.page.Predicted {
		row = r.unpredict(row)
	}

	return r.unpack(row), nil
}

// scatter stores units of size bytes in every step-th place, from the first-th on.
func scatter(into, units []byte, first, step, size int) {
	if step == 1 {
		copy(into, units)

		return
	}

	for at := first * size; len(units) >= size && at+size <= len(into); at += step * size {
		copy(into[at:at+size], units)
		units = units[size:]
	}
}

// room returns a slice of a length. It reuses the old one if that is long enough.
func room(old []byte, length int) []byte {
	if cap(old) < length {
		return make([]byte, length)
	}

	return old[:length]
}
