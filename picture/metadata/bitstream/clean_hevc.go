package bitstream

import (
	"encoding/binary"
	"fmt"
)

// fourBytes is lengthSizeMinusOne of lengths of four bytes.
const fourBytes = 3

// CleanHVCC returns an hvcC property with only the parameter sets of the base layer
// (ISO/IEC 14496-15, 8.3.3.1). It drops other NAL units, such as supplemental enhancement
// information (SEI), which may contain any data. cut reports that there were some. The
// property says that lengths have four bytes, as in the result of [CleanHEVC].
func CleanHVCC(hvcC []byte) (cleaned []byte, cut bool, err error) {
	const kindBits = 0xbf

	if len(hvcC) > arraysAt {
		cleaned = append(cleaned, hvcC[:arraysAt+1]...)
		cleaned[lengthSizeAt] |= fourBytes
		cleaned[arraysAt] = 0
	}

	array, start, kept := -1, 0, uint16(0) // of the array that is being written

	rest, err := eachUnit(hvcC, func(number int, header byte, unit []byte) {
		if !isParameterSet(unit) {
			cut = true

			return
		}

		if number != array {
			array, start, kept = number, len(cleaned), 0
			cleaned = append(cleaned, header&kindBits, 0, 0)
			cleaned[arraysAt]++
		}

		kept++
		binary.BigEndian.PutUint16(cleaned[start+1:], kept)
		cleaned = append(binary.BigEndian.AppendUint16(cleaned, uint16(len(unit))), unit...) //nolint:gosec // As read.
	})
	if err != nil {
		return nil, false, err
	}

	return cleaned, cut || len(rest) > 0, nil
}

// CleanHEVC returns the NAL units of a coded image that its decoder needs: the slices and
// the parameter sets of the base layer. It drops the others: SEI, delimiters, filler data,
// reserved types and those of vendors. cut reports that there were some. hvcC has the number
// of bytes of a length (ISO/IEC 14496-15, 4.3.3). In the result lengths have four bytes,
// because libheif reads no others.
func CleanHEVC(hvcC, data []byte) (cleaned []byte, cut bool, err error) {
	if len(hvcC) <= arraysAt {
		return nil, false, fmt.Errorf("%w: an hvcC of %d bytes", ErrHeader, len(hvcC))
	}

	size := int(hvcC[lengthSizeAt]&3) + 1
	cleaned = make([]byte, 0, len(data))

	for at := 0; at < len(data); {
		if len(data)-at < size {
			return nil, false, fmt.Errorf("%w: the length of a NAL unit at byte %d", ErrHeader, at)
		}

		length := 0
		for _, b := range data[at : at+size] {
			length = length<<8 | int(b)
		}

		if length > len(data)-at-size {
			return nil, false, fmt.Errorf("%w: a NAL unit at byte %d", ErrHeader, at)
		}

		end := at + size + length

		if unit := data[at+size : end]; isParameterSet(unit) || isSlice(unit) {
			cleaned = append(binary.BigEndian.AppendUint32(cleaned, uint32(length)), unit...)
		} else {
			cut = true
		}

		at = end
	}

	return cleaned, cut, nil
}

// unitKind returns the type of a NAL unit, and whether it belongs to the base layer (ITU-T
// H.265, 7.3.1.2).
func unitKind(unit []byte) (kind int, base bool) {
	const header = 2

	if len(unit) < header {
		return 0, false
	}

	both := binary.BigEndian.Uint16(unit)

	return int(both >> 9 & 0x3f), both>>3&0x3f == 0
}

func isParameterSet(unit []byte) bool {
	const video, picture = 32, 34

	kind, base := unitKind(unit)

	return base && kind >= video && kind <= picture
}

func isSlice(unit []byte) bool {
	const firstOther = 32

	kind, base := unitKind(unit)

	return base && kind < firstOther
}
