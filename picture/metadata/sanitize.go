package metadata

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"triptych/picture/failure"
)

// Sanitize copies an image from src to dst without its metadata. The package comment
// lists what is kept. If Sanitize returns an error, the data in dst is unusable. Bytes of
// src after the end of the image are not read.
//
// A WebP has its length at its start. If dst is an [Output], Sanitize writes forward and
// overwrites the first bytes at the end. Otherwise it holds a WebP in memory until its
// end. A JPEG with a gain map is assembled in dst if that is a [Buffer], and otherwise
// held in memory until its end. The gain map itself, of at most 32 MiB, is always held in
// memory.
//
// If the scan data of a JPEG ends without an end marker, Sanitize writes one. The decoder
// decides whether pixels are missing. Any other early end is failure.Truncated.
//
// Rejections: Empty, NotAnImage, UnsupportedFormat, Truncated, Corrupt. Errors of src and
// dst themselves are not rejections. This includes io.ErrUnexpectedEOF of src, which
// means a broken connection, not a cut file.
func Sanitize(dst io.Writer, src io.Reader) (Report, error) {
	in := newInput(src)
	kinds := found{}

	kept, err := sanitize(dst, in, kinds)
	if err != nil {
		return Report{}, sourceError(in, err)
	}

	report := kinds.report()
	report.Kept = kept

	return report, nil
}

// sanitize returns what it kept besides pixels, out of [Kept].
func sanitize(dst io.Writer, in *input, kinds found) ([]string, error) {
	start, err := in.Peek(startBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}

	entry, err := identify(start)
	if err != nil {
		return nil, err
	}

	if entry.Sanitize == nil {
		return nil, failure.New(failure.UnsupportedFormat, "%s cannot be rewritten: its master is made by decoding", entry.Name)
	}

	return entry.Sanitize(dst, in, kinds)
}

func flush(out *bufio.Writer) error {
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the sanitized image: %w", err)
	}

	return nil
}

// sourceError distinguishes a file that ends too early from a source that failed.
func sourceError(in *input, err error) error {
	switch {
	case in.failed() != nil:
		return fmt.Errorf("read the image to sanitize: %w", in.failed())
	case failure.KindOf(err) != "":
		return err
	case errors.Is(err, errEnd):
		return failure.New(failure.Truncated, "the file ends at byte %d", in.offset).At(in.offset)
	default:
		return fmt.Errorf("sanitize an image: %w", err)
	}
}
