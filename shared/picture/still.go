package picture

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"triptych/shared/faults"
	"triptych/shared/metadata"
	"triptych/shared/picture/planes"
)

// stillBytes is what image.Image takes of a BMP or TIFF, in bytes.
func stillBytes(info metadata.Info) int64 {
	each := int64(4) //nolint:mnd // Red, green, blue, alpha.
	if info.Components == 1 {
		each = 1
	}

	if info.Precision > 8 { //nolint:mnd // Bits of a byte.
		each *= 2
	}

	return each * int64(info.Width) * int64(info.Height)
}

// blockBytes is what a strip or tile takes while it is decoded: x/image/tiff lets it
// grow to eight bytes a pixel, doubling its room.
func blockBytes(info metadata.Info) int64 {
	return info.Block * int64(info.Components) * int64((info.Precision+7)/8) * 2 //nolint:mnd // Bits; twice.
}

// readStill reads a BMP, or the first page of a TIFF, into pixels.
func readStill(ctx context.Context, data []byte, info metadata.Info) (image.Image, error) {
	file := &cancelable{ctx: ctx, Reader: bytes.NewReader(data)}

	var (
		pixels image.Image
		err    error
	)

	if info.Format == metadata.BMP {
		pixels, err = bmp.Decode(file)
	} else {
		pixels, err = tiff.Decode(file)
	}

	var unsupported tiff.UnsupportedError

	switch {
	case errors.As(err, &unsupported):
		return nil, faults.New(faults.UnsupportedFormat, "TIFF: %s", strings.TrimPrefix(unsupported.Error(), "tiff: unsupported feature: "))
	case errors.Is(err, bmp.ErrUnsupported):
		return nil, faults.New(faults.UnsupportedFormat, "a BMP of a rare kind")
	case err != nil:
		return nil, decodeFault(ctx, err)
	}

	return pixels, nil
}

// decodeStill decodes a BMP, or the first page of a TIFF, into planes.
func (s *source) decodeStill(ctx context.Context, data []byte) (held int64, err error) {
	pixels := int64(s.info.Width) * int64(s.info.Height)
	held = stillBytes(s.info) + blockBytes(s.info)

	const mostPlanes = 4
	if err := affordable(s.info, held+pixels*mostPlanes); err != nil {
		return 0, err
	}

	read, err := readStill(ctx, data, s.info)
	if err != nil {
		return 0, err
	}

	size := read.Bounds().Size()
	if err := s.matches(size.X, size.Y); err != nil {
		return 0, err
	}

	s.picture, s.alpha = inPlanes(read)

	return held, nil
}

// inPlanes takes pixels apart: Grey where they are, else RGB, of 8 bits. Alpha is nil
// where all is opaque, and not multiplied into the colours.
func inPlanes(pixels image.Image) (*planes.Image, *planes.Plane) {
	size := pixels.Bounds().Size()
	made := &planes.Image{Model: planes.Grey, Width: size.X, Height: size.Y}

	if grey, ok := pixels.(*image.Gray); ok {
		made.Planes = []planes.Plane{{Pix: grey.Pix, Stride: grey.Stride, Width: size.X, Height: size.Y}}

		return made, nil
	}

	grey := pixels.ColorModel() == color.Gray16Model
	if made.Planes = []planes.Plane{planes.New(size.X, size.Y)}; !grey {
		made.Model = planes.RGB
		made.Planes = append(made.Planes, planes.New(size.X, size.Y), planes.New(size.X, size.Y))
	}

	alpha := planes.New(size.X, size.Y)
	seeThrough := false
	row := make([]byte, 4*size.X) //nolint:mnd // Bytes a pixel.

	for y := range size.Y {
		convertRow(row, pixels, pixels.Bounds().Min.Add(image.Pt(0, y)))

		for i := range made.Planes {
			to := made.Planes[i].Row(y)
			for x := range to {
				to[x] = row[4*x+i]
			}
		}

		to := alpha.Row(y)
		for x := range to {
			to[x] = row[4*x+3]
			seeThrough = seeThrough || to[x] != opaque
		}
	}

	if !seeThrough {
		return made, nil
	}

	return made, &alpha
}
