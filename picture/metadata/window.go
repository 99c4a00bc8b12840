package metadata

import (
	"errors"
	"fmt"
	"io"
)

// errEnd reports that the file ends before the requested byte.
var errEnd = errors.New("the file ends")

const (
	firstWindow = 64 << 10 // contains the header of nearly every photo
	lastWindow  = 1 << 20
)

// window reads a file in few pieces of growing size, because in a remote store every read
// is a request.
type window struct {
	source io.ReaderAt
	size   int64
	start  int64
	data   []byte
	next   int // the size of the next read
}

func newWindow(source io.ReaderAt, size int64) *window {
	return &window{source: source, size: size, next: firstWindow}
}

// at returns the n bytes at an offset. They are valid until the next call. at allocates n
// bytes, so callers must limit n: a segment to its 64 KiB, a profile to maxProfile.
func (w *window) at(offset int64, n int) ([]byte, error) {
	if offset+int64(n) > w.size {
		return nil, errEnd
	}

	if offset < w.start || offset+int64(n) > w.start+int64(len(w.data)) {
		if err := w.read(offset, n); err != nil {
			return nil, err
		}
	}

	from := offset - w.start

	return w.data[from : from+int64(n)], nil
}

func (w *window) read(offset int64, n int) error {
	length := int(min(int64(max(n, w.next)), w.size-offset))
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
		return errEnd
	default:
		w.data = w.data[:0]

		return fmt.Errorf("read %d bytes at %d: %w", length, offset, err)
	}
}

// ReadAt implements [io.ReaderAt], for format readers in packages of their own.
func (w *window) ReadAt(p []byte, offset int64) (int, error) {
	data, err := w.at(offset, len(p))
	if errors.Is(err, errEnd) {
		return 0, io.EOF
	}

	return copy(p, data), err
}
