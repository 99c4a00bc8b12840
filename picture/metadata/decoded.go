package metadata

import (
	"io"

	"triptych/picture/failure"
)

// Carried names the kinds of metadata in a file whose format [Sanitize] does not rewrite.
// They are removed when a master is made from its pixels. The names are those of
// [Report]. Rejections are those of [Inspect].
func Carried(r io.ReaderAt, size int64) ([]string, error) {
	if size <= 0 {
		return nil, failure.New(failure.Empty, "")
	}

	view := newWindow(r, size)

	start, err := view.at(0, int(min(size, startBytes)))
	if err != nil {
		return nil, endIsTruncated(err)
	}

	format, err := identify(start)
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
