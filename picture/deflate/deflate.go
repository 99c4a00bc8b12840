// Package deflate compresses the filtered rows of a PNG to a zlib stream (RFC 1950) of
// deflate data (RFC 1951). Section numbers in this package refer to RFC 1951, unless they
// name RFC 1950.
//
// # Differences from compress/zlib
//
// Filtered rows of photos are mostly noise of a few bits. General compressors look for
// matches everywhere, and take matches that need more bits than the literals that they
// replace. A [Writer] knows how many bits the literals of a block need before it looks for
// matches. It takes only those that save bits, and looks less and less often where it finds
// none. For photos the result has about as many bytes as that of compress/zlib at its
// default level, in a fraction of the time. For drawings it has up to a tenth more, because
// it compares only two candidates at each position.
//
// With a larger [Effort] a Writer collects the candidates of all positions, and then chooses
// the matches that together need the fewest bits. Blocks of data join if this saves bits.
//
// The output depends only on the data: not on the processor, and not on how the data is
// divided between calls of Write.
package deflate

import (
	"encoding/binary"
	"hash"
	"hash/adler32"
)

// Sizes in bytes.
const (
	history    = 32 << 10 // the largest distance of a match (3.2.5)
	blockBytes = 65_535   // of data in a block; a stored block cannot have more (3.2.4)

	// slack is the number of bytes after the data that wide loads may read.
	slack = 8

	windowBytes = history + blockBytes
)

// Writer compresses one stream into memory. It is not safe for concurrent use. Its memory,
// in addition to the output, is about 430 KiB.
type Writer struct {
	bitWriter

	sum hash.Hash32

	// The window has the history up to begin, and then the data of the next block up to
	// end. Its first byte is number first of the stream.
	window     [windowBytes + slack]byte
	begin, end int
	first      uint32

	finder   finder
	thorough *thorough // instead of the finder, if it is not nil
	matches  []match
	costs    costs
	codes    codes
}

// NewWriter returns a writer whose stream is appended to out.
func NewWriter(out []byte) *Writer {
	// 32 KiB of history, and no preset dictionary (RFC 1950, 2.2). The second byte makes
	// the header a multiple of 31.
	w := &Writer{bitWriter: bitWriter{out: append(out, 0x78, 0x9c)}, sum: adler32.New()}
	w.costs.reset()

	return w
}

// Effort is how thoroughly a [Writer] looks for matches.
type Effort int

// The efforts.
const (
	Fast   Effort = iota
	Medium        // several times as long
	Most          // for data of up to some 100 KB, and for data that repeats
)

// NewWriterEffort returns a writer that looks for matches with an effort. For other efforts
// than [Fast] it has 1.5 MiB more memory.
func NewWriterEffort(out []byte, effort Effort) *Writer {
	w := NewWriter(out)

	switch effort {
	case Medium:
		w.thorough = &thorough{depth: 8, passes: 2}
	case Most:
		w.thorough = &thorough{depth: 48, passes: 2}
	case Fast:
	}

	return w
}

// Reset makes the writer begin a stream that is appended to out, as a new writer with the
// same effort would. The bytes of a stream do not depend on the streams before it.
func (w *Writer) Reset(out []byte) {
	w.bitWriter = bitWriter{out: append(out, 0x78, 0x9c)}
	w.sum.Reset()
	w.begin, w.end, w.first = 0, 0, 0
	w.matches = w.matches[:0]
	w.codes, w.costs = codes{}, costs{}
	w.costs.reset()

	// The hash of the last bytes includes some bytes after them.
	clear(w.window[:])
	clear(w.finder.heads[:])

	w.finder.ignored = 0

	if t := w.thorough; t != nil {
		// The other positions are reached only through these.
		clear(t.heads[:])
		clear(t.last3[:])

		t.candidates = t.candidates[:0]
		t.pending = pending{}
	}
}

// Write adds data to the stream. It returns no error.
func (w *Writer) Write(data []byte) (int, error) {
	_, _ = w.sum.Write(data) // A hash never returns an error.

	for left := data; len(left) > 0; {
		if w.end-w.begin == blockBytes {
			w.block(false)
			w.slide()
		}

		n := copy(w.window[w.end:w.begin+blockBytes], left)
		w.end += n
		left = left[n:]
	}

	return len(data), nil
}

// Close ends the stream, and returns it after the bytes that were passed to [NewWriter].
func (w *Writer) Close() []byte {
	w.block(true)
	w.align()

	return binary.BigEndian.AppendUint32(w.out, w.sum.Sum32())
}

// slide moves the history to the start of the window.
func (w *Writer) slide() {
	from := max(0, w.end-history)

	copy(w.window[:], w.window[from:w.end])

	w.first += uint32(from)
	w.end -= from
	w.begin = w.end
}

// block writes the data of the window as the next block, in the shortest of the three
// forms (3.2.3).
func (w *Writer) block(final bool) {
	data := w.window[w.begin:w.end]
	clear(w.window[w.end : w.end+slack])

	if w.thorough != nil {
		w.merge(data, final)

		return
	}

	w.costs.literals(data)
	w.matches = w.finder.find(&w.window, w.begin, w.end, w.first, &w.costs, w.matches[:0])
	w.codes.count(data, w.matches)
	w.codes.build()
	w.costs.learn(&w.codes)

	if stored := w.storedBits(len(data)); stored < w.codes.least() {
		w.stored(final, data)
	} else {
		w.symbols(data, w.matches, true, &w.codes, final)
	}
}

// symbols writes a block with the fixed codes, or with codes that were built for it; see
// [Writer.compressed].
func (w *Writer) symbols(data []byte, matches []match, whole bool, built *codes, final bool) {
	dynamic, fixed := built.dynamicBits(), built.fixedBits()

	if fixed <= dynamic {
		w.write(header(typeFixed, final), headerBits)
		w.compressed(data, matches, whole, &fixedLiterals, &fixedDistances, fixed)

		return
	}

	w.write(header(typeDynamic, final), headerBits)
	built.writeHeader(&w.bitWriter)
	w.compressed(data, matches, whole, &built.literals, &built.distances, dynamic)
}

// The types of blocks (3.2.3).
const (
	typeStored = iota
	typeFixed
	typeDynamic
)

const headerBits = 3 // of a block

// header returns the header of a block.
func header(kind uint64, final bool) uint64 {
	if final {
		return kind<<1 | 1
	}

	return kind << 1
}

// storedBits is the number of bits of a stored block (3.2.4).
func (w *Writer) storedBits(length int) int {
	const lengths = 32

	padding := -(w.n + headerBits) & 7

	return headerBits + int(padding) + lengths + 8*length
}

// stored writes a block without compression (3.2.4).
func (w *Writer) stored(final bool, data []byte) {
	w.write(header(typeStored, final), headerBits)
	w.align()

	w.out = binary.LittleEndian.AppendUint16(w.out, uint16(len(data)))
	w.out = binary.LittleEndian.AppendUint16(w.out, ^uint16(len(data)))
	w.out = append(w.out, data...)
}
