// Package webp writes WebP files (RFC 9649), still and animated. The bitstreams
// are libwebp's, which runs as WebAssembly: see [triptych/picture/sandbox].
// The container around them, with the profile, is written here.
package webp

import (
	"context"
	"errors"
	"fmt"
	"image"

	"triptych/picture/failure"
	"triptych/picture/planes"
	"triptych/picture/sandbox"
)

// MaxSide is the largest width or height of a WebP (RFC 9649, 2.6), in pixels.
const MaxSide = 16_383

// Options are how a picture is written.
type Options struct {
	// Quality is 1 to 100, as JPEG's: colors are lossy, alpha is not.
	Quality int
	// Profile is an ICC profile to embed; nil for none.
	Profile []byte
}

// Prepare makes the encoder ready, which the first picture does otherwise: it
// takes a third of a second of a processor.
func Prepare() error { return library.Prepare() }

// maxMemory is what libwebp may take: it needs some 15 bytes a pixel where there is
// alpha, and half of that where not.
const maxMemory = 320 << 20

// effort is libwebp's "method", 0 to 6: its default. One less is a third quicker
// and 2% larger.
const effort = 4

// The kinds of input that the module's encode takes.
const (
	inputRGBA    = 0
	inputYUV420A = 4
)

// Encode writes a picture without alpha: Grey, or YCbCr of which colors have half
// the width and height, rounded up. Faults: TooManyPixels where it has more than
// MaxSide, or needs too much memory. When ctx ends, so does Encode, with its error.
func Encode(ctx context.Context, picture *planes.Image, options Options) ([]byte, error) {
	pixels, err := encode(ctx, inputOf(picture), picture.Width, picture.Height, inputYUV420A, options.Quality)
	if err != nil {
		return nil, err
	}

	return file(pixels, picture.Width, picture.Height, options.Profile)
}

// EncodeAlpha writes a picture with alpha. Its faults are Encode's.
func EncodeAlpha(ctx context.Context, picture *image.NRGBA, options Options) ([]byte, error) {
	width, height := picture.Rect.Dx(), picture.Rect.Dy()

	pixels, err := encode(ctx, packed4(picture), width, height, inputRGBA, options.Quality)
	if err != nil {
		return nil, err
	}

	return file(pixels, width, height, options.Profile)
}

// packed4 is a picture's pixels without gaps between its rows.
func packed4(picture *image.NRGBA) []byte {
	const bytesAPixel = 4

	width, height := picture.Rect.Dx()*bytesAPixel, picture.Rect.Dy()
	if picture.Stride == width {
		return picture.Pix[:width*height]
	}

	pixels := make([]byte, 0, width*height)
	for y := range height {
		pixels = append(pixels, picture.Pix[y*picture.Stride:][:width]...)
	}

	return pixels
}

// encode has libwebp write a file of its own.
func encode(ctx context.Context, input []byte, width, height, kind, quality int) ([]byte, error) {
	if max(width, height) > MaxSide {
		return nil, failure.New(failure.TooManyPixels,
			"a WebP has at most %d pixels a side, and this would have %d × %d", MaxSide, width, height)
	}

	made, err := encodeIn(ctx, input, width, height, kind, quality)
	if errors.Is(err, sandbox.ErrMemory) {
		return nil, failure.Wrap(failure.TooManyPixels, err,
			"%d × %d pixels need more than %d MiB to write as WebP", width, height, maxMemory>>20)
	}

	if err != nil {
		return nil, fmt.Errorf("write a WebP of %d × %d pixels: %w", width, height, err)
	}

	return made, nil
}

func encodeIn(ctx context.Context, input []byte, width, height, kind, quality int) ([]byte, error) {
	const sizeBytes, lossless, exact = 8, 0, 0

	instance, err := library.Start(ctx, maxMemory)
	if err != nil {
		return nil, err
	}
	defer instance.Close()

	in, err := instance.Put(ctx, input)
	if err != nil {
		return nil, err
	}

	sizeAt, err := instance.Alloc(ctx, sizeBytes)
	if err != nil {
		return nil, err
	}

	at, err := instance.Call(ctx, "encode", in, uint64(width), uint64(height), sizeAt, //nolint:gosec // Sides of a WebP.
		uint64(kind), uint64(quality), effort, lossless, exact) //nolint:gosec // Small numbers.
	if err != nil {
		return nil, err
	}

	if at == 0 && instance.Starved() {
		return nil, sandbox.ErrMemory
	}

	if at == 0 {
		return nil, errNoPicture
	}

	return result(instance, at, sizeAt)
}

var errNoPicture = errors.New("libwebp gave none")
