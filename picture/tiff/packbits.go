package tiff

import "math/bits"

// packBits undoes PackBits (section 9).
type packBits struct {
	in       []byte
	reversed bool // the bits of each byte
	row      []byte

	literal int // bytes to copy
	repeat  int // the number of repetitions of value
	value   byte
}

func (p *packBits) take() (byte, bool) {
	if len(p.in) == 0 {
		return 0, false
	}

	value := p.in[0]
	p.in = p.in[1:]

	if p.reversed {
		value = bits.Reverse8(value)
	}

	return value, true
}

func (p *packBits) next(length int) ([]byte, error) {
	p.row = room(p.row, length)

	for rest := p.row; len(rest) > 0; {
		switch {
		case p.literal > 0:
			count := min(p.literal, len(rest), len(p.in))
			if count == 0 {
				return nil, errShort
			}

			copy(rest, p.in[:count])

			if p.reversed {
				reverse(rest[:count], p.in[:count])
			}

			rest, p.in, p.literal = rest[count:], p.in[count:], p.literal-count
		case p.repeat > 0:
			count := min(p.repeat, len(rest))
			for i := range rest[:count] {
				rest[i] = p.value
			}

			rest, p.repeat = rest[count:], p.repeat-count
		default:
			if !p.begin() {
				return nil, errShort
			}
		}
	}

	return p.row, nil
}

// begin reads the next control byte: a number of bytes to copy, or a byte to repeat.
func (p *packBits) begin() bool {
	count, ok := p.take()

	switch control := int(int8(count)); { //nolint:gosec // Two's complement.
	case !ok:
		return false
	case control >= 0:
		p.literal = control + 1
	case control != -128: // -128 means nothing.
		p.repeat = 1 - control
		p.value, ok = p.take()
	}

	return ok
}
