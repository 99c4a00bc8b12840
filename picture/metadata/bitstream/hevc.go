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
	if len(hvcC) <= arraysAt {
		return nil, nil
	}

	_, err = eachUnit(hvcC, func(_ int, _ byte, unit []byte) {
		if kind, base := unitKind(unit); found == nil && base && kind == typeSPS {
			found = unit
		}
	})

	return found, err
}

// eachUnit calls visit for each NAL unit in the arrays of an hvcC, with the number of the array
// and its first byte. It returns what follows the arrays.
func eachUnit(hvcC []byte, visit func(array int, header byte, unit []byte)) (rest []byte, err error) {
	const headerBytes, lengthBytes = 3, 2

	if len(hvcC) <= arraysAt {
		return nil, fmt.Errorf("%w: an hvcC of %d bytes", ErrHeader, len(hvcC))
	}

	left := hvcC[arraysAt+1:]

	for array := range int(hvcC[arraysAt]) {
		if len(left) < headerBytes {
			return nil, fmt.Errorf("%w: the arrays of an hvcC", ErrHeader)
		}

		header, count := left[0], binary.BigEndian.Uint16(left[1:])
		left = left[headerBytes:]

		for range count {
			if len(left) < lengthBytes || int(binary.BigEndian.Uint16(left)) > len(left)-lengthBytes {
				return nil, fmt.Errorf("%w: the parameter sets of an hvcC", ErrHeader)
			}

			end := lengthBytes + int(binary.BigEndian.Uint16(left))
			visit(array, header, left[lengthBytes:end])
			left = left[end:]
		}
	}

	return left, nil
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
