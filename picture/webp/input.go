package webp

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"triptych/picture/planes"
	"triptych/picture/sandbox"
)

// inputOf returns an image in the form that libwebp reads: the planes of Y, U, V and
// alpha, one after the other. Their range is that of ITU-R BT.601 (RFC 9649, 2.5), 16 to
// 235 and 16 to 240. The range of [planes] is that of JFIF, 0 to 255.
func inputOf(picture *planes.Image) []byte {
	const (
		black, luma     = 16, 219
		neutral, chroma = 128, 224
		opaque          = 255
	)

	width, height := picture.Width, picture.Height
	colorWidth, colorHeight := (width+1)/2, (height+1)/2
	input := make([]byte, 0, 2*width*height+2*colorWidth*colorHeight)

	input = narrow(input, &picture.Planes[0], 0, black, luma)

	if picture.Model == planes.Gray {
		input = append(input, bytes.Repeat([]byte{neutral}, 2*colorWidth*colorHeight)...)
	} else {
		input = narrow(input, &picture.Planes[1], neutral, neutral, chroma)
		input = narrow(input, &picture.Planes[2], neutral, neutral, chroma)
	}

	return append(input, bytes.Repeat([]byte{opaque}, width*height)...)
}

// narrow appends a plane's samples, scaled from the range 0 to 255 around zero to a range
// of width around target.
func narrow(to []byte, plane *planes.Plane, zero, target, width int) []byte {
	const full = 255

	var table [full + 1]byte

	for sample := range table {
		distance := (sample - zero) * width
		if distance < 0 {
			distance -= full / 2
		} else {
			distance += full / 2
		}

		table[sample] = byte(target + distance/full) //nolint:gosec // 16 to 240.
	}

	for y := range plane.Height {
		for _, sample := range plane.Row(y) {
			to = append(to, table[sample])
		}
	}

	return to
}

// result copies the result of the module's encode function. The function has written the
// size to sizeAt.
func result(instance *sandbox.Instance, at, sizeAt uint64) ([]byte, error) {
	const sizeBytes = 4

	size, err := instance.Bytes(sizeAt, sizeBytes)
	if err != nil {
		return nil, fmt.Errorf("read the size: %w", err)
	}

	made, err := instance.Bytes(at, int64(binary.LittleEndian.Uint32(size)))
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}

	return bytes.Clone(made), nil
}
