package bmff

import (
	"fmt"
	"math"

	"triptych/picture/failure"
)

// readInfo reads the list of items (ISO/IEC 14496-12, 8.11.6).
func (f *File) readInfo(iinf fields) {
	count := uint32(2)
	if iinf.version() > 0 {
		count = 4
	}

	iinf.uint(count) // The number of boxes is not taken from the field.

	eachBox(iinf, func(kind string, content []byte) bool {
		if kind != "infe" {
			return true
		}

		infe := fields(content)
		version := infe.version()

		item := f.item(infe.id(version > 2))
		if item.Kind != "" {
			return true // Only the first entry of an item counts.
		}

		infe.uint(2) // item_protection_index

		item.Kind = KindMIME

		if version < 2 { // Versions 0 and 1 have a MIME type only, and no item type.
			infe.text()

			item.MIME = infe.text()
		} else {
			item.Kind = fourCC(&infe)
			infe.text()

			if item.Kind == KindMIME {
				item.MIME = infe.text()
			}
		}

		f.order = append(f.order, item)

		return true
	})
}

func fourCC(data *fields) string {
	const bytes = 4

	if len(*data) < bytes {
		return ""
	}

	code := string((*data)[:bytes])
	*data = (*data)[bytes:]

	return code
}

// extent is a part of an item's data.
type extent struct{ offset, length uint64 }

// maxExtents limits the parts of an item. Encoders write one part.
const maxExtents = 1024

// readLocations reads the positions of the items' data (ISO/IEC 14496-12, 8.11.3), for
// all versions.
func (f *File) readLocations(iloc fields) {
	version := iloc.version()
	sizes := uint32(iloc.uint(2)) //nolint:gosec // Two bytes.
	offsetBytes, lengthBytes, baseBytes, indexBytes := sizes>>12, sizes>>8&15, sizes>>4&15, sizes&15

	if version == 0 {
		indexBytes = 0
	}

	countBytes := uint32(2)
	if version > 1 {
		countBytes = 4
	}

	for entries := iloc.uint(countBytes); entries > 0 && len(iloc) > 0; entries-- {
		item := f.item(iloc.id(version > 1))

		var construction uint32
		if version > 0 {
			construction = uint32(iloc.uint(2)) & 15 //nolint:gosec // Two bytes.
		}

		reference := iloc.uint(2)
		if reference != 0 {
			construction = inOtherFile
		}

		base := iloc.uint(baseBytes)

		var extents []extent

		for count := iloc.uint(2); count > 0; count-- {
			iloc.uint(indexBytes)
			extents = append(extents, extent{base + iloc.uint(offsetBytes), iloc.uint(lengthBytes)})

			if len(iloc) == 0 {
				break
			}
		}

		if item.extents == nil {
			item.construction, item.extents = construction, extents
		}
	}
}

// The start from which an item's offsets count (ISO/IEC 14496-12, 8.11.3.3).
const (
	inFile      = 0
	inMeta      = 1
	inOtherFile = 16 // A data reference. The field itself never has this value.
)

// Length returns the number of bytes of an item's data.
//
// Rejections: Truncated, Corrupt.
func (f *File) Length(item *Item) (int64, error) {
	if item.construction > inMeta || len(item.extents) > maxExtents {
		return 0, failure.New(failure.UnsupportedFormat, "HEIF whose data is not in one place of the file")
	}

	limit := uint64(f.size) //nolint:gosec // A file's size is not negative.
	if item.construction == inMeta {
		limit = uint64(len(f.inline))
	}

	total := uint64(0)

	for i, part := range item.extents {
		if part.length == 0 && part.offset <= limit { // The rest of the file.
			part.length = limit - part.offset
			item.extents[i] = part
		}

		if part.offset > limit || part.length > limit-part.offset {
			return 0, errEnds()
		}

		total += part.length
		if total > limit {
			return 0, failure.New(failure.Corrupt, "HEIF with an item that is longer than the file")
		}
	}

	return int64(min(total, math.MaxInt64)), nil
}

// Read reads the data of an item, but at most its first most bytes.
//
// Rejections: Truncated, Corrupt, UnsupportedFormat.
func (f *File) Read(item *Item, most int64) ([]byte, error) {
	length, err := f.Length(item)
	if err != nil {
		return nil, err
	}

	data := make([]byte, 0, min(length, most))

	for _, part := range item.extents {
		n := min(part.length, uint64(cap(data)-len(data))) //nolint:gosec // Not negative.

		if item.construction == inMeta {
			data = append(data, f.inline[part.offset:part.offset+n]...)

			continue
		}

		read, err := readAt(f.source, f.size, int64(part.offset), int(n)) //nolint:gosec // In the file, see Length.
		if err != nil {
			return nil, err
		}

		data = append(data, read...)
	}

	return data, nil
}

// Place returns a text that is the same for items with the same bytes of the file.
func (i *Item) Place() string { return fmt.Sprint(i.construction, i.extents) }
