package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"runtime"

	"triptych/picture/failure"
	"triptych/picture/jpeg/decoder"
	"triptych/picture/metadata"
	"triptych/picture/planes"
	"triptych/picture/png"
	"triptych/picture/variant"
)

// open reads the properties and the profile of an image, plans the variants, and decodes
// the parts that they need.
func open(ctx context.Context, data []byte, wants []variant.Spec) (*source, []plan, error) {
	file, size := bytes.NewReader(data), int64(len(data))

	info, err := metadata.Inspect(file, size)
	if err != nil {
		return nil, nil, fmt.Errorf("open the image: %w", err)
	}

	profile, err := metadata.Profile(file, size)
	if err != nil {
		return nil, nil, fmt.Errorf("read the color profile: %w", err)
	}

	plans := make([]plan, len(wants))
	for i, want := range wants {
		plans[i] = planFor(info, want)
	}

	decoded := &source{info: info, file: data, profile: profile}

	var held int64 // bytes that are garbage now

	switch info.Format {
	case metadata.JPEG:
		err = decoded.decodeJPEG(ctx, data, plans)
	case metadata.PNG:
		err = decoded.decodePNG(ctx, data, plans)
	case metadata.GIF, metadata.WebP:
		held, err = decoded.decodeOthers(ctx, data)
	case metadata.BMP, metadata.TIFF:
		err = decoded.decodeBitmap(ctx, data, plans)
	case metadata.HEIC, metadata.AVIF:
		err = decoded.decodeHEIF(ctx, data)
	}

	if err != nil {
		return nil, nil, err
	}

	if len(plans) > 0 && plans[0].stream == nil { // For streams, prepareAll was called before the first row.
		decoded.prepareAll(plans)
	}

	// The memory that a decoder held in addition to its result is free for the variants
	// only after a collection.
	if held > worthCollecting {
		runtime.GC()
	}

	return decoded, plans, nil
}

// decodeJPEG decodes for each plan the part that it needs, at the smallest sufficient
// scale, all in one pass. It makes the variants during decoding.
func (s *source) decodeJPEG(ctx context.Context, data []byte, plans []plan) error {
	header, err := decoder.ReadHeader(data)
	if err != nil {
		return err
	}

	if err := s.matches(header.Width, header.Height); err != nil {
		return err
	}

	targets, need := make([]decoder.Target, len(plans)), int64(0)

	for i := range plans {
		scale := plans[i].scaleFor(s.info)
		need += header.Memory(scale)
		targets[i] = decoder.Target{
			Scale: scale, Region: plans[i].region(), Sink: &streamed{source: s, plan: &plans[i], scale: scale},
		}
	}

	if err := affordable(s.info, need); err != nil {
		return err
	}

	options := decoder.Options{Threads: threadsFor(s.info), MaxPixels: maxDecodedBytes}

	return decoder.Decode(ctx, data, options, targets...)
}

// decodePNG decodes the whole image, because a part needs everything above it and to its
// left. It makes the variants during decoding if possible.
func (s *source) decodePNG(ctx context.Context, data []byte, plans []plan) (err error) {
	options := png.Options{MaxBytes: maxDecodedBytes, Threads: threadsFor(s.info)}
	options.Colors, s.profile = colorsOfPNG(s.profile, s.info.Coding)

	if streams(plans) {
		options.Sink = &allStreamed{source: s, plans: plans}
	}

	s.picture, s.alpha, err = png.Decode(ctx, data, options)
	if err != nil {
		return err
	}

	return s.matches(s.picture.Width, s.picture.Height)
}

// decodeOthers decodes a GIF or a WebP. A WebP without alpha is returned in planes.
func (s *source) decodeOthers(ctx context.Context, data []byte) (held int64, err error) {
	need := decodedBytes(s.info)
	if err := affordable(s.info, need); err != nil {
		return 0, err
	}

	var pixels image.Image
	if s.info.Format == metadata.GIF {
		pixels, err = decodeGIF(ctx, data, s.info)
	} else {
		pixels, err = decodeWebP(ctx, data, s.info)
	}

	if err != nil {
		return 0, err
	}

	size := pixels.Bounds().Size()
	if err := s.matches(size.X, size.Y); err != nil {
		return 0, err
	}

	frame, ok := pixels.(*image.YCbCr)
	if !ok {
		s.pixels = pixels

		return need, nil
	}

	colors := image.Pt((size.X+1)/2, (size.Y+1)/2)
	s.picture = &planes.Image{Model: planes.YCbCr, Width: size.X, Height: size.Y, Planes: []planes.Plane{
		{Pix: frame.Y, Stride: frame.YStride, Width: size.X, Height: size.Y},
		{Pix: frame.Cb, Stride: frame.CStride, Width: colors.X, Height: colors.Y},
		{Pix: frame.Cr, Stride: frame.CStride, Width: colors.X, Height: colors.Y},
	}}

	return need - s.info.Samples, nil
}

// matches compares a decoder's size with the size in the file's header.
func (s *source) matches(width, height int) error {
	if width == s.info.Width && height == s.info.Height {
		return nil
	}

	return failure.New(failure.Corrupt, "%d × %d pixels in the header, %d × %d decoded", s.info.Width, s.info.Height, width, height)
}

// decodeError classifies the error of a GIF or WebP decoder.
func decodeError(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("decode the image: %w", ctx.Err())
	case errors.Is(err, io.ErrUnexpectedEOF):
		return failure.Wrap(failure.Truncated, err, "pixels are missing")
	default:
		// These errors name their package themselves.
		return failure.Wrap(failure.Corrupt, err, "%v", err)
	}
}
