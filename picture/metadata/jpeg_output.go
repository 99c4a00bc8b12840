package metadata

import (
	"bufio"
	"fmt"
	"io"
)

// jpegOutput receives a JPEG whose gain map is known only at the end. From the first
// segment that describes a gain map on, it holds the file in memory, so that segments can
// be inserted.
type jpegOutput struct {
	dst    io.Writer
	count  int64   // number of bytes that dst received before
	held   *Buffer // nil until such a segment comes; it may be dst
	base   int64   // the position in the file where held starts
	anchor int64   // the position of that segment in held
}

func newJPEGSanitizer(dst io.Writer, in *input, kinds found) *jpegSanitizer {
	s := &jpegSanitizer{in: in, dst: jpegOutput{dst: dst}, kinds: kinds}
	s.out = bufio.NewWriterSize(&s.dst, bufferBytes)

	return s
}

// Write implements [io.Writer].
func (o *jpegOutput) Write(p []byte) (int, error) {
	if o.held != nil {
		return o.held.Write(p)
	}

	n, err := o.dst.Write(p)
	o.count += int64(n)

	return n, err
}

// hold starts to hold the file.
func (o *jpegOutput) hold() {
	held, ok := o.dst.(*Buffer)
	if ok {
		o.base = o.count - int64(held.Len())
	} else {
		held, o.base = &Buffer{}, o.count
	}

	o.held, o.anchor = held, int64(held.Len())
}

// release writes the held bytes.
func (o *jpegOutput) release() error {
	if o.held == nil || io.Writer(o.held) == o.dst {
		return nil
	}

	if _, err := o.dst.Write(o.held.Bytes()); err != nil {
		return fmt.Errorf("write the sanitized image: %w", err)
	}

	return nil
}

// claim holds the file as soon as a segment has described a gain map.
func (s *jpegSanitizer) claim() error {
	if s.dst.held != nil || !s.segments.gain.claimed {
		return nil
	}

	if err := flush(s.out); err != nil {
		return err
	}

	s.dst.hold()

	return nil
}

// finish writes all remaining bytes.
func (s *jpegSanitizer) finish() error {
	if err := flush(s.out); err != nil {
		return err
	}

	return s.dst.release()
}
