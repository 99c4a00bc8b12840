package png

import (
	"context"
	"fmt"
)

// pass reads the rows of a picture, or of one of an interlaced picture's seven,
// and undoes their filters.
type pass struct {
	from      *inflated
	row, last []byte // each behind its filter's byte
	step      int
}

// newPass reads rows of so many pixels. Before the first, filters take a row of
// zeros (9.2).
func newPass(from *inflated, width int) pass {
	length := 1 + from.rowBytes(width)

	return pass{from: from, row: make([]byte, length), last: make([]byte, length), step: from.filterStep()}
}

// next returns the next row's bytes, which hold until the one after it.
func (p *pass) next(ctx context.Context) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("decode PNG, row %d: %w", p.from.row, err)
	}

	p.row, p.last = p.last, p.row

	if err := p.from.read(p.row); err != nil {
		return nil, err
	}

	if !unfilter(p.row[0], p.row[1:], p.last[1:], p.step) {
		return nil, p.from.corrupt("filter %d", p.row[0])
	}

	return p.row[1:], nil
}

// decodeRows decodes a picture that is not interlaced.
func decodeRows(ctx context.Context, from *inflated, into *canvas) error {
	rows := newPass(from, from.width)

	for y := range from.height {
		row, err := rows.next(ctx)
		if err != nil {
			return err
		}

		into.split(row, into.row(y))
		into.keepAlpha(y, 0, 1, into.samples.alpha)
	}

	return nil
}

// adam7 is where each of the seven passes has its first pixel, and how far apart
// its pixels are (8.2, table 7).
var adam7 = [7]struct{ x, y, stepX, stepY int }{
	{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2},
}

// decodePasses decodes an interlaced picture. A pass of no pixels has no rows,
// and so no filters' bytes either.
func decodePasses(ctx context.Context, from *inflated, into *canvas) error {
	for _, place := range adam7 {
		width := (from.width - place.x + place.stepX - 1) / place.stepX
		if width <= 0 {
			continue
		}

		rows := newPass(from, width)

		for y := place.y; y < from.height; y += place.stepY {
			row, err := rows.next(ctx)
			if err != nil {
				return err
			}

			apart := into.samples.first(width)
			into.split(row, apart)

			for i := range into.picture.Planes {
				scatter(into.picture.Planes[i].Row(y), apart.planes[i], place.x, place.stepX)
			}

			into.keepAlpha(y, place.x, place.stepX, apart.alpha)
		}
	}

	return nil
}

// scatter lays samples into a row, so far apart.
func scatter(row, samples []byte, x, step int) {
	if step == 1 {
		copy(row[x:], samples)

		return
	}

	for _, sample := range samples {
		row[x] = sample
		x += step
	}
}
