package exif

import (
	"bytes"
	"encoding/binary"

	"triptych/picture/metadata/format"
)

// Block returns the TIFF file in an APP1 payload (CIPA DC-008, 4.7.2). Some writers
// do not set the second zero byte.
func Block(payload []byte) ([]byte, bool) {
	const identifier = 6
	if len(payload) < identifier || !bytes.HasPrefix(payload, []byte("Exif\x00")) {
		return nil, false
	}

	return payload[identifier:], true
}

// Orientation reads the orientation from an EXIF block (a TIFF file, TIFF 6.0 section
// 2). It returns 0 if there is no valid one. In EXIF it is a SHORT. Writers have used
// every other integer type, too, and readers accept that.
func Orientation(block []byte) int {
	directory, ok := First(block)
	if !ok {
		return 0
	}

	orientation, _ := directory.Orientation()

	return orientation
}

// Minimal builds an EXIF block whose only tag is the orientation.
func Minimal(orientation int) []byte {
	value := binary.BigEndian.AppendUint16(nil, uint16(orientation)) //nolint:gosec // 1 to 8.

	return singleTag(binary.BigEndian, Entry{
		Tag: tagOrientation, Kind: typeShort, Count: 1, Value: append(value, 0, 0),
	})
}

// singleTag builds a TIFF file of one IFD with one entry.
func singleTag(order ByteOrder, only Entry) []byte {
	mark := "MM"
	if order.Uint16([]byte{1, 0}) == 1 {
		mark = "II"
	}

	file := append(make([]byte, 0, HeaderBytes+2+EntryBytes+4), mark...)
	file = order.AppendUint16(file, Magic)
	file = order.AppendUint32(file, HeaderBytes) // offset of the IFD
	file = order.AppendUint16(file, 1)           // number of entries
	file = order.AppendUint16(file, only.Tag)
	file = order.AppendUint16(file, only.Kind)
	file = order.AppendUint32(file, only.Count)
	file = append(file, only.Value...)

	return order.AppendUint32(file, 0) // no next IFD
}

// Orientation returns the first orientation from 1 to 8, of any integer type.
func (d Directory) Orientation() (int, bool) {
	for _, found := range d.Entries {
		if found.Tag != tagOrientation || found.Count != 1 {
			continue
		}

		if value, ok := Integer(d.Order, found.Kind, found.Value); ok && value >= format.Upright && value <= format.LastOrientation {
			return int(value), true
		}
	}

	return 0, false
}
