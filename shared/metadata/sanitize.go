package metadata

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"triptych/shared/faults"
)

// Sanitize copies a picture from src to dst without its metadata; the package
// comment says what stays. What dst has received is worthless where an error is
// returned. Bytes of src behind the picture's end are not read.
//
// A JPEG whose scan data just ends gets its end marker: whether pixels are
// missing is for a decoder to say. Any other early end is faults.Truncated.
//
// Faults: Empty, NotAnImage, UnsupportedFormat, Truncated, Corrupt. Errors of src
// and dst themselves are no faults, io.ErrUnexpectedEOF of src among them: that
// is a connection that broke, not a file that is cut.
func Sanitize(dst io.Writer, src io.Reader) (Report, error) {
	in := newInput(src)
	out := bufio.NewWriterSize(dst, bufferBytes)
	kinds := found{}

	if err := sanitize(out, in, kinds); err != nil {
		return Report{}, sourceFault(in, err)
	}

	if err := out.Flush(); err != nil {
		return Report{}, fmt.Errorf("write the sanitized picture: %w", err)
	}

	return kinds.report(), nil
}

func sanitize(out *bufio.Writer, in *input, kinds found) error {
	head, err := in.Peek(headBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return err //nolint:wrapcheck // sourceFault wraps it.
	}

	format, err := identify(head)
	if err != nil {
		return err
	}

	if format == PNG {
		return (&pngSanitizer{in: in, out: out, kinds: kinds}).run()
	}

	return (&jpegSanitizer{in: in, out: out, kinds: kinds}).run()
}

// sourceFault tells a file that ends too early from a source that failed.
func sourceFault(in *input, err error) error {
	switch {
	case in.failed() != nil:
		return fmt.Errorf("read the picture to sanitize: %w", in.failed())
	case faults.CodeOf(err) != "":
		return err
	case errors.Is(err, errEnd):
		return faults.New(faults.Truncated, "the file ends at byte %d", in.offset)
	default:
		return fmt.Errorf("sanitize a picture: %w", err)
	}
}
