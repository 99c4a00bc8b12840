package bitstream

import "fmt"

// CleanAV1 returns the OBUs of a coded image that its decoder needs (AV1, 5.3). It drops
// metadata, padding and reserved types, which may contain any data. cut reports that there
// were some. The result shares the memory of units, and overwrites it.
func CleanAV1(units []byte) (cleaned []byte, cut bool, err error) {
	cleaned = units[:0]

	for at := 0; at < len(units); {
		kind, length := obu(units[at:])
		if length == 0 {
			return nil, false, fmt.Errorf("%w: an OBU at byte %d", ErrHeader, at)
		}

		if isPicture(kind) {
			cleaned = append(cleaned, units[at:at+length]...)
		}

		at += length
	}

	return cleaned, len(cleaned) < len(units), nil
}

// isPicture reports whether an OBU is a sequence header, a temporal delimiter, a frame, or
// a part of one (6.2.2).
func isPicture(kind byte) bool {
	switch kind {
	case 1, 2, 3, 4, 6, 7:
		return true
	default:
		return false
	}
}

// obu returns the type and the length of the OBU with which data starts. The length is 0
// if the OBU is longer than the data.
func obu(data []byte) (kind byte, length int) {
	kind, extended, sized := data[0]>>3&15, data[0]&4 != 0, data[0]&2 != 0
	length = 1

	if extended {
		length++
	}

	if !sized {
		return kind, len(data)
	}

	const most = 8

	size := uint64(0)

	for i := range most { // leb128
		if length >= len(data) {
			return kind, 0
		}

		b := data[length]
		size |= uint64(b&0x7f) << (7 * i)
		length++

		if b < 0x80 {
			break
		}
	}

	if size > uint64(len(data)-length) { //nolint:gosec // Not negative.
		return kind, 0
	}

	return kind, length + int(size)
}
