package metadata

import (
	"bytes"
	"encoding/binary"
)

// The parts of TIFF 6.0 (section 2) and EXIF (CIPA DC-008, 4.6) that describe the
// contents of an EXIF block.
const (
	tiffHeader = 8
	tiffMagic  = 42
	exifPrefix = "Exif\x00\x00" // EXIF, 4.7.2
	entryBytes = 12

	tagOrientation = 0x0112
	tagEXIF        = 0x8769 // pointer to the EXIF IFD
	tagGPS         = 0x8825 // pointer to the GPS IFD
	tagMakerNote   = 0x927c
)

// entry is one entry of an IFD. value has four bytes, which are the value itself or its
// offset.
type entry struct {
	tag, kind uint16
	count     uint32
	value     []byte
}

// directory is one IFD. It has only the entries that lie within the block.
type directory struct {
	order   binaryOrder
	entries []entry
	next    uint32 // offset of the next IFD; 0 if there is none
}

type binaryOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// firstDirectory reads IFD0 of an EXIF block.
func firstDirectory(block []byte) (directory, bool) {
	// Some writers put JPEG's prefix before the block in other formats too, sometimes
	// twice.
	for bytes.HasPrefix(block, []byte(exifPrefix)) {
		block = block[len(exifPrefix):]
	}

	if len(block) < tiffHeader {
		return directory{}, false
	}

	var order binaryOrder

	switch string(block[:2]) {
	case "II":
		order = binary.LittleEndian
	case "MM":
		order = binary.BigEndian
	default:
		return directory{}, false
	}

	// Some writers write the magic number in the other byte order, which Pillow accepts.
	if magic := order.Uint16(block[2:]); magic != tiffMagic && magic != tiffMagic<<8 {
		return directory{}, false
	}

	return directoryAt(block, order, order.Uint32(block[4:]))
}

// directoryAt reads the IFD at an offset.
func directoryAt(block []byte, order binaryOrder, offset uint32) (directory, bool) {
	start := int64(offset) + 2
	if start > int64(len(block)) {
		return directory{}, false
	}

	count := int(order.Uint16(block[offset:]))
	rest := block[start:]
	found := directory{order: order}

	for ; count > 0 && len(rest) >= entryBytes; count-- {
		found.entries = append(found.entries, entry{
			tag:   order.Uint16(rest),
			kind:  order.Uint16(rest[2:]),
			count: order.Uint32(rest[4:]),
			value: rest[8:entryBytes],
		})
		rest = rest[entryBytes:]
	}

	if count == 0 && len(rest) >= 4 {
		found.next = order.Uint32(rest)
	}

	return found, true
}

// exifKinds names the kinds of metadata in an EXIF block.
func exifKinds(block []byte) []string {
	kinds := []string{kindEXIF}

	first, ok := firstDirectory(block)
	if !ok {
		return kinds
	}

	if first.next != 0 {
		kinds = append(kinds, kindThumbnail) // IFD1 describes a thumbnail
	}

	followed := false

	for _, entry := range first.entries {
		switch entry.tag {
		case tagGPS:
			kinds = append(kinds, kindGPS)
		case tagMakerNote:
			kinds = append(kinds, kindMakerNote)
		case tagEXIF:
			if followed { // Only once: thousands of pointers may point to the same directory.
				continue
			}

			followed = true

			inner, ok := directoryAt(block, first.order, first.order.Uint32(entry.value))
			if ok && inner.has(tagMakerNote) {
				kinds = append(kinds, kindMakerNote)
			}
		}
	}

	return kinds
}

func (d directory) has(tag uint16) bool {
	for _, entry := range d.entries {
		if entry.tag == tag {
			return true
		}
	}

	return false
}
