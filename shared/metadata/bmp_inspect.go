package metadata

import (
	"encoding/binary"

	"triptych/shared/faults"
)

// The parts of a BMP's head that say how large it is and how it is stored
// (Microsoft, "BITMAPFILEHEADER" and "BITMAPV5HEADER").
const (
	bmpHeadBytes   = 14 + 40 // the file's header, and the shortest that is read
	bmpInfoAt      = 14
	bmpWidthAt     = 18
	bmpHeightAt    = 22
	bmpBitsAt      = 28
	bmpPackingAt   = 30
	bmpInfoBytes   = 40
	bmpPlain       = 0
	bmpBitfields   = 3
	bmpRLE8        = 1
	bmpRLE4        = 2
	bmpOldHeader   = 12
	bmpBytesOfRows = 4 // a row is padded to a multiple
)

func inspectBMP(view *window) (Info, error) {
	head, err := view.at(0, bmpInfoAt+4)
	if err != nil {
		return Info{}, err
	}

	if length := binary.LittleEndian.Uint32(head[bmpInfoAt:]); length < bmpInfoBytes {
		return Info{}, faults.New(faults.UnsupportedFormat, "BMP of OS/2, with a header of %d bytes", length)
	}

	head, err = view.at(0, bmpHeadBytes)
	if err != nil {
		return Info{}, err
	}

	// A negative height means that the first row is the upper one.
	width := int(int32(binary.LittleEndian.Uint32(head[bmpWidthAt:])))   //nolint:gosec // Two's complement.
	height := int(int32(binary.LittleEndian.Uint32(head[bmpHeightAt:]))) //nolint:gosec // As above.
	height = max(height, -height)

	if width <= 0 || height == 0 {
		return Info{}, faults.New(faults.Corrupt, "BMP of %d × %d pixels", width, height)
	}

	bits := int(binary.LittleEndian.Uint16(head[bmpBitsAt:]))

	switch packing := binary.LittleEndian.Uint32(head[bmpPackingAt:]); {
	case packing == bmpRLE8, packing == bmpRLE4:
		return Info{}, faults.New(faults.UnsupportedFormat, "BMP compressed by run lengths")
	case packing != bmpPlain && packing != bmpBitfields:
		return Info{}, faults.New(faults.UnsupportedFormat, "BMP with compression %d", packing)
	}

	info := Info{
		Format: BMP, Width: width, Height: height, Orientation: Upright, Frames: 1, Precision: 8, Components: 3,
	}

	switch bits {
	case 1, 2, 4, 8:
		info.Components = 1
	case 24:
	case 32:
		info.Components = 4
	default:
		return Info{}, faults.New(faults.UnsupportedFormat, "BMP with %d bits a pixel", bits)
	}

	// What is less than its pixels need was cut off.
	row := (int64(width)*int64(bits) + 31) / 32 * bmpBytesOfRows
	if row*int64(height) > view.size {
		return Info{}, faults.New(faults.Truncated, "BMP of %d × %d pixels in %d bytes", width, height, view.size)
	}

	info.Samples = int64(width) * int64(height) * int64(info.Components)

	return info, nil
}
