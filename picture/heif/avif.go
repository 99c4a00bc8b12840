package heif

import (
	"bytes"
	"context"
	"fmt"

	"triptych/picture/failure"
	"triptych/picture/metadata"
	"triptych/picture/metadata/bmff"
	"triptych/picture/planes"
	"triptych/picture/sandbox"
	"triptych/picture/tone"
)

// The numbers that the module's decode function returns, in their order.
const (
	avifWidth = iota
	avifHeight
	avifDepth
	avifCount
	avifNumbers
)

// DecodeAVIF decodes an AVIF whose properties are in info. The result is RGB, cropped,
// and as stored. Alpha is nil if all pixels are opaque. Otherwise colors are multiplied
// by alpha. Its rejections are those of DecodeHEIC.
func DecodeAVIF(
	ctx context.Context, data []byte, info metadata.Info, options Options,
) (*planes.Image, *planes.Plane, error) {
	picture, alpha, err := decodeAVIF(ctx, data, info, options)
	if err != nil && failure.KindOf(err) == "" {
		return nil, nil, decodeError(ctx, "AVIF", err, options)
	}

	return picture, alpha, err
}

func decodeAVIF(
	ctx context.Context, data []byte, info metadata.Info, options Options,
) (*planes.Image, *planes.Plane, error) {
	if err := knownToAVIF(info.Coding); err != nil {
		return nil, nil, err
	}

	file, err := bmff.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, nil, err
	}

	layout, err := file.Layout()
	if err != nil {
		return nil, nil, err
	}

	placed, err := layout.Placement()
	if err != nil {
		return nil, nil, err
	}

	pieces, err := rewriteAVIF(file, layout, info.Coding, options)
	if err != nil {
		return nil, nil, err
	}

	in, err := newRoom(ctx, libavif, avifNumbers, options)
	if err != nil {
		return nil, nil, err
	}
	defer in.Close()

	if err := in.load(ctx, pieces); err != nil {
		return nil, nil, err
	}

	decoded, bytesAPixel, err := in.frame(ctx, layout.Width, layout.Height)
	if err != nil {
		return nil, nil, err
	}

	pixels := rgba{pix: decoded, bytes: bytesAPixel, stride: layout.Width * bytesAPixel, tone: tone.New(info.Coding)}

	picture, alpha := pixels.apart(placed.Crop)

	return picture, alpha, nil
}

// knownToAVIF rejects a coding that libavif does not convert.
func knownToAVIF(coding metadata.Coding) error {
	if coding.Matrix == matrixBT2020Const {
		return failure.New(failure.UnsupportedFormat, "AVIF with matrix coefficients %d of ITU-T H.273", coding.Matrix)
	}

	return known(coding)
}

// frame decodes the first frame of the given size into pixels of bytesAPixel bytes.
func (r *room) frame(ctx context.Context, width, height int) (pixels []byte, bytesAPixel int, err error) {
	const headAlone, all, firstFrame, durationBytes = 1, 0, 0, 8

	answers := []uint64{r.at(avifWidth), r.at(avifHeight), r.at(avifDepth), r.at(avifCount)}

	if err := r.decode(ctx, append(append([]uint64{headAlone, firstFrame}, answers...), 0, 0)...); err != nil {
		return nil, 0, err
	}

	if int(r.number(avifWidth)) != width || int(r.number(avifHeight)) != height {
		return nil, 0, failure.New(failure.Corrupt, "%d × %d pixels in the header, %d × %d decoded",
			width, height, r.number(avifWidth), r.number(avifHeight))
	}

	bytesAPixel = pixelBytes(r.number(avifDepth))

	duration, err := r.Alloc(ctx, durationBytes)
	if err != nil {
		return nil, 0, err
	}

	// The module reports success even if there is no frame. Only the unchanged duration
	// shows that case, so mark it first.
	if err := mark(r, duration, durationBytes); err != nil {
		return nil, 0, err
	}

	size := int64(width) * int64(height) * int64(bytesAPixel)

	out, err := r.result(ctx, size)
	if err != nil {
		return nil, 0, err
	}

	if err := r.decode(ctx, append(append([]uint64{all, firstFrame}, answers...), duration, out)...); err != nil {
		return nil, 0, err
	}

	if marked(r, duration, durationBytes) {
		return nil, 0, errRefused
	}

	pixels, err = r.Bytes(out, size)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", sandbox.ErrMemory, err)
	}

	return pixels, bytesAPixel, nil
}

const noDuration = 0xff // in each byte; never a valid number

func mark(in *room, at uint64, size int64) error {
	data, err := in.Bytes(at, size)
	for i := range data {
		data[i] = noDuration
	}

	return err
}

func marked(in *room, at uint64, size int64) bool {
	data, err := in.Bytes(at, size)
	for _, one := range data {
		if one != noDuration {
			return false
		}
	}

	return err == nil
}

// pixelBytes returns 4 for a depth of up to 8 bits, otherwise 8.
func pixelBytes(depth uint32) int {
	if depth > 8 { // Bits of a byte.
		return 8
	}

	return 4
}
