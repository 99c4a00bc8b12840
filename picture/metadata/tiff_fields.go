package metadata

import (
	"encoding/binary"

	"triptych/picture/failure"
)

// Integer types of TIFF 6.0, section 2.
const (
	typeByte   = 1
	typeShort  = 3
	typeLong   = 4
	typeSByte  = 6
	typeSShort = 8
	typeSLong  = 9
)

// integerBytes returns the size of a value of an integer type, or 0 for other types.
func integerBytes(kind uint16) int {
	switch kind {
	case typeByte, typeSByte:
		return 1
	case typeShort, typeSShort:
		return 2
	case typeLong, typeSLong:
		return 4
	default:
		return 0
	}
}

// integer reads a value of an integer type from its bytes.
func integer(order binary.ByteOrder, kind uint16, data []byte) (int64, bool) {
	if size := integerBytes(kind); size == 0 || len(data) < size {
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

// orientation returns the first orientation from 1 to 8, of any integer type.
func (d directory) orientation() (int, bool) {
	for _, found := range d.entries {
		if found.tag != tagOrientation || found.count != 1 {
			continue
		}

		if value, ok := integer(d.order, found.kind, found.value); ok && value >= Upright && value <= lastOrientation {
			return int(value), true
		}
	}

	return 0, false
}

// fieldReader reads the values of a directory's entries, and keeps the first error. A
// number of values that a tag cannot have is an error, as in libtiff.
type fieldReader struct {
	directory

	view *window
	err  error
}

func (f *fieldReader) fail(detail string, args ...any) {
	if f.err == nil {
		f.err = failure.New(failure.Corrupt, detail, args...)
	}
}

// first returns the first entry with one of two tags.
func (f *fieldReader) first(tag, other uint16) entry {
	for _, found := range f.entries {
		if found.tag == tag || found.tag == other {
			return found
		}
	}

	return entry{}
}

// one returns the value of an entry that has exactly one, or the fallback.
func (f *fieldReader) one(tag uint16, fallback int) int {
	found := f.first(tag, tag)
	if found.tag == 0 {
		return fallback
	}

	if found.count != 1 {
		f.fail("TIFF tag %d has %d values, want 1", tag, found.count)

		return fallback
	}

	return f.number(found, found.value)
}

func (f *fieldReader) number(of entry, data []byte) int {
	value, ok := integer(f.order, of.kind, data)

	switch {
	case !ok:
		f.fail("TIFF tag %d has values of type %d, which is not an integer type", of.tag, of.kind)
	case value < 0 || value > maxTIFFSide:
		f.fail("TIFF tag %d has the value %d", of.tag, value)
	default:
		return int(value)
	}

	return 0
}

// list returns the first values of an entry, up to the given number.
func (f *fieldReader) list(tag uint16, most int) []int {
	found := f.first(tag, tag)
	size := integerBytes(found.kind)

	if found.tag == 0 || found.count == 0 || most <= 0 {
		return nil
	}

	if size == 0 {
		f.fail("TIFF tag %d has values of type %d, which is not an integer type", tag, found.kind)

		return nil
	}

	count := int(min(int64(found.count), int64(most)))
	data := found.value

	if int64(found.count)*int64(size) > int64(len(data)) {
		var err error
		if data, err = f.view.at(int64(f.order.Uint32(found.value)), count*size); err != nil {
			if f.err == nil {
				f.err = err
			}

			return nil
		}
	}

	values := make([]int, count)
	for i := range values {
		values[i] = f.number(found, data[i*size:])
	}

	return values
}

// same returns the value that all samples of a pixel share. The entry has one value for
// all samples, or one for each.
func (f *fieldReader) same(tag uint16, samples, fallback int) int {
	values := f.list(tag, min(samples, maxTIFFSamples))
	if len(values) == 0 {
		return fallback
	}

	if len(values) != 1 && len(values) < min(samples, maxTIFFSamples) {
		f.fail("TIFF tag %d has %d values for %d samples", tag, len(values), samples)
	}

	for _, value := range values {
		if value != values[0] && f.err == nil {
			f.err = failure.New(failure.UnsupportedFormat, "TIFF whose samples differ in tag %d", tag)
		}
	}

	return values[0]
}
