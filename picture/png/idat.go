package png

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zlib"

	"triptych/picture/failure"
)

// imageData reads the data of consecutive IDAT chunks as one stream (10.1). The caller
// has checked before that all of them are complete.
type imageData struct {
	file   []byte
	offset int // of the next chunk
	rest   []byte
}

func (d *imageData) Read(p []byte) (int, error) {
	for len(d.rest) == 0 {
		here, err := chunkAt(d.file, d.offset)
		if err != nil || here.kind != "IDAT" {
			return 0, io.EOF
		}

		d.rest, d.offset = here.data, here.next()
	}

	n := copy(p, d.rest)
	d.rest = d.rest[n:]

	return n, nil
}

// at is the file offset of the next byte to read.
func (d *imageData) at() int {
	if len(d.rest) == 0 {
		return d.offset
	}

	return d.offset - crcBytes - len(d.rest)
}

// inflated yields the rows of the image from the zlib stream. They are filtered, and each
// one follows the byte that names its filter.
type inflated struct {
	container

	packed   *imageData
	buffered *bufio.Reader
	stream   io.ReadCloser
	row      int // number of rows read, for errors
}

// inflate opens the zlib stream.
func inflate(file []byte, found container) (*inflated, error) {
	packed := &imageData{file: file, offset: found.firstIDAT}
	opened := &inflated{container: found, packed: packed, buffered: bufio.NewReader(packed)}

	stream, err := zlib.NewReader(opened.buffered)
	if err != nil {
		return nil, opened.fault(err)
	}

	opened.stream = stream

	return opened, nil
}

// read fills a row, and the byte before it.
func (r *inflated) read(row []byte) error {
	if _, err := io.ReadFull(r.stream, row); err != nil {
		return r.fault(err)
	}

	r.row++

	return nil
}

// close reads the end of the stream, including its checksum. The checksum may be missing
// if the checksums of the chunks are right. The end may be missing, too: data after the
// last pixel is ignored. Bytes after the end of the stream are ignored, as in browsers,
// because some encoders wrote such bytes.
func (r *inflated) close() error {
	var more [1]byte

	n, err := io.ReadFull(r.stream, more[:])

	switch {
	case n == 0 && errors.Is(err, io.EOF):
		return nil
	case n != 0 || errors.Is(err, io.ErrUnexpectedEOF):
		if r.unsealed {
			return r.corrupt("wrong checksum of chunk \"IDAT\"")
		}

		return nil
	default:
		return r.fault(err)
	}
}

// fault converts an error of the zlib stream to a failure.
func (r *inflated) fault(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		if r.cut {
			return truncated(r.packed.offset, len(r.packed.file))
		}

		return r.corrupt("not enough pixel data")
	}

	return failure.Wrap(failure.Corrupt, err, "PNG: %v, in row %d, near byte %d", err, r.row, r.at()).At(int64(r.at()))
}

// corrupt returns the error of a row that breaks a rule.
func (r *inflated) corrupt(detail string, args ...any) error {
	return corrupt(r.at(), "%s, in row %d", fmt.Sprintf(detail, args...), r.row)
}

// at is the file offset of the next byte that inflate reads.
func (r *inflated) at() int { return r.packed.at() - r.buffered.Buffered() }
