package gif

import "encoding/binary"

// The code table (appendix F): codes grow to 12 bits. Then the table is fixed until a
// clear code.
const (
	maxCodeBits = 12
	maxCodes    = 1 << maxCodeBits
	// maxPixelBits is the maximum of the first code size, because codes are one bit
	// longer.
	maxPixelBits = maxCodeBits - 1
)

// outcome is the state after reading codes.
type outcome int

const (
	unfinished outcome = iota // more codes are needed
	filled                    // all pixels are decoded
	ended                     // the end code came first
	broken                    // a code that is not in the table
)

// chain is the pixels that a code represents. They are stored in groups of eight: the last ones
// here, and the groups before them with another code.
type chain struct {
	tail   uint64 // the last one to eight pixels, the first one lowest
	before uint16 // the code of the pixels before tail, if there are any
	length uint16
	first  byte
}

const (
	group    = 8 // pixels of a tail
	inGroup  = group - 1
	byteBits = 8
)

// expander turns codes into pixels. Without rows to fill, it only counts them.
type expander struct {
	chains [maxCodes]chain

	clear    int
	next     int // the next code to assign
	previous int // −1 after a clear code
	width    uint
	start    uint // the width after a clear code

	bits  uint64 // not used yet
	count uint   // their number

	left    int  // missing pixels
	over    bool // the last string is longer than the image
	highest int  // the largest pixel

	rows func(pixels []byte) // receives each row; nil if pixels are only counted
	row  int                 // its width
	room []byte
	used int // bytes of room in use
}

// newExpander creates an expander for a number of pixels. The first code size is from 1
// to maxPixelBits.
func newExpander(bits, pixels int) *expander {
	e := &expander{clear: 1 << bits, start: uint(bits) + 1, left: pixels}

	for i := range e.clear {
		e.chains[i] = chain{tail: uint64(i & 0xff), first: byte(i & 0xff), length: 1}
	}

	e.reset()

	return e
}

// fill makes the expander pass on rows of the given number of pixels.
func (e *expander) fill(row int, rows func(pixels []byte)) {
	e.row, e.rows, e.room = row, rows, make([]byte, row+maxCodes+group)
}

func (e *expander) reset() {
	e.next, e.previous, e.width = e.clear+2, -1, e.start // The clear code and the end code.
}

// take reads the data of a sub-block and returns the number of bytes it used.
func (e *expander) take(data []byte) (int, outcome) {
	const (
		word = 8
		most = 63 // bits
	)

	for at := 0; ; {
		if at+word <= len(data) {
			// The bits of a byte that does not fit are loaded again with the byte.
			e.bits |= binary.LittleEndian.Uint64(data[at:]) << (e.count & most)
			loaded := (most - e.count) / byteBits
			at += int(loaded)
			e.count += loaded * byteBits
		} else {
			for ; at < len(data) && e.count <= most-byteBits; at++ {
				e.bits |= uint64(data[at]) << e.count
				e.count += byteBits
			}
		}

		if e.count < e.width {
			return len(data), unfinished
		}

		for e.count >= e.width {
			code := int(e.bits & (1<<(e.width&most) - 1)) //nolint:gosec // At most 12 bits.
			e.bits >>= e.width & most
			e.count -= e.width

			if result := e.code(code); result != unfinished {
				return at - int(e.count/byteBits), result
			}
		}
	}
}

// code processes one code.
func (e *expander) code(code int) outcome {
	const pixels = 256

	switch {
	case code == e.clear+1:
		if e.left == 0 {
			return filled
		}

		return ended
	case e.left == 0:
		return broken
	case code == e.clear:
		e.reset()

		return unfinished
	case code < e.clear && code >= pixels:
		return broken
	case code < e.clear:
		e.highest = max(e.highest, code)
	case e.previous < 0 || code > e.next || code == maxCodes:
		return broken
	}

	if e.previous >= 0 && e.next < maxCodes {
		e.assign(code)
	}

	e.previous = code
	e.emit(code)

	return unfinished
}

// assign assigns a string to the next code: the string of the previous code plus the first
// pixel of code. The argument code may be the next code itself.
func (e *expander) assign(code int) {
	made, from := &e.chains[e.next], &e.chains[e.previous]
	made.first, made.length = from.first, from.length+1
	last := uint64(e.chains[code].first)

	if used := from.length & inGroup; used > 0 {
		made.tail, made.before = from.tail|last<<(used*byteBits), from.before
	} else {
		made.tail, made.before = last, uint16(e.previous) //nolint:gosec // A code.
	}

	e.next++
	if e.next == 1<<e.width && e.width < maxCodeBits {
		e.width++
	}
}

// emit adds the pixels of a code, up to the number that is still missing.
func (e *expander) emit(code int) {
	length := int(e.chains[code].length)
	wanted := min(length, e.left)
	e.left -= wanted
	e.over = wanted < length

	if e.rows == nil {
		return
	}

	// A store of eight pixels may reach behind the last one.
	to := e.room[e.used : e.used+length+inGroup]
	for at := (length - 1) &^ inGroup; ; at -= group {
		c := &e.chains[code]
		binary.LittleEndian.PutUint64(to[at:], c.tail)

		if at == 0 {
			break
		}

		code = int(c.before)
	}

	e.used += wanted
	if e.used < e.row {
		return
	}

	begin := 0
	for ; e.used-begin >= e.row; begin += e.row {
		e.rows(e.room[begin : begin+e.row])
	}

	e.used = copy(e.room, e.room[begin:e.used])
}

// flush passes on the incomplete row at the end.
func (e *expander) flush() {
	if e.rows != nil && e.used > 0 {
		e.rows(e.room[:e.used])
		e.used = 0
	}
}
