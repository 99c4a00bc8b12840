package format

import "math"

// Info holds the properties of an image that are in the header of its file.
type Info struct {
	Format Name
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

// Upright is the orientation of an image that needs no turning.
const Upright = 1

// LastOrientation is the largest of EXIF's eight orientations.
const LastOrientation = 8

// Transposed reports whether an orientation swaps width and height.
func Transposed(orientation int) bool {
	const firstTransposed = 5

	return orientation >= firstTransposed && orientation <= LastOrientation
}

// Samples multiplies sides of at most 2³¹ by a small number, and limits the result to
// the largest integer.
func Samples(width, height, each int64) int64 {
	if pixels := width * height; pixels <= math.MaxInt64/each {
		return pixels * each
	}

	return math.MaxInt64
}
