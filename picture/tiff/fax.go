package tiff

import (
	"math/bits"

	meta "triptych/picture/metadata/tiff"
)

// fax decodes black and white rows of ITU-T T.4 (Group 3, with one or two dimensions;
// TIFF's compressions 2 and 3) and T.6 (Group 4).
//
// It tolerates the same defects as libtiff. A row of Group 3 begins after the next
// end-of-line code, at any position. A run that is too long ends at the end of its row.
// After an invalid code, the rest of the row is white.
type fax struct {
	in       []byte
	at       int // bits read
	reversed bool

	width         int
	endOfLines    bool // before each row, in Group 3
	aligned       bool // each row begins at a byte
	one, two      bool // rows of one dimension, of two; if both are set, a bit selects
	last, changes []int
	row           []byte
	codes         *faxTables
}

const white = 0 // black is 1

// mostChanges limits the color changes in a row, and so the memory for them. If a row has
// more, its rest is white.
const mostChanges = 1 << 20

// startFax begins a block. White is 0, as in libtiff. The photometric interpretation
// defines its meaning.
func startFax(in []byte, page *meta.Page) source {
	const twoDimensions = 1 // of T4Options (TIFF 6.0, section 11)

	made := &fax{in: in, reversed: page.Reversed, width: page.BlockWidth, codes: faxCodes()}

	switch page.Compression {
	case meta.ModifiedHuffman:
		made.one, made.aligned = true, true
	case meta.Group3:
		made.one, made.two, made.endOfLines = true, page.Fax&twoDimensions != 0, true
	default:
		made.two = true
	}

	return made
}

// next decodes a row.
func (f *fax) next(length int) ([]byte, error) {
	f.last, f.changes = f.changes, f.last[:0]

	if f.aligned {
		f.at = (f.at + 7) &^ 7 // Bits of a byte.
	}

	if f.endOfLines && !f.findEndOfLine() || f.at >= 8*len(f.in) {
		return nil, errShort
	}

	if two := f.two && (!f.one || f.take(1) == 0); two {
		f.twoDimensions()
	} else {
		f.oneDimension()
	}

	f.row = room(f.row, length)
	clear(f.row)

	for i := 0; i < len(f.changes); i += 2 {
		end := f.width
		if i+1 < len(f.changes) {
			end = f.changes[i+1]
		}

		blacken(f.row, f.changes[i], end)
	}

	return f.row, nil
}

// findEndOfLine moves after the next end-of-line code: 11 zeros or more, and a one.
func (f *fax) findEndOfLine() bool {
	const zeros = 11

	for run := 0; f.at < 8*len(f.in); {
		switch {
		case f.take(1) == 0:
			run++
		case run >= zeros:
			return true
		default:
			run = 0
		}
	}

	return false
}

// oneDimension reads the runs of a row, white first (T.4, 4.1).
func (f *fax) oneDimension() {
	for at, color := 0, white; at < f.width; color = 1 - color {
		run, ok := f.run(color)
		at = min(at+run, f.width)
		f.changes = append(f.changes, at)

		if !ok || len(f.changes) > mostChanges {
			f.endWhite()

			return
		}
	}
}

// twoDimensions reads a row that is coded relative to the previous row (T.4, 4.2; T.6).
func (f *fax) twoDimensions() {
	next := 0 // in last

	for at, color := -1, white; at < f.width; {
		// The next change beyond this position, to the other color: b1.
		for next > 0 && f.changeOfLast(next-1) > at {
			next--
		}

		for next%2 != color || next < len(f.last) && f.changeOfLast(next) <= at {
			next++
		}

		ahead := f.peek(longestMode)
		mode := f.codes.modes[ahead]
		f.at += int(mode.bits)

		switch {
		case mode.bits == 0 || len(f.changes) > mostChanges:
			f.endWhite()
			f.skip(ahead)

			return
		case mode.value == pass:
			at = f.changeOfLast(next + 1)
		case mode.value == horizontal:
			for _, each := range []int{color, 1 - color} {
				run, ok := f.run(each)
				at = min(max(at, 0)+run, f.width)
				f.changes = append(f.changes, at)

				if !ok {
					f.endWhite()

					return
				}
			}
		default:
			at = min(max(f.changeOfLast(next)+int(mode.value), at, 0), f.width)
			f.changes = append(f.changes, at)
			color = 1 - color
		}
	}
}

// skip moves after bits that are not a mode, like libtiff: an extension (T.4, 4.2.1.3.2),
// which no encoder writes, has the length of a mode; zeros begin the end of Group 4.
func (f *fax) skip(ahead uint32) {
	switch {
	case f.endOfLines:
	case ahead == 1:
		f.at += longestMode - 1
	case ahead == 0:
		f.at = 8 * len(f.in) // Bits of a byte.
	}
}

// changeOfLast returns a color change of the previous row. After the last change it
// returns the end of the row.
func (f *fax) changeOfLast(i int) int {
	if i < len(f.last) {
		return f.last[i]
	}

	return f.width
}

// endWhite ends a row whose data cannot be read. The rest of the row is white. A black
// run that has begun is not shown.
func (f *fax) endWhite() {
	if len(f.changes)%2 != 0 {
		f.changes = f.changes[:len(f.changes)-1]
	}

	if !f.endOfLines { // Otherwise the next row is found by its end-of-line code.
		f.at++ // This prevents an endless loop over unreadable bits.
	}
}

// run reads a run length: codes for multiples of 64, then one for less than 64.
func (f *fax) run(color int) (length int, ok bool) {
	for {
		found := f.codes.runs[color][f.peek(longestCode)]
		if found.bits == 0 {
			return length, false
		}

		f.at += int(found.bits)
		length = min(length+int(found.value), f.width)

		if found.value < firstMakeup {
			return length, true
		}
	}
}

func (f *fax) take(count int) uint32 {
	value := f.peek(count)
	f.at += count

	return value
}

// peek returns the next bits, at most 16. After the end it returns zeros.
func (f *fax) peek(count int) uint32 {
	const window = 24

	var value uint32

	for i := range window / 8 {
		next := byte(0)
		if at := f.at/8 + i; at < len(f.in) {
			next = f.in[at]
		}

		if f.reversed {
			next = bits.Reverse8(next)
		}

		value = value<<8 | uint32(next)
	}

	return value >> (window - count - f.at%8) & (1<<count - 1)
}

// blacken sets the bits of a row from one position to before another.
func blacken(row []byte, from, to int) {
	for ; from < to && from%8 != 0; from++ {
		row[from/8] |= 0x80 >> (from % 8)
	}

	for ; from+8 <= to; from += 8 {
		row[from/8] = 0xff
	}

	for ; from < to; from++ {
		row[from/8] |= 0x80 >> (from % 8)
	}
}
