package picture

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"runtime/debug"

	"triptych/picture/failure"
	"triptych/picture/metadata"
	"triptych/picture/planes"
	"triptych/picture/raster"
	"triptych/picture/variant"
)

// masterQuality is the quality of a JPEG master of a HEIC or an AVIF. Viewers see no
// difference, and the file is not much larger.
const masterQuality = 92

// Master makes the master of an image whose format metadata.Sanitize does not rewrite.
// The master is upright, has the full size, and has no metadata except its profile.
//
// A HEIC or an AVIF becomes a JPEG of quality 92, or a PNG if any pixel is transparent. A
// BMP or TIFF becomes a PNG with the same pixels, including those of 16 bits. A CMYK
// image is converted to sRGB.
//
// Errors are those of [Process]. Master does not panic either.
func Master(ctx context.Context, source []byte) (master Output, err error) {
	defer enter()()

	defer func() {
		if panicked := recover(); panicked != nil {
			err = failure.Wrap(failure.Corrupt, fmt.Errorf("panic: %v\n%s", panicked, debug.Stack()), "")
		}
	}()

	file, err := open(source)
	if err != nil {
		return Output{}, err
	}

	entry := metadata.EntryOf(file.info.Format)
	lossless := entry.Lossless && entry.Sanitize == nil

	if lossless && file.info.Orientation == metadata.Upright {
		opened, err := openBitmap(source, file.info)
		if err != nil {
			return Output{}, err
		}

		if opened.layout.Model != planes.CMYK { // PNG has no CMYK.
			return file.repacked(ctx, opened)
		}
	}

	whole := variant.Spec{
		Name: variant.MasterName, Width: variant.MaxSide, Height: variant.MaxSide,
		Fit: variant.Inside, Format: variant.JPEG, Quality: masterQuality,
	}
	plans := plansFor(file.info, []variant.Spec{whole})

	made, err := file.decode(ctx, plans)
	if err != nil {
		return Output{}, err
	}

	only := made.frames.take(0, &plans[0])
	if lossless || only.alpha != nil {
		whole.Format = variant.PNG
	}

	return made.encode(ctx, only, whole)
}

// repacked converts a BMP or TIFF to PNG. The pixels are in memory only once at any time.
func (o original) repacked(ctx context.Context, opened *bitmap) (Output, error) {
	// The file that is written is not much larger than its samples.
	need := opened.need(func(layout *raster.Layout) int64 {
		return layout.ImageBytes() + int64(layout.RowBytes())*int64(layout.Height)
	})
	if err := affordable(o.info, need); err != nil {
		return Output{}, err
	}

	pixels, err := opened.image(ctx)
	if err != nil {
		return Output{}, err
	}

	size := pixels.Bounds().Size()
	if err := o.matches(size.X, size.Y); err != nil {
		return Output{}, err
	}

	profile := o.profile
	if !matches(profile, isGray(pixels)) {
		profile = nil
	}

	var made bytes.Buffer

	// This level takes a third of the time of the default level, and a tenth more bytes.
	// The master is read three times and rarely sent.
	fast := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := fast.Encode(&made, pixels); err != nil {
		return Output{}, fmt.Errorf("encode the master: %w", err)
	}

	return outputOf(embed(made.Bytes(), profile), metadata.PNG, size.X, size.Y), nil
}

func isGray(pixels image.Image) bool {
	switch pixels.(type) {
	case *image.Gray, *image.Gray16:
		return true
	default:
		return false
	}
}
