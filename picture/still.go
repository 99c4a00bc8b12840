package picture

import (
	"context"
	"image"

	"triptych/picture/bmp"
	"triptych/picture/metadata"
	"triptych/picture/raster"
	"triptych/picture/tiff"
)

// still is a BMP or TIFF whose header has been read.
type still struct {
	raster.Rows

	layout raster.Layout
	memory int64 // that decoding takes beside the result
}

func openStill(data []byte, info metadata.Info) (*still, error) {
	if info.Format == metadata.BMP {
		reader, err := bmp.Open(data)
		if err != nil {
			return nil, err
		}

		return &still{Rows: reader, layout: reader.Layout, memory: reader.Memory()}, nil
	}

	reader, err := tiff.Open(data)
	if err != nil {
		return nil, err
	}

	return &still{Rows: reader, layout: reader.Layout, memory: reader.Memory()}, nil
}

// need is a sum of memory in bytes; sizes whose product would overflow need too much.
func (s *still) need(result func(*raster.Layout) int64) int64 {
	const tooMany = maxDecodedBytes + 1

	if int64(s.layout.Width)*int64(s.layout.Height) > maxDecodedBytes || s.memory > maxDecodedBytes {
		return tooMany
	}

	return s.memory + result(&s.layout)
}

// image decodes the pixels with all their bits.
func (s *still) image(ctx context.Context) (image.Image, error) {
	return raster.Image(ctx, s.layout, s.Rows)
}

// decodeStill decodes a BMP, or the first page of a TIFF, and makes the variants
// meanwhile if that can be.
func (s *source) decodeStill(ctx context.Context, data []byte, plans []plan) (err error) {
	opened, err := openStill(data, s.info)
	if err != nil {
		return err
	}

	if err := s.matches(opened.layout.Width, opened.layout.Height); err != nil {
		return err
	}

	streaming := streams(plans)

	result := (*raster.Layout).Memory
	if streaming {
		result = (*raster.Layout).StreamMemory
	}

	if err := affordable(s.info, opened.need(result)); err != nil {
		return err
	}

	if streaming {
		s.picture, err = raster.Stream(ctx, opened.layout, opened, &allStreamed{source: s, plans: plans}, threadsFor(s.info))
	} else {
		s.picture, s.alpha, err = raster.Planes(ctx, opened.layout, opened)
	}

	return err
}
