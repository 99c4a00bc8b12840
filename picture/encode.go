package picture

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"

	"triptych/picture/jpeg/encoder"
	"triptych/picture/metadata"
	"triptych/picture/planes"
	"triptych/picture/variant"
	"triptych/picture/webp"
)

// encode writes finished layers in the format that the variant wants. The layers must not
// be used afterwards.
func (l *layers) encode(ctx context.Context, want variant.Spec, threads int) (Output, error) {
	if want.Format == variant.JPEG {
		l.flatten()
	}

	l.dropOpaque()

	// A gray image with alpha is written in color, as image/png does.
	profile := l.profile
	if !matches(profile, l.picture.Model == planes.Grey && l.alpha == nil) {
		profile = nil
	}

	writing := &writer{profile: profile, quality: want.Quality, threads: threads}

	switch {
	case want.Format == variant.PNG, l.alpha != nil:
		writing.pixels = l.interleave()
	default:
		l.sample420()
		writing.planes = l.picture
	}

	output, err := writing.write(ctx, want.Format)
	if err != nil {
		return Output{}, fmt.Errorf("encode %s: %w", want.Format, err)
	}

	return output, nil
}

// writer writes one image in any format. The image is in planes (Grey, or YCbCr in 4:2:0)
// or in pixels.
type writer struct {
	planes  *planes.Image
	pixels  image.Image
	profile []byte
	quality int
	threads int
}

func (w *writer) write(ctx context.Context, format variant.Format) (Output, error) {
	if format == variant.Auto {
		return w.auto(ctx)
	}

	return codecs[metadata.Format(format)].encode(w, ctx) // check has rejected other formats.
}

func (w *writer) jpeg(context.Context) (Output, error) {
	file, err := encoder.Encode(w.planes, encoder.Options{Quality: w.quality, Profile: w.profile, Threads: w.threads})
	if err != nil {
		return Output{}, err
	}

	return w.output(file, metadata.JPEG), nil
}

func (w *writer) png(context.Context) (Output, error) {
	var buffer bytes.Buffer
	if err := png.Encode(&buffer, w.pixels); err != nil {
		return Output{}, err
	}

	return w.output(embed(buffer.Bytes(), w.profile), metadata.PNG), nil
}

func (w *writer) webp(ctx context.Context) (Output, error) {
	options := webp.Options{Quality: w.quality, Profile: w.profile}

	var (
		file []byte
		err  error
	)

	// A gray profile does not fit a WebP, which always has three components.
	if w.planes != nil && w.planes.Model == planes.Grey {
		options.Profile = nil
	}

	if pixels, ok := w.pixels.(*image.NRGBA); ok {
		file, err = webp.EncodeAlpha(ctx, pixels, options)
	} else {
		file, err = webp.Encode(ctx, w.planes, options)
	}

	if err != nil {
		return Output{}, err
	}

	return w.output(file, metadata.WebP), nil
}

// auto writes a WebP in addition to a format that every client can show.
func (w *writer) auto(ctx context.Context) (Output, error) {
	fallback := w.jpeg
	if w.planes == nil {
		fallback = w.png
	}

	made, err := fallback(ctx)
	if err != nil {
		return Output{}, err
	}

	modern, err := w.webp(ctx)
	if err != nil {
		return Output{}, err
	}

	return beside(made, modern), nil
}

// beside returns one output that holds two files of the same image.
func beside(made, modern Output) Output {
	made.Extension, modern.Extension = variant.AutoExtension(made.Extension), variant.AutoExtension(modern.Extension)
	made.Alternatives = []Output{modern}

	return made
}

func (w *writer) output(file []byte, format metadata.Format) Output {
	if w.planes != nil {
		return outputOf(file, format, w.planes.Width, w.planes.Height)
	}

	size := w.pixels.Bounds().Size()

	return outputOf(file, format, size.X, size.Y)
}
