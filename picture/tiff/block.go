package tiff

import (
	"errors"
	"io"
	"math/bits"

	"triptych/picture/failure"
	"triptych/picture/inflate"
	meta "triptych/picture/metadata/tiff"
)

// errShort says that a block does not have all of its pixels.
var errShort = errors.New("not enough pixel data")

// source decompresses a block.
type source interface {
	// next returns the next length bytes. The caller must not change them. They are valid
	// until the following call. The error is errShort if the data ends first.
	next(length int) ([]byte, error)
}

// block is a strip or tile that is being read.
type block struct {
	source

	index          int
	offset, length int64
}

// fault returns the error for data that cannot be decompressed.
func (b *block) fault(err error) error {
	return failure.Wrap(failure.Corrupt, err, "TIFF: block %d at byte %d: %v", b.index, b.offset, err).At(b.offset)
}

// start opens a block, of which the given number of rows is needed. It reuses the memory
// of an earlier block.
func (r *Reader) start(last *block, index, rows int) *block {
	if last == nil {
		last = &block{}
	}

	last.index = index
	last.offset, last.length = r.page.Block(r.file, index)

	needed := int64(r.page.RowBytes()) * int64(rows)
	packed := r.file[min(last.offset, int64(len(r.file))):]

	// Compressed data may be longer than the pixels, but is limited.
	most := 4*needed + 4096
	if r.page.IsFax() {
		most *= 4 // A code has up to 13 bits, and a Group 3 row may have fill bits.
	}

	if last.length > 0 && r.page.Compression != meta.Plain {
		most = min(most, last.length)
	}

	packed = packed[:min(int64(len(packed)), most)]

	switch r.page.Compression {
	case meta.PackBits:
		last.source = &packBits{in: packed, reversed: r.page.Reversed}
	case meta.LZW:
		last.source = startLZW(last.source, packed, r.page.Reversed)
	case meta.Deflate, meta.OldDeflate:
		last.source = startDeflate(last.source, packed, r.page.Reversed)
	case meta.ModifiedHuffman, meta.Group3, meta.Group4:
		last.source = startFax(packed, r.page)
	default:
		last.source = startPlain(last.source, packed, r.page.Reversed)
	}

	return last
}

// plain reads an uncompressed block.
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

// next returns a part of the file.
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

// reverse copies bytes and reverses the order of their bits.
func reverse(into, from []byte) {
	for i, value := range from {
		into[i] = bits.Reverse8(value)
	}
}

// deflated reads a block of a zlib stream.
type deflated struct {
	stream *inflate.Reader
	row    []byte
}

func startDeflate(last source, in []byte, reversed bool) *deflated {
	d, ok := last.(*deflated)
	if !ok {
		d = &deflated{stream: inflate.NewReader(inflate.Parts())}
	}

	if reversed {
		d.stream.Reset(&reversedParts{in: in})
	} else {
		d.stream.Reset(inflate.Parts(in))
	}

	return d
}

// next reads a row. Like libtiff, it does not check the checksum after the last row.
func (d *deflated) next(length int) (row []byte, err error) {
	if length <= inflate.MaxNext {
		row, err = d.stream.Next(length)
	} else {
		d.row = room(d.row, length)
		row = d.row
		_, err = io.ReadFull(d.stream, row)
	}

	switch {
	case err == nil:
		return row, nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), failure.Is(err, failure.Truncated):
		return nil, errShort
	}

	if broken, ok := errors.AsType[*failure.Error](err); ok {
		return nil, errors.New(broken.Detail)
	}

	return nil, err
}

// reversedParts supplies bytes with the order of their bits reversed.
type reversedParts struct {
	in   []byte
	part [4096]byte
}

// Next implements [inflate.Source].
func (r *reversedParts) Next() ([]byte, bool) {
	if len(r.in) == 0 {
		return nil, false
	}

	part := r.part[:min(len(r.part), len(r.in))]
	reverse(part, r.in[:len(part)])
	r.in = r.in[len(part):]

	return part, true
}
