package picture

import (
	"context"
	"fmt"
	"image"

	"triptych/picture/jpeg/encoder"
	"triptych/picture/metadata"
	"triptych/picture/planes"
	pngencoder "triptych/picture/png/encoder"
	"triptych/picture/variant"
	"triptych/picture/webp"
)

// encode runs the steps of a frame, and writes the result in the format that the variant
// wants.
func (d *decoded) encode(ctx context.Context, made frame, want variant.Spec) (Output, error) {
	if err := ctx.Err(); err != nil {
		return Output{}, err
	}

	output, err := d.finish(made, want).write(ctx, want.Format)
	if err != nil {
		return Output{}, fmt.Errorf("encode %s: %w", want.Format, err)
	}

	return output, nil
}

// finish runs the steps of a frame, and returns the writer of the result. With alpha, both
// files of the format auto are written from the same frame: a PNG from pixels, and a WebP
// from planes.
func (d *decoded) finish(made frame, want variant.Spec) *writer {
	made = made.withoutOpaque()
	finished := &writer{quality: want.Quality, estimates: want.AutoQuality, scans: scansOf(want), threads: threadsFor(d.info)}

	if want.Format == variant.Auto && made.alpha != nil {
		want.Format = variant.PNG
		finished.add(made, d.stepsFor(made, want))

		want.Format = variant.WebP
	}

	finished.add(made, d.stepsFor(made, want))

	return finished
}

func (d *decoded) stepsFor(made frame, want variant.Spec) steps {
	return stepsFor(made.picture.Model, made.kind(), d.colors, want)
}

// writer writes one image in any format. The image is in planes (Gray, or YCbCr in 4:2:0),
// in pixels, or in both.
type writer struct {
	planes  *planes.Image
	alpha   *planes.Plane // of planes; nil if all pixels are opaque
	pixels  image.Image
	profile []byte
	quality int
	// estimates lets the encoder choose the quality of a JPEG.
	estimates bool
	scans     encoder.Scans
	threads   int
}

// scansOf returns the process of a variant's JPEG.
func scansOf(want variant.Spec) encoder.Scans {
	if want.Progressive {
		return encoder.Progressive
	}

	return encoder.Sequential
}

// add runs the steps of a frame.
func (w *writer) add(made frame, s steps) {
	w.profile = s.profile

	switch {
	case s.pixels:
		w.pixels = made.inPixels(s)
	case s.kind != planes.Opaque:
		w.planes, w.alpha = made.inPlanesWithAlpha(s)
	default:
		w.planes = made.inPlanes(s)
	}
}

func (w *writer) write(ctx context.Context, format variant.Format) (Output, error) {
	if format == variant.Auto {
		return w.auto(ctx)
	}

	return codecs[metadata.Format(format)].encode(w, ctx) // check has rejected other formats.
}

func (w *writer) jpeg(context.Context) (Output, error) {
	quality := w.quality
	if w.estimates {
		quality = encoder.AutoQuality(w.planes)
	}

	file, err := encoder.Encode(w.planes, encoder.Options{
		Quality: quality, Scans: w.scans, Profile: w.profile, Threads: w.threads,
	})
	if err != nil {
		return Output{}, err
	}

	return w.output(file, metadata.JPEG), nil
}

func (w *writer) png(context.Context) (Output, error) {
	file, err := pngencoder.Encode(w.pixels, pngencoder.Options{Profile: len(w.profile) > 0})
	if err != nil {
		return Output{}, err
	}

	return w.output(embed(file, w.profile), metadata.PNG), nil
}

func (w *writer) webp(ctx context.Context) (Output, error) {
	options := webp.Options{Quality: w.quality, Profile: w.profile}

	var (
		file []byte
		err  error
	)

	// A gray profile does not fit a WebP, which always has three components.
	if w.planes.Model == planes.Gray {
		options.Profile = nil
	}

	if w.alpha != nil {
		file, err = webp.EncodeAlpha(ctx, w.planes, w.alpha, options)
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
	if w.alpha != nil {
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
