package bmp

import "triptych/picture/failure"

// Escape codes of run lengths, after a count of 0.
const (
	endOfRow  = 0
	endOfFile = 1
	move      = 2
)

// runs is the state of expanding run lengths.
type runs struct {
	in            []byte
	four          bool // bits per index; otherwise eight
	width, height int
	x, y          int
	out           []byte
}

// expand undoes RLE8 or RLE4. Pixels without data have index 0.
func (r *Reader) expand() error {
	work := &runs{
		in: r.pixels, four: r.header.Bits == 4, width: r.header.Width, height: r.header.Height,
		out: make([]byte, r.header.Width*r.header.Height),
	}

	for work.y < work.height {
		if len(work.in) < 2 { // Bytes of a code.
			// The end code of the last row may be missing.
			if work.y == work.height-1 && work.x >= work.width {
				break
			}

			return failure.New(failure.Truncated, "BMP: run lengths end in row %d of %d", work.y, work.height)
		}

		count, value := int(work.in[0]), work.in[1]
		work.in = work.in[2:]

		if count > 0 {
			work.repeat(count, value)

			continue
		}

		if value == endOfFile {
			break
		}

		if err := work.escape(int(value)); err != nil {
			return err
		}
	}

	r.indexes = work.out

	return nil
}

// put stores an index at the current place, if it is inside the image.
func (r *runs) put(index byte) {
	if r.x < r.width && r.y < r.height {
		r.out[r.y*r.width+r.x] = index
		r.x++
	}
}

// repeat stores one index several times, or two indexes in alternation.
func (r *runs) repeat(count int, value byte) {
	for i := range count {
		switch {
		case !r.four:
			r.put(value)
		case i%2 == 0:
			r.put(value >> 4)
		default:
			r.put(value & 15)
		}
	}
}

func (r *runs) escape(value int) error {
	switch value {
	case endOfRow:
		r.x, r.y = 0, r.y+1

		return nil
	case move:
		if len(r.in) < 2 {
			return failure.New(failure.Truncated, "BMP: run lengths end in row %d of %d", r.y, r.height)
		}

		r.x, r.y = min(r.x+int(r.in[0]), r.width), r.y+int(r.in[1])
		r.in = r.in[2:]

		return nil
	}

	length := value
	if r.four {
		length = (value + 1) / 2
	}

	if len(r.in) < length {
		return failure.New(failure.Truncated, "BMP: run lengths end in row %d of %d", r.y, r.height)
	}

	for i := range value {
		switch {
		case !r.four:
			r.put(r.in[i])
		case i%2 == 0:
			r.put(r.in[i/2] >> 4)
		default:
			r.put(r.in[i/2] & 15)
		}
	}

	// A literal run is padded to two bytes.
	r.in = r.in[min(length+length%2, len(r.in)):]

	return nil
}
