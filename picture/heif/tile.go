package heif

import (
	"errors"
	"fmt"

	"triptych/picture/failure"
	"triptych/picture/heif/hevc"
	"triptych/picture/metadata/bitstream"
	"triptych/picture/metadata/bmff"
	meta "triptych/picture/metadata/heif"
)

// sparePixels is the number of pixels that a tile may have beyond twice those in its
// properties. Encoders add pixels to reach whole blocks.
const sparePixels = 1 << 16

// tile is a tile whose data has been read.
type tile struct {
	item         *bmff.Item
	header       bitstream.Picture
	config, data []byte
	maxPixels    int64
}

// open reads a tile, and compares its header with the properties of the file.
func (t *tiles) open(item *bmff.Item) (*tile, error) {
	header, err := meta.Coded(t.file, item)
	if err != nil {
		return nil, err
	}

	mostPixels := 2*int64(t.layout.TileWidth)*int64(t.layout.TileHeight) + sparePixels
	if err := t.check(header, item, mostPixels); err != nil {
		return nil, err
	}

	data, err := t.file.Read(item, t.maxBytes)
	if err != nil {
		return nil, err
	}

	return &tile{item: item, header: header, config: item.Find("hvcC"), data: data, maxPixels: 2 * mostPixels}, nil
}

func (t *tile) options(maxBytes int64, threads int) hevc.Options {
	return hevc.Options{MaxPixels: t.maxPixels, MaxBytes: maxBytes, Threads: threads}
}

// explain adds the item to an error of its decoder.
func (t *tile) explain(err error) error {
	switch {
	case errors.Is(err, errDiffers):
		return err
	case failure.Is(err, failure.Truncated): // The data of the item is complete.
		return failure.Wrap(failure.Corrupt, err, "HEIC whose item %d ends before its last pixel", t.item.ID)
	default:
		return fmt.Errorf("decode item %d of the HEIC: %w", t.item.ID, err)
	}
}

var errDiffers = failure.New(failure.Corrupt, "HEIC whose decoded images differ from their headers")

// agrees compares a decoded image with its header.
func (t *tile) agrees(decoded *hevc.Picture) error {
	header := &t.header

	if decoded.Width != header.Width || decoded.Height != header.Height || decoded.Chroma != chromaOf(*header) ||
		decoded.Depth != header.Depth || decoded.Chroma != hevc.Gray && decoded.DepthOfColor != header.DepthOfColor {
		return errDiffers
	}

	return nil
}

// check compares the header of a tile with the properties of its item, and with the other
// tiles.
func (t *tiles) check(header bitstream.Picture, item *bmff.Item, mostPixels int64) error {
	if width, height := item.Size(); width > header.Width || height > header.Height {
		return failure.New(failure.Corrupt, "%d × %d pixels in the file, %d × %d in the stream", width, height, header.Width, header.Height)
	}

	if int64(header.Width)*int64(header.Height) > mostPixels {
		return failure.New(failure.TooManyPixels, "%d × %d pixels in the stream, of which %d × %d are shown",
			header.Width, header.Height, t.layout.TileWidth, t.layout.TileHeight)
	}

	if header.Gray != t.alike.Gray || header.HalfWidth != t.alike.HalfWidth || header.HalfHeight != t.alike.HalfHeight ||
		header.Depth != t.alike.Depth || header.DepthOfColor != t.alike.DepthOfColor {
		return failure.New(failure.UnsupportedFormat, "HEIC whose tiles are sampled in different ways")
	}

	return nil
}

// chromaOf returns the sampling of chroma in a header.
func chromaOf(header bitstream.Picture) hevc.Chroma {
	switch {
	case header.Gray:
		return hevc.Gray
	case header.HalfHeight:
		return hevc.Chroma420
	case header.HalfWidth:
		return hevc.Chroma422
	default:
		return hevc.Chroma444
	}
}
