package metadata

import (
	"errors"
	"fmt"
	"io"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/report"
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
	in := container.NewInput(src)
	kinds := report.Set{}

	kept, err := sanitize(dst, in, kinds)
	if err != nil {
		return Report{}, sourceError(in, err)
	}

	removed := kinds.Report()
	removed.Kept = kept

	return removed, nil
}

// sanitize returns what it kept besides pixels, out of [Kept].
func sanitize(dst io.Writer, in *container.Input, kinds report.Set) ([]string, error) {
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

// sourceError distinguishes a file that ends too early from a source that failed.
func sourceError(in *container.Input, err error) error {
	switch {
	case in.Failed() != nil:
		return fmt.Errorf("read the image to sanitize: %w", in.Failed())
	case failure.KindOf(err) != "":
		return err
	case errors.Is(err, container.ErrEnd):
		return failure.New(failure.Truncated, "the file ends at byte %d", in.Offset).At(in.Offset)
	default:
		return fmt.Errorf("sanitize an image: %w", err)
	}
}
