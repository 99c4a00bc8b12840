package container

import (
	"bufio"
	"errors"
	"io"
)

// BufferBytes is the size of the buffers on both sides of metadata.Sanitize.
const BufferBytes = 64 << 10

// Input reads a file forward. At the end of the file it returns [ErrEnd]. It keeps any
// other error of its source separately.
type Input struct {
	*bufio.Reader

	source *witness
	// Offset counts the bytes read, for messages.
	Offset int64
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

// NewInput returns an input that reads from src.
func NewInput(src io.Reader) *Input {
	source := &witness{Reader: src}

	return &Input{Reader: bufio.NewReaderSize(source, BufferBytes), source: source}
}

// Failed returns the source's own error.
func (in *Input) Failed() error { return in.source.err }

// Fill fills p.
func (in *Input) Fill(p []byte) error {
	n, err := io.ReadFull(in.Reader, p)
	in.Offset += int64(n)

	return in.End(err)
}

// Byte reads a byte.
func (in *Input) Byte() (byte, error) {
	b, err := in.ReadByte()
	if err == nil {
		in.Offset++
	}

	return b, in.End(err)
}

// CopyTo copies exactly n bytes.
func (in *Input) CopyTo(w io.Writer, n int64) error {
	copied, err := io.CopyN(w, in.Reader, n)
	in.Offset += copied

	return in.End(err)
}

// More reports whether there are further bytes.
func (in *Input) More() bool {
	_, err := in.Peek(1)

	return err == nil
}

// End converts the errors by which a reader reports its end into ErrEnd.
func (in *Input) End(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && in.Failed() == nil {
		return ErrEnd
	}

	return err
}
