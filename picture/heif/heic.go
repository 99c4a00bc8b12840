package heif

import (
	"bytes"
	"context"
	"image"

	"triptych/picture/failure"
	"triptych/picture/metadata"
	"triptych/picture/metadata/bitstream"
	"triptych/picture/metadata/bmff"
	meta "triptych/picture/metadata/heif"
	"triptych/picture/planes"
	"triptych/picture/tone"
)

// HEIC is a HEIC whose structure has been read.
type HEIC struct {
	// Model is the model of the decoded image: Gray, YCbCr or RGB.
	Model planes.Model
	// Width and Height are the size of the shown part, in pixels.
	Width, Height int
	// Alpha reports whether the file has an alpha image. All of its pixels may be opaque.
	Alpha bool

	file          *bmff.File
	layout, alpha bmff.Layout
	premultiplied bool // the coded colors are multiplied by alpha
	crop          image.Rectangle
	coded         bitstream.Picture // of the first tile; all tiles must be alike
	coding        metadata.Coding
}

// OpenHEIC reads the structure of a HEIC whose properties are in info. Rejections:
// Corrupt, Truncated, UnsupportedFormat, TooManyPixels.
func OpenHEIC(data []byte, info metadata.Info) (*HEIC, error) {
	if err := known(info.Coding); err != nil {
		return nil, err
	}

	file, err := bmff.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}

	h := &HEIC{file: file, coding: info.Coding}

	if h.layout, err = file.Layout(); err != nil {
		return nil, err
	}

	placed, err := h.layout.Placement()
	if err != nil {
		return nil, err
	}

	h.crop = placed.Crop
	h.Width, h.Height = h.crop.Dx(), h.crop.Dy()

	if h.coded, err = meta.Coded(file, h.layout.Tiles[0]); err != nil {
		return nil, err
	}

	if err := h.openAlpha(); err != nil {
		return nil, err
	}

	if h.coding.Matrix == matrixYCgCo { // As in libheif, which does not support a limited range for this matrix.
		h.coding.FullRange = true
	}

	h.Model = h.model()

	return h, nil
}

// model returns the model into which samples are converted. Alpha has a sample for each
// pixel, so colors with alpha also need one.
func (h *HEIC) model() planes.Model {
	switch {
	case h.coded.Gray:
		return planes.Gray
	case h.Alpha, h.coding.Matrix == matrixGBR, h.coding.Matrix == matrixBT2020Const, tone.New(h.coding) != nil:
		return planes.RGB
	default:
		return planes.YCbCr
	}
}

// Decode decodes the image and passes its rows to a sink. The image is cropped, but not
// rotated or mirrored. If Decode returns an error, the sink may have received rows before.
//
// Rejections: Corrupt, Truncated, UnsupportedFormat, TooManyPixels. When ctx ends, Decode
// returns ctx's error.
func (h *HEIC) Decode(ctx context.Context, sink planes.Sink, options Options) error {
	left := options.MaxBytes - h.resultBytes()
	if left < 0 {
		return failure.New(failure.TooManyPixels, "HEIC of %d × %d pixels, which need more than %d MiB to decode", h.Width, h.Height, options.MaxBytes>>20)
	}

	var alpha *planes.Plane

	if h.Alpha {
		decoded, err := h.decodeAlpha(ctx, left, options.Threads)
		if err != nil {
			return err
		}

		alpha = decoded
	}

	out := newBands(h, alpha, sink, options)
	from := &tiles{
		file: h.file, layout: h.layout, crop: h.crop, alike: h.coded, maxBytes: left, threads: options.Threads,
	}

	return from.each(ctx, out.add)
}

// resultBytes is the memory of all rows of the result, which is the most that a sink can
// need at the same time.
func (h *HEIC) resultBytes() int64 {
	each := int64(h.Model.Components())
	if h.Alpha {
		each += 2 // The decoded alpha, and the rows of it that the sink needs.
	}

	return each * int64(h.Width) * int64(h.Height)
}

// DecodeHEIC decodes a whole HEIC whose properties are in info. Alpha is nil if all pixels
// are opaque. The rejections are those of [OpenHEIC] and [HEIC.Decode].
func DecodeHEIC(
	ctx context.Context, data []byte, info metadata.Info, options Options,
) (*planes.Image, *planes.Plane, error) {
	file, err := OpenHEIC(data, info)
	if err != nil {
		return nil, nil, err
	}

	var whole planes.Whole
	if err := file.Decode(ctx, &whole, options); err != nil {
		return nil, nil, err
	}

	return whole.Image, whole.Alpha, nil
}
