// Package inflate decompresses zlib streams (RFC 1950) of deflate data (RFC 1951) whose
// compressed bytes are in memory, and whose output is used in rows. Such streams are in
// PNG and TIFF files. Section numbers in this package refer to RFC 1951, unless they name
// RFC 1950.
//
// # Differences from compress/zlib
//
// The package accepts and rejects the same streams as compress/zlib, with two exceptions.
// It rejects each stream that asks for a preset dictionary. It also rejects a stream with
// thousands of blocks that have no data or only a few bytes, because their codes can take
// seconds and encoders do not write them. The output before an error is also the same,
// with two exceptions: a few bytes at the end of a truncated stream, and blocks without a
// code for their end, which this package rejects before their first byte.
//
// A [Reader] is faster for this purpose than a general decompressor for three reasons. The
// input is a slice, so the decoder loads eight bytes at a time. One look-up decodes two
// literals if their codes are short. And [Reader.Next] returns a part of the window, so
// the caller reads a row where it was decompressed.
//
// # Memory
//
// A Reader allocates its window and its tables once, about 145 KiB. Nothing in a stream
// changes this. The output has at most 1,032 times the length of the input (3.2.5: 258
// bytes in two bits).
package inflate

import "io"

// Sizes in bytes.
const (
	// MaxNext is the largest number of bytes that [Reader.Next] returns.
	MaxNext = 64 << 10

	// history is the largest distance of a match (3.2.5).
	history = 32 << 10

	// ahead is the number of bytes that are decompressed at a time, if the caller needs
	// fewer. The checksum is calculated over such a number of bytes while they are still
	// in the cache.
	ahead = 16 << 10

	// slop is the room after the last requested byte. A match may begin before that byte
	// and has at most 258 bytes; wide stores write up to 16 bytes more.
	slop = maxMatch + 30

	// windowBytes is the history, the rows that the caller sees, and room to decompress
	// further before the history has to move to the start of the window.
	windowBytes = history + MaxNext + 32<<10 + slop
)

// Source supplies the compressed bytes in parts, in order.
type Source interface {
	// Next returns the next part. A part may be empty. ok is false after the last part.
	// The reader keeps a part until the following call.
	Next() (part []byte, ok bool)
}

// Parts returns a source of the given parts.
func Parts(parts ...[]byte) Source { return &list{parts} }

// list is a source whose parts are all known.
type list struct{ left [][]byte }

func (l *list) Next() ([]byte, bool) {
	if len(l.left) == 0 {
		return nil, false
	}

	part := l.left[0]
	l.left = l.left[1:]

	return part, true
}

// stage is the part of the stream that follows next.
type stage uint8

const (
	atHeader  stage = iota // of the zlib stream (RFC 1950, 2.2)
	atBlock                // the header of a block (3.2.3)
	inStored               // the bytes of a stored block (3.2.4)
	inCodes                // the symbols of a compressed block (3.2.5)
	atTrailer              // the checksum (RFC 1950, 2.2)
	atEnd                  // after the stream, or after an error
)

// Reader decompresses one zlib stream. It is not safe for concurrent use.
type Reader struct {
	input

	stage  stage
	final  bool  // the current block is the last one (BFINAL, 3.2.3)
	stored int   // the bytes that are left of a stored block
	cost   int64 // of all blocks until now
	err    error // the error after the last byte of the window; io.EOF at the end

	// The window has decompressed bytes up to written. The caller has taken those up to
	// taken. The checksum includes those up to summed. The first byte of the window follows
	// slid bytes.
	window                 [windowBytes]byte
	written, taken, summed int
	slid                   int64
	checksum               adler

	codes  *tables // of the current block
	single int     // the bytes to decode before pairs of literals are built; 0 if they are
	own    tables  // for blocks with dynamic codes
}

// NewReader returns a reader of the stream that begins with the first byte of a source.
func NewReader(source Source) *Reader {
	r := new(Reader)
	r.Reset(source)

	return r
}

