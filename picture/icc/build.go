package icc

import "encoding/binary"

// primaries are the XYZ values of red, green and blue, adapted to D50.
type primaries struct {
	name string
	xyz  [3][3]float64
}

// known has the supported primaries, by their numbers in ISO/IEC 23091-2, 8.1.
var known = map[uint16]primaries{
	9:  {"BT.2020", [3][3]float64{{0.67348, 0.27903, -0.00193}, {0.16566, 0.67534, 0.02998}, {0.12505, 0.04561, 0.79686}}},
	12: {"Display P3", [3][3]float64{{0.51512, 0.24120, -0.00105}, {0.29198, 0.69225, 0.04189}, {0.15710, 0.06657, 0.78407}}},
}

// ForPrimaries returns an RGB profile for primaries that are given by their number in
// ISO/IEC 23091-2. The profile has the curve of sRGB. Some readers do not support the
// number. For these readers, a file that has only the number needs a profile. ForPrimaries
// supports BT.2020 and Display P3. It returns nil for all other numbers, including the
// number of sRGB.
func ForPrimaries(number uint16) []byte {
	wide, ok := known[number]
	if !ok {
		return nil
	}

	// The curve of sRGB, as a parametricCurveType with the function 3 (ICC.1:2022, 10.18).
	curve := append([]byte("para\x00\x00\x00\x00\x00\x03\x00\x00"), fixedNumbers(2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)...)
	parts := []struct {
		tags []string
		data []byte
	}{
		{[]string{"desc"}, text(wide.name)},
		{[]string{"cprt"}, text("No copyright")},
		{[]string{"wtpt"}, xyz(white)},
		{[]string{"rXYZ"}, xyz(wide.xyz[0])},
		{[]string{"gXYZ"}, xyz(wide.xyz[1])},
		{[]string{"bXYZ"}, xyz(wide.xyz[2])},
		{[]string{"rTRC", "gTRC", "bTRC"}, curve},
	}

	const tags = 9

	table := binary.BigEndian.AppendUint32(nil, tags)

	var body []byte

	for _, part := range parts {
		offset := headerBytes + fieldBytes + tags*tagBytes + len(body)

		for _, tag := range part.tags {
			table = append(table, tag...)
			table = binary.BigEndian.AppendUint32(table, uint32(offset))         //nolint:gosec // A few hundred bytes.
			table = binary.BigEndian.AppendUint32(table, uint32(len(part.data))) //nolint:gosec // As above.
		}

		body = append(body, part.data...)
		for len(body)%fieldBytes != 0 {
			body = append(body, 0)
		}
	}

	return append(append(header(headerBytes+len(table)+len(body)), table...), body...)
}

// header returns the header of a display profile of version 4 (ICC.1:2022, 7.2).
func header(size int) []byte {
	const classAt, illuminantAt = 12, 68

	made := make([]byte, headerBytes)
	binary.BigEndian.PutUint32(made, uint32(size)) //nolint:gosec // A few hundred bytes.
	made[versionAt] = 4
	copy(made[classAt:], "mntrRGB XYZ ")
	copy(made[markAt:], "acsp")
	copy(made[illuminantAt:], fixedNumbers(white[:]...))

	return made
}

// text returns a multiLocalizedUnicodeType (ICC.1:2022, 10.15) in one language.
func text(english string) []byte {
	const headerOfOne = 28

	made := append([]byte("mluc\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x0cenUS"),
		binary.BigEndian.AppendUint32(nil, uint32(2*len(english)))...) //nolint:gosec // The text is short.
	made = binary.BigEndian.AppendUint32(made, headerOfOne)

	for _, letter := range []byte(english) {
		made = append(made, 0, letter)
	}

	return made
}

func xyz(numbers [3]float64) []byte {
	return append([]byte("XYZ \x00\x00\x00\x00"), fixedNumbers(numbers[:]...)...)
}

func fixedNumbers(numbers ...float64) []byte {
	const one = 1 << 16

	var made []byte

	for _, number := range numbers {
		scaled := int64(number*one + 0.5)
		if number < 0 {
			scaled = int64(number*one - 0.5)
		}

		made = binary.BigEndian.AppendUint32(made, uint32(int32(scaled))) //nolint:gosec // The numbers are small.
	}

	return made
}
