package bitstream

import (
	"encoding/binary"
	"fmt"
)

// typeSPS is the type of a NAL unit with a sequence parameter set (ITU-T H.265, table
// 7-1).
const typeSPS = 33

// HEVC reads the sequence parameter set of an image from its hvcC property (ISO/IEC
// 14496-15, 8.3.3.1), or from its data if the property has none.
func HEVC(hvcC, data []byte) (Picture, error) {
	unit, err := parameterSet(hvcC)
	if err != nil {
		return Picture{}, err
	}

	if unit == nil {
		unit = parameterSetInside(hvcC, data)
	}

	if unit == nil {
		return Picture{}, fmt.Errorf("%w: no sequence parameter set", ErrHeader)
	}

	return parseSPS(unit)
}

// The part of an hvcC before its arrays.
const (
	lengthSizeAt = 21
	arraysAt     = 22
)

// parameterSet returns the first sequence parameter set of an hvcC, or nil. All arrays must be
// complete, because the decoder reads all of them.
func parameterSet(hvcC []byte) (found []byte, err error) {
	const headerBytes, lengthBytes = 3, 2

	if len(hvcC) <= arraysAt {
		return nil, nil
	}

	left := hvcC[arraysAt+1:]

	for range hvcC[arraysAt] {
		if len(left) < headerBytes {
			return nil, fmt.Errorf("%w: the arrays of an hvcC", ErrHeader)
		}

		count := binary.BigEndian.Uint16(left[1:])
		left = left[headerBytes:]

		for range count {
			if len(left) < lengthBytes || int(binary.BigEndian.Uint16(left)) > len(left)-lengthBytes {
				return nil, fmt.Errorf("%w: the parameter sets of an hvcC", ErrHeader)
			}

			end := lengthBytes + int(binary.BigEndian.Uint16(left))

			if kind, base := unitKind(left[lengthBytes:end]); found == nil && base && kind == typeSPS {
				found = left[lengthBytes:end]
			}

			left = left[end:]
		}
	}

	return found, nil
}

// parameterSetInside searches the NAL units of an image's data. Each unit comes after its
// length.
func parameterSetInside(hvcC, data []byte) []byte {
	if len(hvcC) <= lengthSizeAt {
		return nil
	}

	size := int(hvcC[lengthSizeAt]&3) + 1

	for len(data) > size {
		length := 0
		for _, b := range data[:size] {
			length = length<<8 | int(b)
		}

		data = data[size:]
		if length == 0 || length > len(data) {
			return nil
		}

		if kind, base := unitKind(data[:length]); base && kind == typeSPS {
			return data[:length]
		}

		data = data[length:]
	}

	return nil
}

// unescaped returns a NAL unit without its header and its emulation prevention bytes
// (ITU-T H.265, 7.3.1.1).
func unescaped(unit []byte) []byte {
	const header = 2

	made := make([]byte, 0, len(unit))
	zeros := 0

	for _, b := range unit[min(header, len(unit)):] {
		if zeros >= 2 && b == 3 {
			zeros = 0

			continue
		}

		if b == 0 {
			zeros++
		} else {
			zeros = 0
		}

		made = append(made, b)
	}

	return made
}
