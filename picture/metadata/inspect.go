package metadata

import (
	"io"

	"triptych/picture/metadata/container"
)

// Inspect reads the necessary parts of a file of size bytes: usually one read of 64 KiB
// at its start. If the header comes after megabytes of metadata, the reads grow to 1 MiB
// each and are consecutive. A GIF is read to its end, because no field has the number of
// its frames. The chunk headers of a WebP are also read to its end.
//
// Rejections: Empty, NotAnImage, UnsupportedFormat, Truncated, Corrupt; TooManyPixels for
// a HEIC or AVIF whose tiles cost more than its pixels. An error of r itself is not a
// rejection.
func Inspect(r io.ReaderAt, size int64) (Info, error) {
	view, entry, err := recognize(r, size)
	if err != nil {
		return Info{}, err
	}

	info, err := entry.Inspect(view)
	if err != nil {
		return Info{}, container.Truncated(err)
	}

	return info, nil
}
