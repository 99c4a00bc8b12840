package metadata

import (
	"encoding/binary"
	"slices"
)

// The parts of CIPA DC-007 (Multi-Picture Format, 5.2) that say where a file's
// pictures are. Offsets count from the index's own TIFF header.
const (
	tagMPVersion = 0xb000
	tagMPCount   = 0xb001
	tagMPEntries = 0xb002

	mpEntryBytes = 16
	// maxPictures bounds the pictures of an index that are looked at.
	maxPictures = 64

	typeUndefined = 7

	// mpPrimary is the attribute of a file's primary picture (5.2.3.3.1): its type is
	// "Baseline MP Primary Image". A gain map has no type in the standard: 0.
	mpPrimary = 0x030000
)

// mpIndex has the places of the pictures that a Multi-Picture index names, beside the
// primary.
type mpIndex struct {
	offsets []int64 // in the file, ascending
}

// readMPIndex reads the index in an APP2 payload behind its identifier; at is where
// that stands in the file. An index that cannot be read names no pictures.
func readMPIndex(block []byte, at int64) mpIndex {
	var index mpIndex

	first, ok := firstDirectory(block)
	if !ok {
		return index
	}

	for _, entry := range first.entries {
		if entry.tag != tagMPEntries || entry.kind != typeUndefined {
			continue
		}

		start, length := int64(first.order.Uint32(entry.value)), int64(entry.count)
		if length%mpEntryBytes != 0 || length > maxPictures*mpEntryBytes || start+length > int64(len(block)) {
			return index
		}

		for one := block[start : start+length]; len(one) > 0; one = one[mpEntryBytes:] {
			if offset := int64(first.order.Uint32(one[8:])); offset != 0 { // The primary's is 0.
				index.offsets = append(index.offsets, at+offset)
			}
		}

		break
	}

	slices.Sort(index.offsets)

	return index
}

// mpBytes is how long the index is that appendMPIndex writes, with its identifier.
const mpBytes = len(idMPF) + tiffHeader + 2 + 3*entryBytes + 4 + 2*mpEntryBytes

// appendMPIndex appends the payload of an index of two pictures: a primary of so many
// bytes at the start of the file, and at once behind it another one. at is where the
// index's TIFF header will stand in the file.
func appendMPIndex(to []byte, primary, second, at int64) []byte {
	const entriesAt = tiffHeader + 2 + 3*entryBytes + 4

	order := binary.BigEndian
	entry := func(tag, kind uint16, count uint32, value []byte) {
		to = order.AppendUint16(to, tag)
		to = order.AppendUint16(to, kind)
		to = order.AppendUint32(to, count)
		to = append(to, value...)
	}
	long := func(value int64) []byte { return order.AppendUint32(nil, uint32(value)) } //nolint:gosec // Callers see that it fits.

	to = append(to, idMPF+"MM"...)
	to = order.AppendUint16(to, tiffMagic)
	to = order.AppendUint32(to, tiffHeader) // where the IFD is
	to = order.AppendUint16(to, 3)          // Entries.

	entry(tagMPVersion, typeUndefined, 4, []byte("0100")) // Bytes.
	entry(tagMPCount, typeLong, 1, long(2))               // Pictures.
	entry(tagMPEntries, typeUndefined, 2*mpEntryBytes, long(entriesAt))

	to = order.AppendUint32(to, 0) // no further IFD

	for _, picture := range [2][3]int64{{mpPrimary, primary, 0}, {0, second, primary - at}} {
		for _, field := range picture {
			to = append(to, long(field)...)
		}

		to = order.AppendUint32(to, 0) // It depends on no other.
	}

	return to
}
