package tiff

import (
	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/exif"
)

// fieldReader reads the values of a directory's entries, and keeps the first error. If an
// entry has a number of values that its tag cannot have, it is an error, as in libtiff.
type fieldReader struct {
	exif.Directory

	view *container.Window
	err  error
}

func (f *fieldReader) fail(detail string, args ...any) {
	if f.err == nil {
		f.err = failure.New(failure.Corrupt, detail, args...)
	}
}

// first returns the first entry with one of two tags.
func (f *fieldReader) first(tag, other uint16) exif.Entry {
	for _, found := range f.Entries {
		if found.Tag == tag || found.Tag == other {
			return found
		}
	}

	return exif.Entry{}
}

// one returns the value of an entry that has exactly one, or the fallback.
func (f *fieldReader) one(tag uint16, fallback int) int {
	found := f.first(tag, tag)
	if found.Tag == 0 {
		return fallback
	}

	if found.Count != 1 {
		f.fail("TIFF tag %d has %d values, want 1", tag, found.Count)

		return fallback
	}

	return f.number(found, found.Value)
}

func (f *fieldReader) number(of exif.Entry, data []byte) int {
	value, ok := exif.Integer(f.Order, of.Kind, data)

	switch {
	case !ok:
		f.fail("TIFF tag %d has values of type %d, which is not an integer type", of.Tag, of.Kind)
	case value < 0 || value > maxSide:
		f.fail("TIFF tag %d has the value %d", of.Tag, value)
	default:
		return int(value)
	}

	return 0
}

// list returns the first values of an entry, up to the given number.
func (f *fieldReader) list(tag uint16, most int) []int {
	found := f.first(tag, tag)
	size := exif.IntegerBytes(found.Kind)

	if found.Tag == 0 || found.Count == 0 || most <= 0 {
		return nil
	}

	if size == 0 {
		f.fail("TIFF tag %d has values of type %d, which is not an integer type", tag, found.Kind)

		return nil
	}

	count := int(min(int64(found.Count), int64(most)))
	data := found.Value

	if int64(found.Count)*int64(size) > int64(len(data)) {
		var err error
		if data, err = f.view.At(int64(f.Order.Uint32(found.Value)), count*size); err != nil {
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
	values := f.list(tag, min(samples, maxSamples))
	if len(values) == 0 {
		return fallback
	}

	if len(values) != 1 && len(values) < min(samples, maxSamples) {
		f.fail("TIFF tag %d has %d values for %d samples", tag, len(values), samples)
	}

	for _, value := range values {
		if value != values[0] && f.err == nil {
			f.err = failure.New(failure.UnsupportedFormat, "TIFF whose samples differ in tag %d", tag)
		}
	}

	return values[0]
}

// maxSide limits the sides, so that no product of two sides overflows.
const maxSide = 1<<31 - 1
