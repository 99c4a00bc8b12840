package metadata

import (
	"io"

	"triptych/picture/metadata/container"
)

// Carried names the kinds of metadata in a file whose format [Sanitize] does not rewrite.
// They are removed when a master is made from its pixels. The names are those of
// [Report]. Rejections are those of [Inspect].
func Carried(r io.ReaderAt, size int64) ([]string, error) {
	view, entry, err := recognize(r, size)
	if err != nil {
		return nil, err
	}

	if entry.Carried == nil {
		return []string{}, nil
	}

	kinds, err := entry.Carried(view)
	if err != nil {
		return nil, container.Truncated(err)
	}

	return kinds, nil
}
