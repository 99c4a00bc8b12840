package metadata

import (
	"io"

	"triptych/picture/metadata/container"
)

// Profile returns the embedded ICC profile of an image. It returns nil if there is none
// or if it cannot be read. Without its profile an image looks almost correct, so a bad
// profile is never a reason to reject the image. Errors are those of [Inspect].
func Profile(r io.ReaderAt, size int64) ([]byte, error) {
	view, entry, err := recognize(r, size)
	if err != nil || entry.Profile == nil {
		return nil, err
	}

	profile, err := entry.Profile(view)
	if err != nil {
		return nil, container.Truncated(err)
	}

	return profile, nil
}
