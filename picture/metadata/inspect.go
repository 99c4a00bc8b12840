package metadata

import (
	"errors"
	"fmt"
	"io"

	"triptych/picture/failure"
)

// Info holds the properties of an image that are in the header of its file.
type Info struct {
	Format Format
	// Width and Height are in pixels, as stored, before Orientation is applied.
	Width, Height int
	// Orientation is the value of EXIF, 1 to 8, or 1 if the file has none.
	Orientation int
	// Frames is 1 for a static image.
	Frames int
	// Components is the number of components of a stored pixel: 1 for gray or a palette,
	// 2 for gray and alpha, 3 for color, 4 for CMYK in a JPEG, and for color and alpha in
	// a PNG or WebP. The fields that follow describe the first frame of an animation.
	Components int
	// Precision is the number of bits of a component: 1 to 16 for PNG, otherwise 8.
	Precision int
	// Samples counts the stored samples of all components. It is less than Components per
	// pixel if the chroma of a JPEG or WebP is subsampled.
	Samples int64
	// Passes reports that the image is stored from coarse to fine: a progressive JPEG, or
	// an interlaced PNG or GIF. Its decoder must hold more of it in memory.
	Passes bool
	// Lossless reports that a WebP's pixels are stored as VP8L.
	Lossless bool
	// Partial reports that the first frame of a GIF or WebP does not cover the whole
	// image. The rest is transparent.
	Partial bool
	// Block counts the pixels of a TIFF's largest strip or tile, which is decoded as a
	// whole.
	Block int64
	// Coding describes the samples of a HEIC or AVIF, or those of a PNG by its cICP
	// chunk.
	Coding Coding
}

// Upright returns the width and height of the image after Orientation is applied.
func (i Info) Upright() (width, height int) {
	if Transposed(i.Orientation) {
		return i.Height, i.Width
	}

	return i.Width, i.Height
}

// Inspect reads the necessary parts of a file of size bytes: usually one read of 64 KiB
// at its start. If the header comes after megabytes of metadata, the reads grow up to 1
// MiB and follow each other. A GIF is read to its end, because no field has the number of
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
		return Info{}, endIsTruncated(err)
	}

	return info, nil
}

// endIsTruncated converts errEnd into a rejection.
func endIsTruncated(err error) error {
	if errors.Is(err, errEnd) {
		return failure.New(failure.Truncated, "the file ends in its header")
	}

	if failure.KindOf(err) != "" {
		return err
	}

	return fmt.Errorf("inspect an image: %w", err)
}
