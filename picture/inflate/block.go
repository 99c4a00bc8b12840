package inflate

// The types of blocks (3.2.3).
const (
	typeStored = iota
	typeFixed
	typeDynamic
)

// The cost of blocks. A block of a few bits may have no output, so the output alone does
// not limit the work for a stream. Each block costs blockCost. One with dynamic codes costs
// dynamicCost more, because it builds tables. A stream may cost freeCost, and bytePay for
// each byte of its output.
//
// Encoders stay below that. A block with dynamic codes has a header of about 10 bytes or
// more, so an encoder writes one only for more than 7 bytes of output. An encoder that is
// flushed after each byte writes two blocks for each byte.
const (
	blockCost   = 1
	dynamicCost = 15
	freeCost    = 16 << 10
	bytePay     = 2
)

// block reads the header of a block (3.2.3).
func (r *Reader) block() {
	if r.final {
		r.stage = atTrailer

		return
	}

	if r.cost > freeCost+bytePay*(r.slid+int64(r.written)) {
		r.corrupt("too many blocks with little data")

		return
	}

	value, ok := r.take(3)
	if !ok {
		r.truncated()

		return
	}

	r.final = value&1 != 0
	r.cost += blockCost

	switch value >> 1 {
	case typeStored:
		r.startStored()
	case typeFixed:
		r.codes, r.single, r.stage = fixed(), 0, inCodes
	case typeDynamic:
		r.cost += dynamicCost
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
		r.stored, r.stage = int(length), inStored
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
