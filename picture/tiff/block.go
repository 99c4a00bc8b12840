package tiff

import (
	"bytes"
	"errors"
	"io"
	"math/bits"

	"github.com/klauspost/compress/zlib"

	"triptych/picture/failure"
	"triptych/picture/metadata"
)

// errShort says that a block has not all of its pixels.
var errShort = errors.New("not enough pixel data")

// source decompresses a block.
type source interface {
	// next returns the next length bytes, which hold until the following call and may
	// be changed. Its error is errShort where they are not there.
	next(length int) ([]byte, error)
}

// block is a strip or tile that is being read.
type block struct {
	source

	index          int
	offset, length int64
}

// fault is that of data which cannot be decompressed.
func (b *block) fault(err error) error {
	return failure.Wrap(failure.Corrupt, err, "TIFF: block %d at byte %d: %v", b.index, b.offset, err)
}

// start opens a block, of which so many rows are needed. What an earlier one has
// allocated is used again.
func (r *Reader) start(last *block, index, rows int) (*block, error) {
	if last == nil {
		last = &block{}
	}

	last.index = index
	last.offset, last.length = r.page.Block(r.file, index)

	needed := int64(r.page.RowBytes()) * int64(rows)
	packed := r.file[min(last.offset, int64(len(r.file))):]

	// Compressed data may be longer than pixels, but not without end.
	most := 4*needed + 4096
	if r.page.IsFax() {
		most *= 4 // A code has up to 13 bits, and a Group 3 row may be filled up.
	}

	if last.length > 0 && r.page.Compression != metadata.TIFFPlain {
		most = min(most, last.length)
	}

	packed = packed[:min(int64(len(packed)), most)]

	var err error

	switch r.page.Compression {
	case metadata.TIFFPackBits:
		last.source = &packBits{in: packed, reversed: r.page.Reversed}
	case metadata.TIFFLZW:
		last.source = startLZW(last.source, packed, r.page.Reversed)
	case metadata.TIFFDeflate, metadata.TIFFOldDeflate:
		last.source, err = startDeflate(last.source, packed, r.page.Reversed)
	case metadata.TIFFModifiedHuffman, metadata.TIFFGroup3, metadata.TIFFGroup4:
		last.source = startFax(packed, r.page)
	default:
		last.source = startPlain(last.source, packed, r.page.Reversed)
	}

	if err != nil {
		return nil, last.fault(err)
	}

	return last, nil
}

// plain is a block that is not compressed.
type plain struct {
	in       []byte
	reversed bool
	row      []byte
}

func startPlain(last source, in []byte, reversed bool) *plain {
	p, ok := last.(*plain)
	if !ok {
		p = &plain{}
	}

	p.in, p.reversed = in, reversed

	return p
}

// next returns a part of the file where nothing changes it: prediction is for
// compressed data.
func (p *plain) next(length int) ([]byte, error) {
	if len(p.in) < length {
		return nil, errShort
	}

	row := p.in[:length:length]
	p.in = p.in[length:]

	if p.reversed {
		p.row = room(p.row, length)
		reverse(p.row, row)

		return p.row, nil
	}

	return row, nil
}

// reverse copies bytes with their bits in the other order.
func reverse(into, from []byte) {
	for i, value := range from {
		into[i] = bits.Reverse8(value)
	}
}

// reversedReader reads bytes with their bits in the other order.
type reversedReader struct{ io.Reader }

func (r reversedReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	reverse(p[:n], p[:n])

	return n, err
}

// stream is a block that a reader decompresses.
type stream struct {
	from io.Reader
	row  []byte
}

func (s *stream) next(length int) ([]byte, error) {
	s.row = room(s.row, length)

	_, err := io.ReadFull(s.from, s.row)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errShort
	}

	return s.row, err
}

func startDeflate(last source, in []byte, reversed bool) (source, error) {
	var from io.Reader = bytes.NewReader(in)
	if reversed {
		from = reversedReader{from}
	}

	s, ok := last.(*stream)
	if !ok {
		s = &stream{}
	}

	var err error

	// The checksum behind the last row is not read, as libtiff does not.
	if reader, again := s.from.(zlib.Resetter); again {
		err = reader.Reset(from, nil)
	} else {
		s.from, err = zlib.NewReader(from)
	}

	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		s.from, err = bytes.NewReader(nil), nil // Its first row is missing.
	}

	return s, err
}
