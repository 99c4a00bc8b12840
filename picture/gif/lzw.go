package gif

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

// expander turns codes into pixels. Without rows to fill, it only counts them.
type expander struct {
	prefix, length [maxCodes]uint16
	first, last    [maxCodes]byte // of the pixels that a code represents

	clear    int
	next     int // the next code to assign
	previous int // −1 after a clear code
	width    uint
	start    uint // the width after a clear code

	bits  uint32 // not used yet
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
		e.first[i], e.last[i], e.length[i] = byte(i), byte(i), 1
	}

	e.reset()

	return e
}

// fill makes the expander pass on rows of the given number of pixels.
func (e *expander) fill(row int, rows func(pixels []byte)) {
	e.row, e.rows, e.room = row, rows, make([]byte, row+maxCodes)
}

func (e *expander) reset() {
	e.next, e.previous, e.width = e.clear+2, -1, e.start // The clear code and the end code.
}

// take reads the data of a sub-block and returns the number of bytes it used.
func (e *expander) take(data []byte) (int, outcome) {
	for i, b := range data {
		e.bits |= uint32(b) << e.count
		e.count += 8

		for e.count >= e.width {
			code := int(e.bits & (1<<e.width - 1))
			e.bits >>= e.width
			e.count -= e.width

			if result := e.code(code); result != unfinished {
				return i + 1, result
			}
		}
	}

	return len(data), unfinished
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
	made := e.next
	e.first[made] = e.first[e.previous]
	e.prefix[made] = uint16(e.previous) //nolint:gosec // A code.
	e.length[made] = e.length[e.previous] + 1
	e.last[made] = e.first[code]

	e.next++
	if e.next == 1<<e.width && e.width < maxCodeBits {
		e.width++
	}
}

// emit adds the pixels of a code, up to the number that is still missing.
func (e *expander) emit(code int) {
	length := int(e.length[code])
	wanted := min(length, e.left)
	e.left -= wanted
	e.over = wanted < length

	if e.rows == nil {
		return
	}

	to := e.room[e.used : e.used+length]
	for i := length - 1; i >= 0; i-- {
		to[i] = e.last[code]
		code = int(e.prefix[code])
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
