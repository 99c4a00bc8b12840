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

// masterQuality is that of a JPEG which stands for a HEIC or an AVIF: those who look
// at it see no difference, and it is not much larger.
const masterQuality = 92

// Master makes the master of a picture whose format metadata.Sanitize does not
// rewrite: upright, in its full size, without any metadata but its profile.
//
// A HEIC or an AVIF becomes a JPEG of quality 92, or a PNG where something is
// transparent. A BMP or TIFF becomes a PNG with the same pixels, those of 16 bits
// included; one in CMYK is converted to sRGB.
//
// Faults are those of [Process]. It does not panic either.
func Master(ctx context.Context, source []byte) (master Output, err error) {
	defer enter()()

	defer func() {
		if panicked := recover(); panicked != nil {
			err = failure.Wrap(failure.Corrupt, fmt.Errorf("panic: %v\n%s", panicked, debug.Stack()), "")
		}
	}()

	info, err := metadata.Inspect(bytes.NewReader(source), int64(len(source)))
	if err != nil {
		return Output{}, fmt.Errorf("open the picture: %w", err)
	}

	lossless := info.Format == metadata.BMP || info.Format == metadata.TIFF
	if lossless && info.Orientation == metadata.Upright {
		opened, err := openStill(source, info)
		if err != nil {
			return Output{}, err
		}

		if opened.layout.Model != planes.CMYK { // Which PNG does not have.
			return repacked(ctx, source, info, opened)
		}
	}

	whole := variant.Spec{
		Name: variant.MasterName, Width: variant.MaxSide, Height: variant.MaxSide,
		Fit: variant.Inside, Format: variant.JPEG, Quality: masterQuality,
	}

	decoded, plans, err := open(ctx, source, []variant.Spec{whole})
	if err != nil {
		return Output{}, err
	}

	if lossless || decoded.alpha != nil {
		plans[0].want.Format = variant.PNG
	}

	return decoded.variant(ctx, &plans[0])
}

// repacked is a BMP or TIFF as PNG, whose pixels are never more than once in memory.
func repacked(ctx context.Context, file []byte, info metadata.Info, opened *still) (Output, error) {
	// The file that is written is not much larger than the samples that it holds.
	need := opened.need(func(layout *raster.Layout) int64 {
		return layout.ImageBytes() + int64(layout.RowBytes())*int64(layout.Height)
	})
	if err := affordable(info, need); err != nil {
		return Output{}, err
	}

	profile, err := metadata.Profile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return Output{}, fmt.Errorf("read the color profile: %w", err)
	}

	pixels, err := opened.image(ctx)
	if err != nil {
		return Output{}, err
	}

	size := pixels.Bounds().Size()
	if err := (&source{info: info}).matches(size.X, size.Y); err != nil {
		return Output{}, err
	}

	if !matches(profile, isGrey(pixels)) {
		profile = nil
	}

	var made bytes.Buffer

	// A third of the time of the default, and a tenth more bytes: the master is read
	// three times and sent seldom.
	fast := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := fast.Encode(&made, pixels); err != nil {
		return Output{}, fmt.Errorf("encode the master: %w", err)
	}

	return Output{
		Data: embed(made.Bytes(), profile), Width: size.X, Height: size.Y,
		ContentType: metadata.PNG.ContentType(), Extension: metadata.PNG.Extension(),
	}, nil
}

func isGrey(pixels image.Image) bool {
	switch pixels.(type) {
	case *image.Gray, *image.Gray16:
		return true
	default:
		return false
	}
}
