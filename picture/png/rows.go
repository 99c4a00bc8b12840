package png

import (
	"context"
	"fmt"

	"triptych/picture/png/unfilter"
)

// reader reads the rows of an image, or of the seven passes of an interlaced image in
// turn, and undoes their filters.
type reader struct {
	from      *inflated
	row, last []byte // each after its filter byte
	step      int
}

// newReader creates a reader for rows of the full width of the image.
func newReader(from *inflated) *reader {
	length := 1 + from.rowBytes(from.width)

	return &reader{from: from, row: make([]byte, length), last: make([]byte, length), step: from.filterStep()}
}

// begin sets the width of the following rows, which is not larger than the width of the
// image. Before the first row, filters use a row of zeros (9.2).
func (r *reader) begin(width int) {
	length := 1 + r.from.rowBytes(width)
	r.row, r.last = r.row[:length], r.last[:length]

	clear(r.row)
}

// next returns the bytes of the next row. They are valid until the following call.
func (r *reader) next(ctx context.Context) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("decode PNG, row %d: %w", r.from.row, err)
	}

	r.row, r.last = r.last, r.row

	filtered, err := r.from.next(r.row)
	if err != nil {
		return nil, err
	}

	if !unfilter.Row(filtered[0], r.row[1:], filtered[1:], r.last[1:], r.step) {
		return nil, r.from.corrupt("filter %d", filtered[0])
	}

	return r.row[1:], nil
}

// decodeRows decodes an image that is not interlaced.
func decodeRows(ctx context.Context, from *reader, into *canvas) error {
	from.begin(into.width)

	for y := range into.height {
		row, err := from.next(ctx)
		if err != nil {
			return err
		}

		into.split(row, into.row(y))
		into.keepAlpha(y, 0, 1, into.samples.alpha)
	}

	return nil
}

// pass has the first pixel of a part of an interlaced image, and the distances between
// its pixels.
type pass struct{ x, y, stepX, stepY int }

// adam7 has the first pixel of each of the seven passes, and the distances between its
// pixels (8.2, table 7).
var adam7 = [7]pass{
	{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2},
}

// decodePasses decodes an interlaced image. A pass without pixels has no rows, and
// therefore no filter bytes.
func decodePasses(ctx context.Context, from *reader, into *canvas) error {
	for _, place := range adam7 {
		width := (into.width - place.x + place.stepX - 1) / place.stepX
		if width <= 0 {
			continue
		}

		from.begin(width)

		for y := place.y; y < into.height; y += place.stepY {
			row, err := from.next(ctx)
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

// scatter stores samples in a row, at every step-th pixel.
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
