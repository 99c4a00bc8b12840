// Package container reads and writes files for the packages of the formats: a [Window]
// on a file in a remote store, an [Input] that is read forward, and a [Rewriter] whose
// header is written last.
package container

import (
	"errors"
	"fmt"
	"io"
)

// ErrEnd reports that the file ends before the requested byte.
var ErrEnd = errors.New("the file ends")

const (
	firstWindow = 64 << 10 // contains the header of nearly every photo
	lastWindow  = 1 << 20
)

// Window reads a file in few pieces of growing size, because in a remote store every read
// is a request.
type Window struct {
	// Size is the length of the file in bytes.
	Size int64

	source io.ReaderAt
	start  int64
	data   []byte
	next   int // the size of the next read
}

// NewWindow returns a window on a file of size bytes.
func NewWindow(source io.ReaderAt, size int64) *Window {
	return &Window{source: source, Size: size, next: firstWindow}
}

// At returns the n bytes at an offset. They are valid until the next call. At allocates n
// bytes, so callers must limit n: a segment to its 64 KiB, a profile to MaxProfileBytes.
func (w *Window) At(offset int64, n int) ([]byte, error) {
	if offset+int64(n) > w.Size {
		return nil, ErrEnd
	}

	if offset < w.start || offset+int64(n) > w.start+int64(len(w.data)) {
		if err := w.read(offset, n); err != nil {
			return nil, err
		}
	}

	from := offset - w.start

	return w.data[from : from+int64(n)], nil
}

func (w *Window) read(offset int64, n int) error {
	length := int(min(int64(max(n, w.next)), w.Size-offset))
	w.next = min(2*w.next, lastWindow)

	if cap(w.data) < length {
		w.data = make([]byte, length)
	}

	w.data, w.start = w.data[:length], offset

	// A ReaderAt may return io.EOF together with the last bytes.
	switch got, err := w.source.ReadAt(w.data, offset); {
	case got == length:
		return nil
	case errors.Is(err, io.EOF):
		return ErrEnd
	default:
		w.data = w.data[:0]

		return fmt.Errorf("read %d bytes at %d: %w", length, offset, err)
	}
}

// ReadAt implements [io.ReaderAt], for format readers in packages of their own.
func (w *Window) ReadAt(p []byte, offset int64) (int, error) {
	data, err := w.At(offset, len(p))
	if errors.Is(err, ErrEnd) {
		return 0, io.EOF
	}

	return copy(p, data), err
}
