package gainmap

import (
	"encoding/binary"
	"slices"

	"triptych/picture/metadata/exif"
)

// Fields of CIPA DC-007 (Multi-Picture Format, 5.2) with the positions of the images in a
// file. Offsets are relative to the TIFF header of the index.
const (
	tagMPVersion = 0xb000
	tagMPCount   = 0xb001
	tagMPEntries = 0xb002

	mpEntryBytes = 16
	// maxPictures limits the number of images of an index that are read.
	maxPictures = 64

	typeUndefined = 7

	// mpPrimary is the attribute of the primary image of a file (5.2.3.3.1): its type is
	// "Baseline MP Primary Image". The standard has no type for a gain map, so its
	// attribute is 0.
	mpPrimary = 0x030000
)

// IDMPF starts an APP2 segment with an index of images (CIPA DC-007).
const IDMPF = "MPF\x00"

// Index holds the positions of the images in a Multi-Picture index, without the
// primary.
type Index struct {
	Offsets []int64 // in the file, ascending
}

// ReadIndex reads the index in an APP2 payload after its identifier. at is the position
// of the index in the file. If an index cannot be read, the result has no images.
func ReadIndex(block []byte, at int64) Index {
	var index Index

	first, ok := exif.First(block)
	if !ok {
		return index
	}

	for _, entry := range first.Entries {
		if entry.Tag != tagMPEntries || entry.Kind != typeUndefined {
			continue
		}

		start, length := int64(first.Order.Uint32(entry.Value)), int64(entry.Count)
		if length%mpEntryBytes != 0 || length > maxPictures*mpEntryBytes || start+length > int64(len(block)) {
			return index
		}

		for one := block[start : start+length]; len(one) > 0; one = one[mpEntryBytes:] {
			if offset := int64(first.Order.Uint32(one[8:])); offset != 0 { // The offset of the primary is 0.
				index.Offsets = append(index.Offsets, at+offset)
			}
		}

		break
	}

	slices.Sort(index.Offsets)

	return index
}

// IndexBytes is the length of the index that AppendIndex writes, with its identifier.
const IndexBytes = len(IDMPF) + exif.HeaderBytes + 2 + 3*exif.EntryBytes + 4 + 2*mpEntryBytes

// AppendIndex appends the payload of an index of two images: a primary of the given
// length at the start of the file, and a second image directly after it. at is the future
// position of the index's TIFF header in the file.
func AppendIndex(to []byte, primary, second, at int64) []byte {
	const entriesAt = exif.HeaderBytes + 2 + 3*exif.EntryBytes + 4

	order := binary.BigEndian
	entry := func(tag, kind uint16, count uint32, value []byte) {
		to = order.AppendUint16(to, tag)
		to = order.AppendUint16(to, kind)
		to = order.AppendUint32(to, count)
		to = append(to, value...)
	}
	long := func(value int64) []byte { return order.AppendUint32(nil, uint32(value)) } //nolint:gosec // Callers check that it fits.

	to = append(to, IDMPF+"MM"...)
	to = order.AppendUint16(to, exif.Magic)
	to = order.AppendUint32(to, exif.HeaderBytes) // offset of the IFD
	to = order.AppendUint16(to, 3)                // Number of entries.

	entry(tagMPVersion, typeUndefined, 4, []byte("0100")) // Number of bytes.
	entry(tagMPCount, exif.TypeLong, 1, long(2))          // Number of images.
	entry(tagMPEntries, typeUndefined, 2*mpEntryBytes, long(entriesAt))

	to = order.AppendUint32(to, 0) // no next IFD

	for _, picture := range [2][3]int64{{mpPrimary, primary, 0}, {0, second, primary - at}} {
		for _, field := range picture {
			to = append(to, long(field)...)
		}

		to = order.AppendUint32(to, 0) // It does not depend on another image.
	}

	return to
}
