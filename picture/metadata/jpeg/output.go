package jpeg

import (
	"bufio"
	"fmt"
	"io"

	"triptych/picture/metadata/container"
	"triptych/picture/metadata/report"
)

// output receives a JPEG whose gain map is known only at the end. From the first
// segment that describes a gain map on, it holds the file in memory, so that segments can
// be inserted.
type output struct {
	dst    io.Writer
	count  int64             // number of bytes that dst received before
	held   *container.Buffer // nil before the first such segment; it may be dst
	base   int64             // the position in the file where held starts
	anchor int64             // the position of that segment in held
}

func newSanitizer(dst io.Writer, in *container.Input, kinds report.Set) *sanitizer {
	s := &sanitizer{in: in, dst: output{dst: dst}, kinds: kinds}
	s.out = bufio.NewWriterSize(&s.dst, container.BufferBytes)

	return s
}

// Write implements [io.Writer].
func (o *output) Write(p []byte) (int, error) {
	if o.held != nil {
		return o.held.Write(p)
	}

	n, err := o.dst.Write(p)
	o.count += int64(n)

	return n, err
}

// hold starts to hold the file.
func (o *output) hold() {
	held, ok := o.dst.(*container.Buffer)
	if ok {
		o.base = o.count - int64(held.Len())
	} else {
		held, o.base = &container.Buffer{}, o.count
	}

	o.held, o.anchor = held, int64(held.Len())
}

// release writes the held bytes.
func (o *output) release() error {
	if o.held == nil || io.Writer(o.held) == o.dst {
		return nil
	}

	if _, err := o.dst.Write(o.held.Bytes()); err != nil {
		return fmt.Errorf("write the sanitized image: %w", err)
	}

	return nil
}

// claim holds the file as soon as a segment has described a gain map.
func (s *sanitizer) claim() error {
	if s.dst.held != nil || !s.segments.gain.claimed {
		return nil
	}

	if err := container.Flush(s.out); err != nil {
		return err
	}

	s.dst.hold()

	return nil
}

// finish writes all remaining bytes.
func (s *sanitizer) finish() error {
	if err := container.Flush(s.out); err != nil {
		return err
	}

	return s.dst.release()
}
