package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"runtime"

	"triptych/shared/faults"
	"triptych/shared/metadata"
	"triptych/shared/picture/jpeg/decoder"
	"triptych/shared/picture/planes"
	"triptych/shared/picture/png"
	"triptych/shared/recipe"
)

// open reads a picture's facts and profile, plans the variants, and decodes what
// they need of it.
func open(ctx context.Context, data []byte, wants []recipe.Variant) (*source, []plan, error) {
	file, size := bytes.NewReader(data), int64(len(data))

	info, err := metadata.Inspect(file, size)
	if err != nil {
		return nil, nil, fmt.Errorf("open the picture: %w", err)
	}

	if info.Format == metadata.HEIC { // Its decoder turns it.
		info.Width, info.Height = info.Upright()
		info.Orientation = metadata.Upright
	}

	profile, err := metadata.Profile(file, size)
	if err != nil {
		return nil, nil, fmt.Errorf("read the colour profile: %w", err)
	}

	plans := make([]plan, len(wants))
	for i, want := range wants {
		plans[i] = planFor(info, want)
	}

	decoded := &source{info: info, file: data, profile: profile, region: image.Rect(0, 0, info.Width, info.Height), scale: 1}

	var held int64 // that is garbage now

	switch info.Format {
	case metadata.JPEG:
		held, err = decoded.decodeJPEG(ctx, data, plans)
	case metadata.PNG:
		err = decoded.decodePNG(ctx, data)
	case metadata.GIF, metadata.WebP:
		held, err = decoded.decodeOthers(ctx, data)
	case metadata.BMP, metadata.TIFF:
		held, err = decoded.decodeStill(ctx, data)
	case metadata.HEIC, metadata.AVIF:
		err = decoded.decodeHEIF(ctx, data)
	}

	if err != nil {
		return nil, nil, err
	}

	decoded.prepare(plans)

	// What a decoder held besides its result is free for the variants only when it
	// has been collected.
	if held > worthCollecting {
		runtime.GC()
	}

	return decoded, plans, nil
}

// decodeJPEG decodes the part that the plans need at the scale that is enough for
// them.
func (s *source) decodeJPEG(ctx context.Context, data []byte, plans []plan) (held int64, err error) {
	s.scale = scaleFor(s.info, plans)

	header, err := decoder.ReadHeader(data)
	if err != nil {
		return 0, err //nolint:wrapcheck // A fault of the picture, told once.
	}

	if err := s.matches(header.Width, header.Height); err != nil {
		return 0, err
	}

	if err := affordable(s.info, header.Memory(s.scale)); err != nil {
		return 0, err
	}

	s.picture, s.region, err = decoder.Decode(ctx, data, decoder.Options{
		Scale: s.scale, Region: regionFor(plans), Threads: threadsFor(s.info), MaxPixels: maxDecodedBytes,
		Sink: streams{s, plans},
	})
	if err != nil {
		return 0, err //nolint:wrapcheck // As above, or the context's.
	}

	for _, plane := range s.picture.Planes {
		held -= int64(len(plane.Pix))
	}

	if header.Progressive {
		held += header.Memory(s.scale)
	}

	return held, nil
}

// decodePNG decodes all: what is above and left of a part is needed for it.
func (s *source) decodePNG(ctx context.Context, data []byte) (err error) {
	// A plane a component at least; what else there is, the decoder finds out.
	pixels := int64(s.info.Width) * int64(s.info.Height)
	if err := affordable(s.info, max(pixels, min(pixels, maxDecodedBytes)*int64(s.info.Components))); err != nil {
		return err
	}

	s.picture, s.alpha, err = png.Decode(ctx, data, png.Options{MaxBytes: maxDecodedBytes})
	if err != nil {
		return err //nolint:wrapcheck // A fault of the picture, or the context's.
	}

	return s.matches(s.picture.Width, s.picture.Height)
}

// decodeOthers decodes a GIF or a WebP. A WebP without alpha comes in planes.
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

	colours := image.Pt((size.X+1)/2, (size.Y+1)/2) //nolint:mnd // VP8 is 4:2:0.
	s.picture = &planes.Image{Model: planes.YCbCr, Width: size.X, Height: size.Y, Planes: []planes.Plane{
		{Pix: frame.Y, Stride: frame.YStride, Width: size.X, Height: size.Y},
		{Pix: frame.Cb, Stride: frame.CStride, Width: colours.X, Height: colours.Y},
		{Pix: frame.Cr, Stride: frame.CStride, Width: colours.X, Height: colours.Y},
	}}

	return need - s.info.Samples, nil
}

// matches holds a decoder's size against that which the file's head says.
func (s *source) matches(width, height int) error {
	if width == s.info.Width && height == s.info.Height {
		return nil
	}

	return faults.New(faults.Corrupt, "%d × %d pixels said, %d × %d found", s.info.Width, s.info.Height, width, height)
}

// decodeFault says what the error of a decoder of GIF or WebP means for the
// picture.
func decodeFault(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("decode the picture: %w", ctx.Err())
	case errors.Is(err, io.ErrUnexpectedEOF):
		return faults.Wrap(faults.Truncated, err, "pixels are missing")
	default:
		// They name themselves.
		return faults.Wrap(faults.Corrupt, err, "%v", err)
	}
}

// cancelable reads until its context ends.
type cancelable struct {
	*bytes.Reader

	ctx   context.Context //nolint:containedctx // It lives as long as one decoder's call.
	ended bool            // a read found nothing left
}

func (c *cancelable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err //nolint:wrapcheck // A reader's error passes as it is.
	}

	n, err := c.Reader.Read(p)
	c.ended = c.ended || err != nil

	return n, err //nolint:wrapcheck // A reader's error passes as it is.
}
