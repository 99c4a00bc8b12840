package heif

import (
	"context"
	"encoding/binary"
	"fmt"

	"triptych/shared/faults"
	"triptych/shared/metadata"
	"triptych/shared/picture/planes"
	"triptych/shared/picture/sandbox"
)

// The numbers that the module's decode answers, in their order.
const (
	avifWidth = iota
	avifHeight
	avifDepth
	avifCount
	avifNumbers
)

// DecodeAVIF decodes an AVIF of which info is known: RGB, and as stored. Alpha is
// nil where all is opaque, else colours are multiplied by it. Its faults are
// DecodeHEIC's.
func DecodeAVIF(
	ctx context.Context, data []byte, info metadata.Info, options Options,
) (*planes.Image, *planes.Plane, error) {
	picture, alpha, err := decodeAVIF(ctx, data, info, options)
	if err != nil && faults.CodeOf(err) == "" {
		return nil, nil, fault(ctx, "AVIF", err, options)
	}

	return picture, alpha, err
}

func decodeAVIF(
	ctx context.Context, data []byte, info metadata.Info, options Options,
) (*planes.Image, *planes.Plane, error) {
	const headAlone, all, firstFrame, durationBytes = 1, 0, 0, 8

	in, err := enter(ctx, libavif, data, avifNumbers, options)
	if err != nil {
		return nil, nil, err
	}
	defer in.Close()

	answers := []uint64{in.at(avifWidth), in.at(avifHeight), in.at(avifDepth), in.at(avifCount)}

	if err := in.decode(ctx, append(append([]uint64{headAlone, firstFrame}, answers...), 0, 0)...); err != nil {
		return nil, nil, err
	}

	width, height := int(in.number(avifWidth)), int(in.number(avifHeight))
	if width != info.Width || height != info.Height {
		return nil, nil, faults.New(faults.Corrupt, "%d × %d pixels said, %d × %d found", info.Width, info.Height, width, height)
	}

	pixels := pixelBytes(in.number(avifDepth))

	duration, err := in.Alloc(ctx, durationBytes)
	if err != nil {
		return nil, nil, err //nolint:wrapcheck // It names itself.
	}

	// The module says that all went well even where there was no frame: only then its
	// duration is what it was before.
	if err := mark(in, duration, durationBytes); err != nil {
		return nil, nil, err
	}

	size := int64(width) * int64(height) * int64(pixels)

	out, err := in.Alloc(ctx, size)
	if err != nil {
		return nil, nil, err //nolint:wrapcheck // As above.
	}

	if err := in.decode(ctx, append(append([]uint64{all, firstFrame}, answers...), duration, out)...); err != nil {
		return nil, nil, err
	}

	if marked(in, duration, durationBytes) {
		return nil, nil, errRefused
	}

	decoded, err := in.Bytes(out, size)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", sandbox.ErrMemory, err)
	}

	picture, alpha := apart(decoded, pixels, width, height)

	return picture, alpha, nil
}

const noDuration = 0xff // of each byte: no number at all

func mark(in *room, at uint64, size int64) error {
	data, err := in.Bytes(at, size)
	for i := range data {
		data[i] = noDuration
	}

	return err //nolint:wrapcheck // It names itself.
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

// pixelBytes is 4 for a depth of 8 bits, else 8.
func pixelBytes(depth uint32) int {
	if depth > 8 { //nolint:mnd // Bits of a byte.
		return 8
	}

	return 4
}

// apart takes pixels of red, green, blue and alpha, of 8 or 16 bits, into planes.
func apart(pixels []byte, bytesAPixel, width, height int) (*planes.Image, *planes.Plane) {
	const opaque = 255

	made := []planes.Plane{
		planes.New(width, height), planes.New(width, height), planes.New(width, height), planes.New(width, height),
	}
	seeThrough := false

	for i := range made {
		for at := range made[i].Pix {
			var sample byte
			if from := pixels[at*bytesAPixel:]; bytesAPixel == 4 { //nolint:mnd // See pixelBytes.
				sample = from[i]
			} else {
				sample = eight(binary.LittleEndian.Uint16(from[2*i:]))
			}

			made[i].Pix[at] = sample
			seeThrough = seeThrough || i == 3 && sample != opaque
		}
	}

	picture := &planes.Image{Model: planes.RGB, Width: width, Height: height, Planes: made[:3:3]}
	if !seeThrough {
		return picture, nil
	}

	return picture, &made[3]
}

// eight is a sample of 16 bits in 8, to the nearest.
func eight(sample uint16) byte {
	const most8, most16 = 255, 65535

	return byte((uint32(sample)*most8 + most16/2) / most16) //nolint:gosec // At most 255.
}
