package webp

import (
	"context"

	"triptych/picture/failure"
	lossless "triptych/picture/webp/vp8l/decoder"
)

// alphaRows decodes the chunk ALPH row by row (RFC 9649, 2.7.1.2).
type alphaRows struct {
	width, height int
	filter        filter

	packed *lossless.Decoder // nil if the plane is not compressed
	raw    []byte
	row    []byte // the last row
	rows   int    // so far
	opaque bool   // there is no chunk

	differences []byte
}

// newAlphaRows reads the header of a picture's alpha. It rejects what libwebp rejects.
func newAlphaRows(p *Picture, maxBytes int64) (*alphaRows, error) {
	a := &alphaRows{width: p.Area.Dx(), height: p.Area.Dy()}
	a.row = make([]byte, a.width)

	if p.alpha == nil {
		a.opaque = true
		for x := range a.row {
			a.row[x] = opaque
		}

		return a, nil
	}

	const (
		method, methods      = 0, 3
		preprocessing, flags = 4, 3
		reserved             = 6
	)

	if len(p.alpha) < 2 {
		return nil, failure.New(failure.Corrupt, "WebP alpha of %d bytes", len(p.alpha))
	}

	header, data := p.alpha[0], p.alpha[1:]
	if header>>method&methods > compressed || header>>preprocessing&flags > 1 || header>>reserved != 0 {
		return nil, failure.New(failure.Corrupt, "WebP alpha has the header %#x", header)
	}

	a.filter = filter(header >> filterAt & 3)

	if header&compressed == 0 {
		if size := a.width * a.height; len(data) < size {
			return nil, failure.New(failure.Truncated, "bytes are missing: WebP alpha of %d pixels has %d bytes", size, len(data))
		}

		a.raw = data

		return a, nil
	}

	a.differences = make([]byte, a.width)

	packed, err := lossless.NewPlane(data, a.width, a.height, lossless.Options{MaxBytes: maxBytes})
	a.packed = packed

	return a, err
}

// next returns the next row. It is valid until the next call.
func (a *alphaRows) next() ([]byte, error) {
	if a.opaque {
		return a.row, nil
	}

	differences := a.differences

	if a.packed == nil {
		differences, a.raw = a.raw[:a.width], a.raw[a.width:]
	} else {
		pixels, err := a.packed.Next()
		if err != nil {
			return nil, err
		}

		for x, pixel := range pixels {
			differences[x] = byte(pixel >> 8 & opaque)
		}
	}

	a.unfilter(differences)
	a.rows++

	return a.row, nil
}

// unfilter adds a row of differences to their predictions. The first pixel of a row is
// predicted from the one above, and the first row from the pixels at the left.
func (a *alphaRows) unfilter(differences []byte) {
	row := a.row

	switch {
	case a.filter == unfiltered:
		copy(row, differences)
	case a.filter == horizontal, a.rows == 0:
		left := row[0] // That of the row above; 0 in the first row.
		for x, difference := range differences {
			left += difference
			row[x] = left
		}
	case a.filter == vertical:
		for x, difference := range differences {
			row[x] += difference
		}
	default:
		corner, left := row[0], row[0]
		for x, difference := range differences {
			above := row[x]
			left = difference + byte(max(0, min(int(left)+int(above)-int(corner), opaque)))
			corner, row[x] = above, left
		}
	}
}

// skip reads all rows without making them.
func (a *alphaRows) skip(ctx context.Context) error {
	if a.packed == nil {
		return nil
	}

	return a.packed.Skip(ctx)
}
