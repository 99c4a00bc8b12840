package metadata

import (
	"errors"
	"fmt"
	"io"

	"triptych/picture/failure"
)

// Info is what the head of a file says of its picture.
type Info struct {
	Format Format
	// Width and Height are in pixels, as stored: before Orientation.
	Width, Height int
	// Orientation is EXIF's, 1 to 8; 1 where the file says nothing.
	Orientation int
	// Frames is 1 for a still picture.
	Frames int
	// Components counts what a pixel is made of as stored: 1 grey or palette, 2
	// grey and alpha, 3 color, 4 CMYK in a JPEG, color and alpha in a PNG or WebP.
	// What follows is of the first frame of an animation.
	Components int
	// Precision is the number of bits of a component: 1 to 16 for PNG, else 8.
	Precision int
	// Samples counts the stored samples of all components: fewer than Components a
	// pixel where a JPEG's or WebP's color is subsampled.
	Samples int64
	// Passes says that the picture is stored coarse to fine: a progressive JPEG,
	// an interlaced PNG or GIF. Its decoder must hold more of it.
	Passes bool
	// Lossless says that a WebP's pixels are stored as VP8L.
	Lossless bool
	// Partial says that the first frame of a GIF or WebP leaves a part of the
	// picture uncovered, which is transparent.
	Partial bool
	// Block counts the pixels of a TIFF's largest strip or tile, which is decoded at
	// once.
	Block int64
	// Coding says what the samples of a HEIC or AVIF mean, or a PNG's by its cICP chunk.
	Coding Coding
}

// Upright returns the width and height that the picture has once turned as
// Orientation says.
func (i Info) Upright() (width, height int) {
	if Transposed(i.Orientation) {
		return i.Height, i.Width
	}

	return i.Width, i.Height
}

// Inspect reads what is needed of a file of size bytes, and no more: usually one
// read of 64 KiB at its start. The head of a file may stand behind megabytes of
// metadata; then reads grow to 1 MiB, one after the other. A GIF is read to its
// end, because nothing else says how many frames it has, and so are the chunk
// headers of a WebP.
//
// Faults: Empty, NotAnImage, UnsupportedFormat, Truncated, Corrupt; TooManyPixels for a
// HEIC or AVIF whose tiles cost more than its pixels. An error of r itself is no fault.
func Inspect(r io.ReaderAt, size int64) (Info, error) {
	if size <= 0 {
		return Info{}, failure.New(failure.Empty, "")
	}

	view := newWindow(r, size)

	head, err := view.at(0, int(min(size, headBytes)))
	if err != nil {
		return Info{}, endIsTruncated(err)
	}

	format, err := identify(head)
	if err != nil {
		return Info{}, err
	}

	var info Info

	switch format {
	case PNG:
		info, err = inspectPNG(view)
	case GIF:
		info, err = inspectGIF(view)
	case WebP:
		info, err = inspectWebP(view)
	case JPEG:
		info, err = inspectJPEG(view)
	case BMP:
		info, err = inspectBMP(view)
	case TIFF:
		info, err = inspectTIFF(view)
	case HEIC, AVIF:
		info, err = inspectHEIF(view)
	}

	if err != nil {
		return Info{}, endIsTruncated(err)
	}

	return info, nil
}

// endIsTruncated makes the fault of an error that says that the file has ended.
func endIsTruncated(err error) error {
	if errors.Is(err, errEnd) {
		return failure.New(failure.Truncated, "the file ends in its head")
	}

	if failure.KindOf(err) != "" {
		return err
	}

	return fmt.Errorf("inspect a picture: %w", err)
}
