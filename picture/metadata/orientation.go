package metadata

import "encoding/binary"

// Upright is the orientation of an image that needs no turning.
const Upright = 1

// lastOrientation is the largest of EXIF's eight orientations.
const lastOrientation = 8

// Transposed reports whether an orientation swaps width and height.
func Transposed(orientation int) bool {
	const firstTransposed = 5

	return orientation >= firstTransposed && orientation <= lastOrientation
}

// orientationOf reads the orientation from an EXIF block (a TIFF file, TIFF 6.0 section
// 2). It returns 0 if there is no valid one. In EXIF it is a SHORT. Writers have used
// every other integer type, too, and readers accept that.
func orientationOf(block []byte) int {
	directory, ok := firstDirectory(block)
	if !ok {
		return 0
	}

	orientation, _ := directory.orientation()

	return orientation
}

// minimalEXIF builds an EXIF block whose only tag is the orientation.
func minimalEXIF(orientation int) []byte {
	value := binary.BigEndian.AppendUint16(nil, uint16(orientation)) //nolint:gosec // 1 to 8.

	return singleTag(binary.BigEndian, entry{
		tag: tagOrientation, kind: typeShort, count: 1, value: append(value, 0, 0),
	})
}

// singleTag builds a TIFF file of one IFD with one entry.
func singleTag(order binaryOrder, only entry) []byte {
	mark := "MM"
	if order.Uint16([]byte{1, 0}) == 1 {
		mark = "II"
	}

	file := append(make([]byte, 0, tiffHeader+2+entryBytes+4), mark...)
	file = order.AppendUint16(file, tiffMagic)
	file = order.AppendUint32(file, tiffHeader) // offset of the IFD
	file = order.AppendUint16(file, 1)          // number of entries
	file = order.AppendUint16(file, only.tag)
	file = order.AppendUint16(file, only.kind)
	file = order.AppendUint32(file, only.count)
	file = append(file, only.value...)

	return order.AppendUint32(file, 0) // no next IFD
}
