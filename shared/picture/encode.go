package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"

	"triptych/shared/metadata"
	"triptych/shared/recipe"
)

// encode writes a finished picture in the format that is wanted.
func encode(pixels *image.NRGBA, grey bool, profile []byte, want recipe.Variant) (Output, error) {
	format := metadata.PNG
	if want.Format == recipe.JPEG {
		format = metadata.JPEG
	}

	if format == metadata.JPEG {
		flatten(pixels)
	}

	single := grey && pixels.Opaque()
	if !matches(profile, single) {
		profile = nil
	}

	var file bytes.Buffer

	var err error
	if format == metadata.JPEG {
		err = encodeJPEG(&file, components(pixels, single), want.Quality)
	} else {
		err = png.Encode(&file, components(pixels, single))
	}

	if err != nil {
		return Output{}, fmt.Errorf("encode %s: %w", format, err)
	}

	return Output{
		Data:        embed(format, file.Bytes(), profile),
		Width:       pixels.Rect.Dx(),
		Height:      pixels.Rect.Dy(),
		ContentType: format.ContentType(),
		Extension:   format.Extension(),
	}, nil
}

func encodeJPEG(file *bytes.Buffer, pixels image.Image, quality int) error {
	if quality == 0 {
		quality = recipe.DefaultQuality
	}

	return jpeg.Encode(file, pixels, &jpeg.Options{Quality: quality}) //nolint:wrapcheck // encode wraps it.
}

// flatten lays a picture on white.
func flatten(pixels *image.NRGBA) {
	const opaque, half = 255, 127

	for i := 0; i < len(pixels.Pix); i += 4 {
		pixel := pixels.Pix[i : i+4 : i+4]

		alpha := uint32(pixel[3])
		if alpha == opaque {
			continue
		}

		for c := range 3 {
			mixed := uint32(pixel[c])*alpha + opaque*(opaque-alpha)
			pixel[c] = uint8((mixed + half) / opaque) //nolint:gosec // A mean of two bytes.
		}

		pixel[3] = opaque
	}
}

// components hands pixels to an encoder in the type for which it is fastest:
// grey ones as one component, opaque ones as RGBA, which then has the same bytes.
func components(pixels *image.NRGBA, single bool) image.Image {
	if single {
		grey := image.NewGray(pixels.Rect)
		for i := range grey.Pix {
			grey.Pix[i] = pixels.Pix[4*i]
		}

		return grey
	}

	if pixels.Opaque() {
		return &image.RGBA{Pix: pixels.Pix, Stride: pixels.Stride, Rect: pixels.Rect}
	}

	return pixels
}
