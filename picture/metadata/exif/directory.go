// Package exif reads the directories of an EXIF block (CIPA DC-008), which is a TIFF file,
// and writes a block that has only an orientation.
package exif

import (
	"bytes"
	"encoding/binary"

	"triptych/picture/metadata/report"
)

// The parts of TIFF 6.0 (section 2) and EXIF (CIPA DC-008, 4.6) that describe the
// contents of an EXIF block.
const (
	// HeaderBytes is the length of the header, EntryBytes that of an entry of an IFD.
	HeaderBytes = 8
	EntryBytes  = 12
	// Magic is the number after the byte order.
	Magic  = 42
	prefix = "Exif\x00\x00" // EXIF, 4.7.2

	// TagEXIF and TagGPS point to the IFDs of EXIF and of the position.
	TagEXIF        = 0x8769
	TagGPS         = 0x8825
	tagOrientation = 0x0112
	tagMakerNote   = 0x927c
)

// Entry is one entry of an IFD. Value has four bytes, which are the value itself or its
// offset.
type Entry struct {
	Tag, Kind uint16
	Count     uint32
	Value     []byte
}

// Directory is one IFD. It has only the entries that lie within the block.
type Directory struct {
	Order   ByteOrder
	Entries []Entry
	next    uint32 // offset of the next IFD; 0 if there is none
}

// ByteOrder reads and appends numbers.
type ByteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// First reads IFD0 of an EXIF block.
func First(block []byte) (Directory, bool) {
	// Some writers put JPEG's prefix before the block in other formats too, sometimes
	// twice.
	for bytes.HasPrefix(block, []byte(prefix)) {
		block = block[len(prefix):]
	}

	if len(block) < HeaderBytes {
		return Directory{}, false
	}

	var order ByteOrder

	switch string(block[:2]) {
	case "II":
		order = binary.LittleEndian
	case "MM":
		order = binary.BigEndian
	default:
		return Directory{}, false
	}

	// Some writers write the magic number in the other byte order, which Pillow accepts.
	if magic := order.Uint16(block[2:]); magic != Magic && magic != Magic<<8 {
		return Directory{}, false
	}

	return directoryAt(block, order, order.Uint32(block[4:]))
}

// directoryAt reads the IFD at an offset.
func directoryAt(block []byte, order ByteOrder, offset uint32) (Directory, bool) {
	start := int64(offset) + 2
	if start > int64(len(block)) {
		return Directory{}, false
	}

	count := int(order.Uint16(block[offset:]))
	rest := block[start:]
	found := Directory{Order: order}

	for ; count > 0 && len(rest) >= EntryBytes; count-- {
		found.Entries = append(found.Entries, Entry{
			Tag:   order.Uint16(rest),
			Kind:  order.Uint16(rest[2:]),
			Count: order.Uint32(rest[4:]),
			Value: rest[8:EntryBytes],
		})
		rest = rest[EntryBytes:]
	}

	if count == 0 && len(rest) >= 4 {
		found.next = order.Uint32(rest)
	}

	return found, true
}

// Kinds names the kinds of metadata in an EXIF block.
func Kinds(block []byte) []string {
	kinds := []string{report.EXIF}

	first, ok := First(block)
	if !ok {
		return kinds
	}

	if first.next != 0 {
		kinds = append(kinds, report.Thumbnail) // IFD1 describes a thumbnail
	}

	followed := false

	for _, entry := range first.Entries {
		switch entry.Tag {
		case TagGPS:
			kinds = append(kinds, report.GPS)
		case tagMakerNote:
			kinds = append(kinds, report.MakerNote)
		case TagEXIF:
			if followed { // Only once: thousands of pointers may point to the same directory.
				continue
			}

			followed = true

			inner, ok := directoryAt(block, first.Order, first.Order.Uint32(entry.Value))
			if ok && inner.Has(tagMakerNote) {
				kinds = append(kinds, report.MakerNote)
			}
		}
	}

	return kinds
}

// Has reports whether there is an entry with a tag.
func (d Directory) Has(tag uint16) bool {
	for _, entry := range d.Entries {
		if entry.Tag == tag {
			return true
		}
	}

	return false
}
