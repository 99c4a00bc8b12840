package metadata

import (
	"bytes"
	"encoding/binary"

	"github.com/rwcarlsen/goexif/exif"
)

// Upright is the orientation of a picture that needs no turning.
const Upright = 1

// lastOrientation is the largest of EXIF's eight orientations.
const lastOrientation = 8

// Transposed says whether an orientation swaps width and height.
func Transposed(orientation int) bool {
	const firstTransposed = 5

	return orientation >= firstTransposed && orientation <= lastOrientation
}

// orientationOf reads the orientation from an EXIF block (a TIFF file, TIFF 6.0
// section 2), or 0 where it has no good one.
//
// goexif reads it, from a file of that single tag: shown a whole block it would
// follow a ring of IFDs for ever, and allocate whatever count a tag claims.
func orientationOf(block []byte) int {
	directory, ok := firstDirectory(block)
	if !ok {
		return 0
	}

	for _, entry := range directory.entries {
		// Thousands of entries may say 0: goexif is asked about one that says more.
		value := directory.order.Uint16(entry.value)
		if value < Upright || value > lastOrientation {
			continue
		}

		if entry.tag == tagOrientation && entry.kind == typeShort && entry.count == 1 {
			if orientation := decodeOrientation(directory.order, entry); orientation != 0 {
				return orientation
			}
		}
	}

	return 0
}

// decodeOrientation hands one entry to goexif, and survives whatever that does.
func decodeOrientation(order binaryOrder, entry entry) (orientation int) {
	defer func() {
		if recover() != nil {
			orientation = 0
		}
	}()

	decoded, err := exif.Decode(bytes.NewReader(singleTag(order, entry)))
	if err != nil {
		return 0
	}

	tag, err := decoded.Get(exif.Orientation)
	if err != nil {
		return 0
	}

	value, err := tag.Int(0)
	if err != nil || value < Upright || value > lastOrientation {
		return 0
	}

	return value
}

// minimalEXIF is an EXIF block whose only tag is the orientation.
func minimalEXIF(orientation int) []byte {
	value := binary.BigEndian.AppendUint16(nil, uint16(orientation)) //nolint:gosec // 1 to 8.

	return singleTag(binary.BigEndian, entry{
		tag: tagOrientation, kind: typeShort, count: 1, value: append(value, 0, 0),
	})
}

// singleTag is a TIFF file of one IFD with one entry.
func singleTag(order binaryOrder, only entry) []byte {
	mark := "MM"
	if order.Uint16([]byte{1, 0}) == 1 {
		mark = "II"
	}

	file := append(make([]byte, 0, tiffHeader+2+entryBytes+4), mark...)
	file = order.AppendUint16(file, tiffMagic)
	file = order.AppendUint32(file, tiffHeader) // where the IFD is
	file = order.AppendUint16(file, 1)          // entries
	file = order.AppendUint16(file, only.tag)
	file = order.AppendUint16(file, only.kind)
	file = order.AppendUint32(file, only.count)
	file = append(file, only.value...)

	return order.AppendUint32(file, 0) // no further IFD
}
