package picture

import (
	"context"
	"fmt"
	"image"
	"runtime/debug"

	"github.com/disintegration/imaging"

	"triptych/shared/faults"
	"triptych/shared/metadata"
	"triptych/shared/recipe"
)

// Process decodes a picture once and makes the variants that are wanted, in
// their order.
//
// Faults: those of metadata.Inspect, Truncated and Corrupt from the decoders,
// TooManyPixels where decoding takes too much memory. It does not panic: what a
// decoder panics with is the cause of a Corrupt. When ctx ends, so does it, with
// ctx's error.
func Process(ctx context.Context, source []byte, wants ...recipe.Variant) (outputs []Output, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			outputs = nil
			err = faults.Wrap(faults.Corrupt, fmt.Errorf("panic: %v\n%s", panicked, debug.Stack()), "") //nolint:err113 // A cause.
		}
	}()

	for _, want := range wants {
		if err := check(want); err != nil {
			return nil, err
		}
	}

	decoded, err := open(ctx, source)
	if err != nil {
		return nil, err
	}

	outputs = make([]Output, 0, len(wants))

	for _, want := range wants {
		output, err := decoded.variant(ctx, want)
		if err != nil {
			return nil, fmt.Errorf("make variant %s: %w", want.Name, err)
		}

		outputs = append(outputs, output)
	}

	return outputs, nil
}

// check refuses what no recipe can ask for.
func check(want recipe.Variant) error {
	if want.Fit != recipe.Inside && want.Fit != recipe.Cover {
		return fmt.Errorf("variant %s: unknown fit %q", want.Name, want.Fit) //nolint:err113 // A caller's mistake.
	}

	if want.Format != recipe.JPEG && want.Format != recipe.PNG {
		return fmt.Errorf("variant %s: unknown format %q", want.Name, want.Format) //nolint:err113 // A caller's mistake.
	}

	return nil
}

// source is a decoded picture.
type source struct {
	pixels  image.Image // as stored: not upright
	info    metadata.Info
	grey    bool
	profile []byte // ICC; nil where there is none
}

// variant makes one variant.
func (s *source) variant(ctx context.Context, want recipe.Variant) (Output, error) {
	if err := ctx.Err(); err != nil {
		return Output{}, err //nolint:wrapcheck // Process wraps it.
	}

	resized := s.resize(want)

	if err := ctx.Err(); err != nil {
		return Output{}, err //nolint:wrapcheck // Process wraps it.
	}

	return encode(resized, s.grey, s.profile, want)
}

// resize crops and scales the stored picture, and turns the result upright:
// turning the small one takes neither time nor memory.
func (s *source) resize(want recipe.Variant) *image.NRGBA {
	width, height := s.info.Upright()
	plan := geometryOf(width, height, want)

	size := plan.size
	if metadata.Transposed(s.info.Orientation) {
		size.X, size.Y = size.Y, size.X
	}

	crop := asStored(plan.crop, image.Pt(s.info.Width, s.info.Height), s.info.Orientation)
	small := imaging.Resize(part(s.pixels, crop), size.X, size.Y, imaging.Lanczos)

	return turnUpright(small, s.info.Orientation)
}

// part is the part of a picture within a rectangle. Nothing is copied: each of
// the decoders' types has a SubImage.
func part(picture image.Image, crop image.Rectangle) image.Image {
	crop = crop.Add(picture.Bounds().Min)
	if crop == picture.Bounds() {
		return picture
	}

	whole, ok := picture.(interface {
		SubImage(r image.Rectangle) image.Image
	})
	if !ok {
		return imaging.Crop(picture, crop)
	}

	return whole.SubImage(crop)
}
