package tiff

import "errors"

const (
	codeClear   = 256
	codeEnd     = 257
	firstCode   = 258
	leastWidth  = 9
	mostWidth   = 12
	tableLength = 1 << mostWidth
	tableMask   = tableLength - 1
)

// Sizes of the window of [lzw] in bytes.
const (
	// rootBytes is the number of bytes at the start of the window: an unused one, so that
	// the place of a string is not 0, and the strings of the codes below 256.
	rootBytes = 1 + 256

	// historyBytes is the number of bytes that stay in the window when it slides. It is
	// more than a string has.
	historyBytes = 32 << 10

	// longRow is the largest row that is returned in the window.
	longRow = 64 << 10

	// copyBytes is the number of bytes of a string that are copied at a time.
	copyBytes = 16

	// slopBytes is the room after the last byte that is needed. A string may begin before
	// that byte. It has fewer bytes than there are codes.
	slopBytes = tableLength + copyBytes

	windowBytes = rootBytes + historyBytes + longRow + 32<<10 + slopBytes
)

var errCode = errors.New("invalid LZW code")

// lzw undoes LZW (section 13), and the older kind with the lowest bit first, whose codes
// grow by a bit one code later. It reads the same data as libtiff.
//
// A new string of the table is the previous string and the byte that follows it in the
// output. Therefore a string is a part of the output. The table has its place and length,
// and a new string is not copied into the table.
type lzw struct {
	codeReader

	// The window has the roots, and then the output up to written. The caller has taken the
	// bytes up to taken.
	window         [windowBytes]byte
	taken, written uint

	table  [tableLength]text
	suffix [tableLength]byte // the last byte of each lost string
	free   uint              // the next code of the table
	last   text              // the next string of the table; its length is 0 after a clear code
	err    error             // the error after the last byte of the window

	row []byte // one that is longer than the window
}

// text is the string of a code:
//
//	bits 0–31  its place in the window; 0 if the string is lost, or if the code has no string
//	bits 32–47 its length
//	bits 48–63 the code of the string without its last byte
type text uint64

const placeMask = 1<<32 - 1

func newText(at, length, before uint) text { return text(at | length<<32 | before<<48) }

func (t text) at() uint     { return uint(t & placeMask) }
func (t text) length() uint { return uint(t >> 32 & 0xffff) }
func (t text) before() uint { return uint(t >> 48) }

func startLZW(last source, in []byte, reversed bool) *lzw {
	z, ok := last.(*lzw)
	if !ok {
		z = &lzw{}

		for i := range codeClear {
			z.window[1+i] = byte(i)
			z.table[i] = newText(uint(1+i), 1, 0)
		}
	}

	z.codeReader = codeReader{in: in, reversed: reversed}
	z.taken, z.written, z.err = rootBytes, rootBytes, nil
	z.clear()

	// A stream begins with a clear code, which distinguishes the two kinds.
	z.low = len(in) > 1 && !reversed && in[0] == 0 && in[1]&1 == 1

	return z
}

func (z *lzw) clear() { z.width, z.free, z.last = leastWidth, firstCode, 0 }

// most is the number of codes of the largest table.
func (z *lzw) most() uint {
	if z.low {
		return tableLength
	}

	return tableLength - 1 // The width grows one code early.
}

func (z *lzw) next(length int) ([]byte, error) {
	if length > longRow {
		return z.long(length)
	}

	if z.taken+uint(length) > windowBytes-slopBytes {
		z.slide()
	}

	end := z.taken + uint(length)

	for z.written < end && z.err == nil {
		if !z.low && !z.reversed && z.last != 0 {
			z.run(end)
		}

		if z.written < end {
			z.err = z.step()
		}
	}

	if z.written < end {
		return nil, z.err
	}

	row := z.window[z.taken:end:end]
	z.taken = end

	return row, nil
}

// long returns a row that is longer than the window has room for.
func (z *lzw) long(length int) ([]byte, error) {
	z.row = room(z.row, length)

	for filled := 0; filled < length; {
		part, err := z.next(min(longRow, length-filled))
		if err != nil {
			return nil, err
		}

		filled += copy(z.row[filled:], part)
	}

	return z.row, nil
}

// slide moves the history and the bytes that are not taken to the start of the window. The
// strings before them are lost: only their last byte is kept, and the code of the rest.
func (z *lzw) slide() {
	first := max(min(z.taken, z.written-historyBytes), rootBytes)
	moved := first - rootBytes

	for i := uint(firstCode); i < z.free; i++ {
		found := &z.table[i&tableMask]

		switch at := found.at(); {
		case at >= first:
			*found -= text(moved)
		case at > 0:
			z.suffix[i&tableMask] = z.window[at+found.length()-1]
			*found -= text(at)
		}
	}

	copy(z.window[rootBytes:], z.window[first:z.written])

	if z.last != 0 {
		z.last -= text(moved)
	}

	z.taken -= moved
	z.written -= moved
}

// step reads one code of either kind.
func (z *lzw) step() error {
	code := z.code()
	limit := z.most()

	switch {
	case code == codeEnd:
		return errShort
	case code == codeClear:
		z.clear()

		return nil
	case code > z.free, code == z.free && (z.last == 0 || z.free >= limit):
		return errCode
	}

	if z.last != 0 && z.free < limit {
		z.table[z.free&tableMask] = z.last
		z.free++

		if z.free+tableLength-limit >= 1<<z.width && z.width < mostWidth {
			z.width++
		}
	}

	found := z.table[code&tableMask]
	at, length := z.written, found.length()

	if found.at() == 0 {
		z.restore(code)
	} else {
		// A new string overlaps its copy. Byte by byte, this is correct.
		for i := range length {
			z.window[at+i] = z.window[found.at()+i]
		}
	}

	z.last = newText(at, length+1, code)
	z.written += length

	return nil
}

// restore writes a lost string behind the output, and enters this place in the table.
func (z *lzw) restore(code uint) {
	found := &z.table[code&tableMask]
	left := found.length()
	*found += text(z.written)

	for at := text(0); at == 0; {
		left--
		z.window[z.written+left] = z.suffix[code&tableMask]
		code = found.before()
		found = &z.table[code&tableMask]
		at = text(found.at())
	}

	from := found.at()
	copy(z.window[z.written:z.written+left], z.window[from:from+left])
}
