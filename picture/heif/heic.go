package heif

import (
	"bytes"
	"context"

	"triptych/picture/failure"
	"triptych/picture/metadata"
	"triptych/picture/metadata/bmff"
	meta "triptych/picture/metadata/heif"
	"triptych/picture/planes"
)

// libheif's numbers for color spaces and chroma sampling (libheif/heif.h).
const (
	spaceYCbCr = 0
	spaceGray  = 2

	chroma420 = 1
	chroma422 = 2
)

// Indexes of the numbers that the WebAssembly module's decode function returns. heicNumbers
// is the count of these numbers.
const (
	heicWidth = iota
	heicHeight
	heicSpace
	heicChroma
	heicPremultiplied
	heicNumbers
)

// DecodeHEIC decodes a HEIC whose properties are in info. The result is Gray, YCbCr or
// RGB. It is cropped, but not rotated or mirrored. Rejections: Corrupt, Truncated,
// UnsupportedFormat, TooManyPixels. When ctx ends, DecodeHEIC returns ctx's error.
func DecodeHEIC(ctx context.Context, data []byte, info metadata.Info, options Options) (*planes.Image, error) {
	picture, err := decodeHEIC(ctx, data, info, options)
	if err != nil && failure.KindOf(err) == "" {
		return nil, decodeError(ctx, "HEIC", err, options)
	}

	return picture, err
}

func decodeHEIC(ctx context.Context, data []byte, info metadata.Info, options Options) (*planes.Image, error) {
	file, err := bmff.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}

	layout, err := file.Layout()
	if err != nil {
		return nil, err
	}

	placed, err := layout.Placement()
	if err != nil {
		return nil, err
	}

	coded, err := meta.Coded(file, layout.Tiles[0])
	if err != nil {
		return nil, err
	}

	target, err := newCanvas(layout, placed.Crop, coded, info.Coding)
	if err != nil {
		return nil, err
	}

	decoder := &hevc{file: file, options: options}
	defer decoder.close()

	for i, tile := range layout.Tiles {
		if err := target.tile(ctx, decoder, tile, i%layout.Columns, i/layout.Columns); err != nil {
			return nil, err
		}
	}

	return target.picture, nil
}
