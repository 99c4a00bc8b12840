package metadata

import (
	"bufio"
	"fmt"
	"io"
)

// jpegOutput is where a JPEG goes whose gain map is only known in the end: from the
// first segment that speaks of one, the file is held where more can be put in.
type jpegOutput struct {
	dst    io.Writer
	count  int64   // what dst received before
	held   *Buffer // nil until such a segment comes; it may be dst
	base   int64   // where in the file held begins
	anchor int64   // where in held that segment was
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

// hold begins to hold the file.
func (o *jpegOutput) hold() {
	held, ok := o.dst.(*Buffer)
	if ok {
		o.base = o.count - int64(held.Len())
	} else {
		held, o.base = &Buffer{}, o.count
	}

	o.held, o.anchor = held, int64(held.Len())
}

// release writes what was held.
func (o *jpegOutput) release() error {
	if o.held == nil || io.Writer(o.held) == o.dst {
		return nil
	}

	if _, err := o.dst.Write(o.held.Bytes()); err != nil {
		return fmt.Errorf("write the sanitized picture: %w", err)
	}

	return nil
}

// claim holds the file once a segment has spoken of a gain map.
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

// finish writes all that is left.
func (s *jpegSanitizer) finish() error {
	if err := flush(s.out); err != nil {
		return err
	}

	return s.dst.release()
}
