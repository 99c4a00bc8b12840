package picture

import (
	"context"
	"image"

	"triptych/picture/bmp"
	"triptych/picture/metadata"
	"triptych/picture/raster"
	"triptych/picture/tiff"
)

// bitmap is a BMP or TIFF whose header has been read.
type bitmap struct {
	raster.Rows

	layout raster.Layout
	memory int64 // that decoding uses in addition to the result
}

func openBitmap(data []byte, info metadata.Info) (*bitmap, error) {
	if info.Format == metadata.BMP {
		reader, err := bmp.Open(data)
		if err != nil {
			return nil, err
		}

		return &bitmap{Rows: reader, layout: reader.Layout, memory: reader.Memory()}, nil
	}

	reader, err := tiff.Open(data)
	if err != nil {
		return nil, err
	}

	return &bitmap{Rows: reader, layout: reader.Layout, memory: reader.Memory()}, nil
}

// need returns the memory for decoding, in bytes. For sizes whose product would overflow
// it returns more than the limit.
func (s *bitmap) need(result func(*raster.Layout) int64) int64 {
	const tooMany = maxDecodedBytes + 1

	if int64(s.layout.Width)*int64(s.layout.Height) > maxDecodedBytes || s.memory > maxDecodedBytes {
		return tooMany
	}

	return s.memory + result(&s.layout)
}

// image decodes the pixels with all their bits.
func (s *bitmap) image(ctx context.Context) (image.Image, error) {
	return raster.Image(ctx, s.layout, s.Rows)
}

// decodeBitmap decodes a BMP, or the first page of a TIFF. It makes the frames during
// decoding if possible.
func (o original) decodeBitmap(ctx context.Context, plans []plan) (*decoded, error) {
	opened, err := openBitmap(o.data, o.info)
	if err != nil {
		return nil, err
	}

	if err := o.matches(opened.layout.Width, opened.layout.Height); err != nil {
		return nil, err
	}

	deliver := deliveryFor(plans)
	options := raster.Options{Threads: threadsFor(o.info), Premultiplied: deliver.premultiplied}

	result := (*raster.Layout).Memory
	if deliver.rows {
		result = (*raster.Layout).StreamMemory
	}

	if err := affordable(o.info, opened.need(result)); err != nil {
		return nil, err
	}

	if !deliver.rows {
		picture, alpha, err := raster.Planes(ctx, opened.layout, opened, options)
		if err != nil {
			return nil, err
		}

		return o.hold(picture, alpha, deliver, plans)
	}

	made := o.lanes(plans)

	picture, err := raster.Stream(ctx, opened.layout, opened, made.sink(deliver), options)
	if err != nil {
		return nil, err
	}

	return &decoded{original: o, colors: colorsOf(o.profile, picture.Model, plans), frames: made}, nil
}
