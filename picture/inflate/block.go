package inflate

// The types of blocks (3.2.3).
const (
	typeStored = iota
	typeFixed
	typeDynamic
)

// block reads the header of a block (3.2.3).
func (r *Reader) block() {
	if r.final {
		r.stage = atTrailer

		return
	}

	value, ok := r.take(3)
	if !ok {
		r.truncated()

		return
	}

	r.final = value&1 != 0

	switch value >> 1 {
	case typeStored:
		r.startStored()
	case typeFixed:
		r.codes, r.single, r.stage = fixed(), 0, inCodes
	case typeDynamic:
		r.startDynamic()
	default:
		r.corrupt("invalid type of block")
	}
}

// startStored reads the length of a stored block and its complement (3.2.4).
func (r *Reader) startStored() {
	r.align()

	value, ok := r.take(32)

	switch length, complement := value&0xffff, value>>16; {
	case !ok:
		r.truncated()
	case length^complement != 0xffff:
		r.corrupt("invalid length of a stored block")
	default:
		r.stored, r.stage = int(length), inStored //nolint:gosec // 16 bits.
	}
}

// copyStored copies the bytes of a stored block, until the window has stop bytes.
func (r *Reader) copyStored(stop int) {
	// The reservoir begins at a boundary of a byte, and has whole bytes.
	for r.n > 0 && r.stored > 0 && r.written < stop {
		r.window[r.written] = byte(r.acc)
		r.written++
		r.stored--
		r.drop(8)
	}

	for r.stored > 0 && r.written < stop {
		// The reservoir is empty. Its bits above the valid bits belong to the bytes that
		// are copied here.
		r.acc = 0

		if r.pos == len(r.part) {
			if !r.nextPart() {
				r.truncated()

				return
			}

			continue
		}

		n := copy(r.window[r.written:min(stop, r.written+r.stored)], r.part[r.pos:])
		r.written += n
		r.stored -= n
		r.pos += n
	}

	if r.stored == 0 {
		r.stage = atBlock
	}
}
