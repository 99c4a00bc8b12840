package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"runtime"

	"triptych/shared/faults"
	"triptych/shared/metadata"
)

// open reads a picture's facts and profile, and decodes it.
func open(ctx context.Context, data []byte) (*source, error) {
	file, size := bytes.NewReader(data), int64(len(data))

	info, err := metadata.Inspect(file, size)
	if err != nil {
		return nil, fmt.Errorf("open the picture: %w", err)
	}

	if err := affordable(info); err != nil {
		return nil, err
	}

	profile, err := metadata.Profile(file, size)
	if err != nil {
		return nil, fmt.Errorf("read the colour profile: %w", err)
	}

	pixels, err := decode(ctx, info, data)
	if err != nil {
		return nil, err
	}

	if size := pixels.Bounds().Size(); size != image.Pt(info.Width, info.Height) {
		return nil, faults.New(faults.Corrupt, "%d × %d pixels said, %d × %d found",
			info.Width, info.Height, size.X, size.Y)
	}

	// What a decoder held besides its result is free for the variants only when it
	// has been collected.
	if decodedBytes(info) > worthCollecting {
		runtime.GC()
	}

	_, indexed := pixels.(*image.Paletted)

	return &source{
		pixels:  plainRGB(pixels),
		info:    info,
		grey:    info.Components <= 2 && !indexed && info.Format != metadata.GIF,
		profile: profile,
	}, nil
}

// decode calls the decoder of a format, and makes faults of its errors.
func decode(ctx context.Context, info metadata.Info, data []byte) (image.Image, error) {
	if info.Format == metadata.GIF {
		return decodeGIF(ctx, data, info)
	}

	if info.Format == metadata.WebP {
		return decodeWebP(ctx, data, info)
	}

	file := &cancelable{ctx: ctx, Reader: bytes.NewReader(data)}

	if info.Format == metadata.PNG {
		pixels, err := png.Decode(file)
		if err != nil && file.ended {
			// image/png may say that pixels are missing; it reads no further than
			// it must, so they are because the file is cut.
			err = io.ErrUnexpectedEOF
		}

		return pixels, decodeFault(ctx, err)
	}

	pixels, err := jpeg.Decode(file)
	if err == nil {
		return pixels, nil
	}

	fault := decodeFault(ctx, err)

	// Scan data that was cut may have got an end marker since, into which the
	// decoder then runs as into any wrong byte. Without that marker it says
	// whether it ran out of data.
	if cut, ended := bytes.CutSuffix(data, []byte{0xff, 0xd9}); ended && faults.Is(fault, faults.Corrupt) {
		_, err := jpeg.Decode(&cancelable{ctx: ctx, Reader: bytes.NewReader(cut)})
		if again := decodeFault(ctx, err); faults.Is(again, faults.Truncated) {
			return nil, again
		}
	}

	return nil, fault
}

// decodeFault says what a decoder's error means for the picture.
func decodeFault(ctx context.Context, err error) error {
	var (
		jpegFormat      jpeg.FormatError
		jpegUnsupported jpeg.UnsupportedError
		pngFormat       png.FormatError
		pngUnsupported  png.UnsupportedError
	)

	// image/jpeg's error for an end of the file within scan data.
	const shortHuffmanData = jpeg.FormatError("short Huffman data")

	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("decode the picture: %w", ctx.Err())
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, shortHuffmanData):
		return faults.Wrap(faults.Truncated, err, "pixels are missing")
	case errors.As(err, &jpegUnsupported):
		return faults.Wrap(faults.UnsupportedFormat, err, "JPEG: %s", string(jpegUnsupported))
	case errors.As(err, &pngUnsupported):
		return faults.Wrap(faults.UnsupportedFormat, err, "PNG: %s", string(pngUnsupported))
	case errors.As(err, &jpegFormat):
		return faults.Wrap(faults.Corrupt, err, "JPEG: %s", string(jpegFormat))
	case errors.As(err, &pngFormat):
		return faults.Wrap(faults.Corrupt, err, "PNG: %s", string(pngFormat))
	default:
		// zlib's and flate's errors name themselves.
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
