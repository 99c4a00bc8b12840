// Package webp writes and reads static and animated WebP files (RFC 9649): the container around the
// frames of [triptych/picture/webp/vp8/encoder] and the alpha of
// [triptych/picture/webp/vp8l/encoder], with the profile. It also decodes the
// image that a file shows first, by [triptych/picture/webp/vp8/decoder] and
// [triptych/picture/webp/vp8l/decoder], and reviews all images of a file.
package webp

import (
	"context"
	"fmt"

	"triptych/picture/failure"
	"triptych/picture/planes"
	"triptych/picture/webp/vp8/encoder"
)

// MaxSide is the largest width or height of a WebP (RFC 9649, 2.6), in pixels.
const MaxSide = encoder.MaxSide

// MaxPixels is the largest number of pixels of a WebP that this package writes. The memory
// of the encoder is about 3 bytes per pixel.
const MaxPixels = 1 << 26

// MaxAlphaPixels is the largest number of pixels of a WebP with alpha that this package
// writes. The memory of the encoder is at most 9 bytes per pixel.
const MaxAlphaPixels = 1 << 25

// Options controls how an image is written.
type Options struct {
	// Quality is 1 to 100, as for JPEG. Colors are lossy, alpha is lossless.
	Quality int
	// Profile is an ICC profile to embed; nil for none.
	Profile []byte
}

// Encode writes an image without alpha: Gray, or YCbCr whose chroma planes have half the
// width and height, rounded up. Rejections: TooManyPixels if a side exceeds MaxSide, or
// the image has more than MaxPixels. When ctx ends, Encode returns ctx's error.
func Encode(ctx context.Context, picture *planes.Image, options Options) ([]byte, error) {
	if err := checkSize(picture.Width, picture.Height, MaxPixels); err != nil {
		return nil, err
	}

	frame, err := encoder.Frame(ctx, picture, encoder.Options{Quality: options.Quality})
	if err != nil {
		return nil, fmt.Errorf("write a WebP of %d × %d pixels: %w", picture.Width, picture.Height, err)
	}

	return static(chunk(nil, "VP8 ", frame), false, picture.Width, picture.Height, options.Profile)
}

// checkSize rejects the sizes that a WebP cannot have.
func checkSize(width, height, mostPixels int) error {
	if max(width, height) > MaxSide {
		return failure.New(failure.TooManyPixels,
			"a WebP has at most %d pixels a side, and this would have %d × %d", MaxSide, width, height)
	}

	if width*height > mostPixels {
		return failure.New(failure.TooManyPixels,
			"a WebP of this kind is written of at most %d pixels, and this would have %d × %d", mostPixels, width, height)
	}

	return nil
}

// EncodeAlpha writes an image with alpha, which its colors are not multiplied by. Its
// conditions and rejections are those of Encode, with at most MaxAlphaPixels.
func EncodeAlpha(ctx context.Context, picture *planes.Image, alpha *planes.Plane, options Options) ([]byte, error) {
	if err := checkSize(picture.Width, picture.Height, MaxAlphaPixels); err != nil {
		return nil, err
	}

	chunks, err := translucent(ctx, picture, alpha, options.Quality)
	if err != nil {
		return nil, fmt.Errorf("write a WebP of %d × %d pixels: %w", picture.Width, picture.Height, err)
	}

	return static(chunks, true, picture.Width, picture.Height, options.Profile)
}

// translucent returns the chunks ALPH and VP8.
func translucent(ctx context.Context, picture *planes.Image, alpha *planes.Plane, quality int) ([]byte, error) {
	data, err := alphaChunk(ctx, alpha)
	if err != nil {
		return nil, err
	}

	frame, err := encoder.Frame(ctx, smoothed(picture, alpha), encoder.Options{Quality: quality, Alpha: alpha})
	if err != nil {
		return nil, err
	}

	return chunk(chunk(nil, "ALPH", data), "VP8 ", frame), nil
}
