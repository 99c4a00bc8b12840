package metadata

import (
	"bufio"
	"errors"
	"io"
)

// bufferBytes is the size of the buffers on both sides of [Sanitize].
const bufferBytes = 64 << 10

// input reads a file forward. At the end of the file it returns [errEnd]. It keeps any
// other error of its source separately.
type input struct {
	*bufio.Reader

	source *witness
	// offset counts the bytes read, for messages.
	offset int64
}

// witness keeps the last error of a reader that is not io.EOF.
type witness struct {
	io.Reader

	err error
}

func (w *witness) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}

	return n, err
}

func newInput(src io.Reader) *input {
	source := &witness{Reader: src}

	return &input{Reader: bufio.NewReaderSize(source, bufferBytes), source: source}
}

// failed returns the source's own error.
func (in *input) failed() error { return in.source.err }

// full fills p.
func (in *input) full(p []byte) error {
	n, err := io.ReadFull(in.Reader, p)
	in.offset += int64(n)

	return in.ended(err)
}

// one reads a byte.
func (in *input) one() (byte, error) {
	b, err := in.ReadByte()
	if err == nil {
		in.offset++
	}

	return b, in.ended(err)
}

// copyTo copies exactly n bytes.
func (in *input) copyTo(w io.Writer, n int64) error {
	copied, err := io.CopyN(w, in.Reader, n)
	in.offset += copied

	return in.ended(err)
}

// more reports whether there are further bytes.
func (in *input) more() bool {
	_, err := in.Peek(1)

	return err == nil
}

// ended converts the errors by which a reader reports its end into errEnd.
func (in *input) ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && in.failed() == nil {
		return errEnd
	}

	return err
}
