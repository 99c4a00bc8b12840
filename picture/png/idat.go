package png

import (
	"errors"
	"fmt"
	"io"

	"triptych/picture/failure"
	"triptych/picture/inflate"
)

// imageData supplies the data of consecutive IDAT chunks as the parts of one zlib stream
// (10.1). The caller has checked before that all of them are complete.
type imageData struct {
	file   []byte
	offset int // of the next chunk

	begin  int   // the offset of the current part
	length int   // of the current part
	before int64 // the bytes in all parts before the current one
}

// Next implements [inflate.Source].
func (d *imageData) Next() ([]byte, bool) {
	here, err := chunkAt(d.file, d.offset)
	if err != nil || here.kind != "IDAT" {
		return nil, false
	}

	d.before += int64(d.length)
	d.begin, d.length, d.offset = here.offset+prefixBytes, len(here.data), here.next()

	return here.data, true
}

// inflated yields the rows of the image from the zlib stream. They are filtered, and each
// one follows the byte that names its filter.
type inflated struct {
	container

	packed *imageData
	stream *inflate.Reader
	row    int // number of rows read, for errors
}

// newInflated opens the zlib stream.
func newInflated(file []byte, found container) *inflated {
	packed := &imageData{file: file, offset: found.firstIDAT, begin: found.firstIDAT}

	return &inflated{container: found, packed: packed, stream: inflate.NewReader(packed)}
}

// next returns the next row, which is valid until the following call. The caller must not
// change it. Only a very long row is read into the given memory, which has its length.
func (r *inflated) next(long []byte) (row []byte, err error) {
	if len(long) <= inflate.MaxNext {
		row, err = r.stream.Next(len(long))
	} else {
		row = long
		_, err = io.ReadFull(r.stream, long)
	}

	if err != nil {
		return nil, r.fault(err)
	}

	r.row++

	return row, nil
}

// close reads the end of the stream, including its checksum. The checksum may be missing
// if the checksums of the chunks are right. The end may be missing, too: data after the
// last pixel is ignored. Bytes after the end of the stream are ignored, as in browsers,
// because some encoders wrote such bytes.
func (r *inflated) close() error {
	more, err := r.stream.Next(1)

	switch {
	case errors.Is(err, io.EOF):
		return nil
	case len(more) != 0 || failure.Is(err, failure.Truncated):
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
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || failure.Is(err, failure.Truncated) {
		if r.cut {
			return truncated(r.packed.offset, len(r.packed.file))
		}

		return r.corrupt("not enough pixel data")
	}

	detail := err.Error()
	if broken, ok := errors.AsType[*failure.Error](err); ok {
		detail = broken.Detail
	}

	return failure.New(failure.Corrupt, "PNG: %s, in row %d, near byte %d", detail, r.row, r.at()).At(int64(r.at()))
}

// corrupt returns the error of a row that breaks a rule.
func (r *inflated) corrupt(detail string, args ...any) error {
	return corrupt(r.at(), "%s, in row %d", fmt.Sprintf(detail, args...), r.row)
}

// at is the file offset of the next byte that inflate reads. If that byte is in an earlier
// part, it is the start of the current part.
func (r *inflated) at() int {
	return r.packed.begin + max(0, int(r.stream.Offset()-r.packed.before))
}
