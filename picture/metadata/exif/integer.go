package exif

import "encoding/binary"

// Integer types of TIFF 6.0, section 2.
const (
	typeByte   = 1
	typeShort  = 3
	TypeLong   = 4
	typeSByte  = 6
	typeSShort = 8
	typeSLong  = 9
)

// IntegerBytes returns the size of a value of an integer type, or 0 for other types.
func IntegerBytes(kind uint16) int {
	switch kind {
	case typeByte, typeSByte:
		return 1
	case typeShort, typeSShort:
		return 2
	case TypeLong, typeSLong:
		return 4
	default:
		return 0
	}
}

// Integer reads a value of an integer type from its bytes.
func Integer(order binary.ByteOrder, kind uint16, data []byte) (int64, bool) {
	if size := IntegerBytes(kind); size == 0 || len(data) < size {
		return 0, false
	}

	switch kind {
	case typeByte:
		return int64(data[0]), true
	case typeSByte:
		return int64(int8(data[0])), true //nolint:gosec // Two's complement.
	case typeShort:
		return int64(order.Uint16(data)), true
	case typeSShort:
		return int64(int16(order.Uint16(data))), true //nolint:gosec // As above.
	case typeSLong:
		return int64(int32(order.Uint32(data))), true //nolint:gosec // As above.
	default:
		return int64(order.Uint32(data)), true
	}
}