// Reset starts a new stream. It reuses the memory of the reader.
func (r *Reader) Reset(source Source) {
	r.input = input{source: source}
	r.stage, r.final, r.stored, r.cost, r.err = atHeader, false, 0, 0, nil
	r.written, r.taken, r.summed, r.slid = 0, 0, 0, 0
	r.checksum = adler{a: 1}
}

// Next returns the next n bytes; n is at most [MaxNext]. They are valid until the
// following call of a method. The caller must not change them, because later bytes may be
// copies of them.
//
// If the stream has fewer bytes, Next returns these bytes and an error. The error is
// [io.EOF] at the end of a complete stream. It is a failure.Truncated if the source ends
// first, and a failure.Corrupt otherwise. The offset of both is the number of compressed
// bytes that were used, in all parts together. After an error, each call returns no bytes
// and the same error.
//
// The reader decompresses more than the caller asks for. Errors and the checksum at the
// end of the stream have no effect before the caller asks for a byte after them.
func (r *Reader) Next(n int) ([]byte, error) {
	if n > MaxNext {
		return nil, io.ErrShortBuffer
	}

	if r.written-r.taken < n && r.err == nil {
		r.fill(n)
	}

	next := r.window[r.taken:min(r.taken+n, r.written)]
	r.taken += len(next)

	if len(next) < n {
		return next, r.err
	}

	return next, nil
}

// Read implements [io.Reader], with the errors of [Reader.Next].
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}

	if r.written == r.taken && r.err == nil {
		r.fill(1)
	}

	n := copy(p, r.window[r.taken:r.written])
	r.taken += n

	if n == 0 {
		return 0, r.err
	}

	return n, nil
}

// Offset is the number of compressed bytes that the reader has used, in all parts
// together. It is usually ahead of the bytes that the caller has taken.
func (r *Reader) Offset() int64 { return r.offset() }

// fill decompresses until the caller can take n bytes, or until the stream ends.
func (r *Reader) fill(n int) {
	n = max(n, ahead)

	if r.taken+n > windowBytes-slop {
		r.slide()
	}

	r.decompress(r.taken + n)
	r.sum()
}

// slide moves the bytes that are still needed to the start of the window: those that the
// caller has not taken, and the history. There are more than [history] bytes, because the
// window is full. Therefore, before and after, a distance is valid if it is not larger
// than written.
func (r *Reader) slide() {
	first := min(r.taken, r.written-history)

	copy(r.window[:], r.window[first:r.written])

	r.written -= first
	r.taken -= first
	r.summed -= first
	r.slid += int64(first)
}

// sum includes the new bytes of the window in the checksum.
func (r *Reader) sum() {
	r.checksum.add(r.window[r.summed:r.written])
	r.summed = r.written
}

// decompress decompresses until the window has stop bytes or more.
func (r *Reader) decompress(stop int) {
	for r.written < stop {
		switch r.stage {
		case atHeader:
			r.header()
		case atBlock:
			r.block()
		case inStored:
			r.copyStored(stop)
		case inCodes:
			r.symbols(stop)
		case atTrailer:
			r.trailer()
		case atEnd:
			return
		}
	}
}

// header reads the two bytes before the first block (RFC 1950, 2.2).
func (r *Reader) header() {
	const (
		deflate, mostWindow = 8, 7
		dictionary          = 1 << 5
		headerBits          = 16
	)

	value, ok := r.take(headerBits)
	method, flags := value&0xff, value>>8

	switch {
	case !ok:
		r.truncated()
	case method&0xf != deflate || method>>4 > mostWindow || (method<<8|flags)%31 != 0:
		r.corrupt("invalid header")
	case flags&dictionary != 0:
		r.corrupt("preset dictionary")
	default:
		r.stage = atBlock
	}
}

// trailer compares the checksum with the four bytes after the last block (RFC 1950, 2.2).
func (r *Reader) trailer() {
	r.align()
	r.sum()

	var stored uint32

	for range 4 {
		value, ok := r.take(8)
		if !ok {
			r.truncated()

			return
		}

		stored = stored<<8 | uint32(value)
	}

	if stored != r.checksum.value() {
		r.corrupt("invalid checksum")

		return
	}

	r.stage, r.err = atEnd, io.EOF
}
