package metadata

import (
	"io"

	"triptych/picture/failure"
)

// Carried names the kinds of metadata that a file has which [Sanitize] does not
// rewrite, and which go with the file when a master is made of its pixels: as
// [Report] has them. Faults are those of [Inspect].
func Carried(r io.ReaderAt, size int64) ([]string, error) {
	if size <= 0 {
		return nil, failure.New(failure.Empty, "")
	}

	view := newWindow(r, size)

	head, err := view.at(0, int(min(size, headBytes)))
	if err != nil {
		return nil, endIsTruncated(err)
	}

	format, err := identify(head)
	if err != nil {
		return nil, err
	}

	kinds := []string{}

	switch format {
	case TIFF:
		kinds, err = kindsTIFF(view)
	case HEIC, AVIF:
		kinds, err = kindsHEIF(view)
	case BMP, JPEG, PNG, GIF, WebP:
	}

	if err != nil {
		return nil, endIsTruncated(err)
	}

	return kinds, nil
}
