package metadata

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"triptych/picture/failure"
)

// Sanitize copies a picture from src to dst without its metadata; the package
// comment says what stays. What dst has received is worthless where an error is
// returned. Bytes of src behind the picture's end are not read.
//
// A WebP says at its start how long it is: dst is written forward, and in the end
// its first bytes again where it is an [Output]. Otherwise a WebP is held until
// its end. A JPEG with a gain map is put together in dst where that is a [Buffer], and
// held until its end otherwise. The gain map itself, of at most 32 MiB, is held always.
//
// A JPEG whose scan data just ends gets its end marker: whether pixels are
// missing is for a decoder to say. Any other early end is failure.Truncated.
//
// Faults: Empty, NotAnImage, UnsupportedFormat, Truncated, Corrupt. Errors of src
// and dst themselves are no faults, io.ErrUnexpectedEOF of src among them: that
// is a connection that broke, not a file that is cut.
func Sanitize(dst io.Writer, src io.Reader) (Report, error) {
	in := newInput(src)
	kinds := found{}

	kept, err := sanitize(dst, in, kinds)
	if err != nil {
		return Report{}, sourceFault(in, err)
	}

	report := kinds.report()
	report.Kept = kept

	return report, nil
}

// sanitize returns what it kept beside pixels, of [Kept].
func sanitize(dst io.Writer, in *input, kinds found) ([]string, error) {
	head, err := in.Peek(headBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}

	format, err := identify(head)
	if err != nil {
		return nil, err
	}

	if format == JPEG {
		return newJPEGSanitizer(dst, in, kinds).run()
	}

	return nil, sanitizeFormat(dst, in, format, kinds)
}

func sanitizeFormat(dst io.Writer, in *input, format Format, kinds found) (err error) {
	out := bufio.NewWriterSize(dst, bufferBytes)

	switch format {
	case WebP:
		return sanitizeWebP(dst, in, kinds)
	case PNG:
		err = (&pngSanitizer{in: in, out: out, kinds: kinds}).run()
	case GIF:
		err = (&gifSanitizer{in: in, out: out, kinds: kinds}).run()
	case JPEG, BMP, TIFF, HEIC, AVIF:
		return failure.New(failure.UnsupportedFormat, "%s is not rewritten, but decoded", format)
	}

	if err != nil {
		return err
	}

	return flush(out)
}

// sanitizeWebP lends its own buffer to a dst that cannot go back.
func sanitizeWebP(dst io.Writer, in *input, kinds found) error {
	target, ok := dst.(Output)
	held := &Buffer{}

	if !ok {
		target = held
	}

	out := newRewriter(target)
	if err := (&webpSanitizer{in: in, out: out, kinds: kinds}).run(); err != nil {
		return err
	}

	if err := flush(out.buffer); err != nil || ok {
		return err
	}

	if _, err := dst.Write(held.Bytes()); err != nil {
		return fmt.Errorf("write the sanitized picture: %w", err)
	}

	return nil
}

func flush(out *bufio.Writer) error {
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the sanitized picture: %w", err)
	}

	return nil
}

// sourceFault tells a file that ends too early from a source that failed.
func sourceFault(in *input, err error) error {
	switch {
	case in.failed() != nil:
		return fmt.Errorf("read the picture to sanitize: %w", in.failed())
	case failure.KindOf(err) != "":
		return err
	case errors.Is(err, errEnd):
		return failure.New(failure.Truncated, "the file ends at byte %d", in.offset)
	default:
		return fmt.Errorf("sanitize a picture: %w", err)
	}
}
