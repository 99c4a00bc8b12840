// Package webp writes static and animated WebP files (RFC 9649): the container around the
// frames of [triptych/picture/webp/vp8/encoder], with the profile. libwebp writes images
// with alpha. It runs as WebAssembly: see [triptych/picture/sandbox].
package webp

import (
	"context"
	"errors"
	"fmt"
	"image"

	"triptych/picture/failure"
	"triptych/picture/planes"
	"triptych/picture/sandbox"
	"triptych/picture/webp/vp8/encoder"
)

// MaxSide is the largest width or height of a WebP (RFC 9649, 2.6), in pixels.
const MaxSide = encoder.MaxSide

// MaxPixels is the largest number of pixels of a WebP that this package writes. The memory
// of the encoder is about 3 bytes per pixel.
const MaxPixels = 1 << 26

// Options controls how an image is written.
type Options struct {
	// Quality is 1 to 100, as for JPEG. Colors are lossy, alpha is lossless.
	Quality int
	// Profile is an ICC profile to embed; nil for none.
	Profile []byte
}

// Prepare compiles the encoder. Otherwise the first image does this. It takes a third of
// a second of a processor.
func Prepare() error { return library.Prepare() }

// maxMemory is the memory limit of libwebp. It needs about 15 bytes per pixel with alpha.
const maxMemory = 320 << 20

// effort is libwebp's "method", 0 to 6. 4 is its default. 3 is a third faster and gives
// files that are 2% larger.
const effort = 4

// inputRGBA is the kind of input of the module's encode function.
const inputRGBA = 0

// Encode writes an image without alpha: Gray, or YCbCr whose chroma planes have half the
// width and height, rounded up. Rejections: TooManyPixels if a side exceeds MaxSide, or
// the image has more than MaxPixels. When ctx ends, Encode returns ctx's error.
func Encode(ctx context.Context, picture *planes.Image, options Options) ([]byte, error) {
	if err := checkSize(picture.Width, picture.Height); err != nil {
		return nil, err
	}

	frame, err := encoder.Frame(ctx, picture, encoder.Options{Quality: options.Quality})
	if err != nil {
		return nil, fmt.Errorf("write a WebP of %d × %d pixels: %w", picture.Width, picture.Height, err)
	}

	return still(chunk(nil, "VP8 ", frame), false, picture.Width, picture.Height, options.Profile)
}

// checkSize rejects the sizes that a WebP cannot have.
func checkSize(width, height int) error {
	if max(width, height) > MaxSide {
		return failure.New(failure.TooManyPixels,
			"a WebP has at most %d pixels a side, and this would have %d × %d", MaxSide, width, height)
	}

	if width*height > MaxPixels {
		return failure.New(failure.TooManyPixels,
			"a WebP is written of at most %d pixels, and this would have %d × %d", MaxPixels, width, height)
	}

	return nil
}

// EncodeAlpha writes an image with alpha. Its rejections are those of Encode.
func EncodeAlpha(ctx context.Context, picture *image.NRGBA, options Options) ([]byte, error) {
	width, height := picture.Rect.Dx(), picture.Rect.Dy()

	pixels, err := encode(ctx, packed4(picture), width, height, inputRGBA, options.Quality)
	if err != nil {
		return nil, err
	}

	return file(pixels, width, height, options.Profile)
}

// packed4 returns an image's pixels without gaps between rows.
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

// encode calls libwebp, which writes a file of its own.
func encode(ctx context.Context, input []byte, width, height, kind, quality int) ([]byte, error) {
	if err := checkSize(width, height); err != nil {
		return nil, err
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

var errNoPicture = errors.New("libwebp returned no file")
