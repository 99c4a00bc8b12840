package metadata

import (
	"encoding/binary"
	"math"
	"strings"

	"triptych/shared/faults"
)

// maxMeta bounds the box that says what is in a HEIF: that of a phone's photo, with
// its 48 tiles, has 4 KiB.
const maxMeta = 1 << 20

// heifName names a HEIF whose major brand is that of any picture: by the others that
// it is compatible with (ISO/IEC 23008-12, 10.2).
func heifName(head []byte) string {
	const sizeAt, brandsAt, brandBytes = 4, 16, 4

	size := min(int(min(binary.BigEndian.Uint32(head[:sizeAt]), headBytes)), len(head))

	for at := brandsAt; at+brandBytes <= size; at += brandBytes {
		if strings.HasPrefix(string(head[at:at+brandBytes]), "avi") {
			return "AVIF"
		}
	}

	return "HEIC"
}

// metaBox finds the contents of the meta box, without its version and flags
// (ISO/IEC 14496-12, 8.11.1). Other boxes are passed over, the pixels among them,
// and have to be there to their end.
func metaBox(view *window) (meta []byte, err error) {
	const header, version, mostBoxes = 8, 4, 256

	offset := int64(0)

	for range mostBoxes {
		if offset+header > view.size && meta != nil {
			return meta, nil
		}

		kind, begun, size, err := boxHead(view, offset)
		if err != nil {
			return nil, err
		}

		if size < begun || size > view.size-offset {
			if meta != nil && kind != "mdat" {
				return meta, nil // What stands behind the last box is none.
			}

			return nil, errEnd
		}

		if kind == "meta" && meta == nil {
			if size > maxMeta || size < begun+version {
				return nil, faults.New(faults.Corrupt, "HEIF with a meta box of %d bytes", size)
			}

			data, err := view.at(offset+begun+version, int(size-begun-version))
			if err != nil {
				return nil, err
			}

			meta = append([]byte{}, data...)
		}

		offset += size
	}

	return nil, faults.New(faults.Corrupt, "HEIF of too many boxes")
}

// boxHead reads a box's kind, how long its head is, and how long it is with that.
func boxHead(view *window, offset int64) (kind string, begun, size int64, err error) {
	const header, longHeader = 8, 16

	head, err := view.at(offset, header)
	if err != nil {
		return "", 0, 0, err
	}

	kind, begun, size = string(head[4:header]), header, int64(binary.BigEndian.Uint32(head))

	switch size {
	case 0:
		return kind, begun, view.size - offset, nil
	case 1:
		head, err = view.at(offset, longHeader)
		if err != nil {
			return "", 0, 0, err
		}

		return kind, longHeader, int64(min(binary.BigEndian.Uint64(head[header:]), math.MaxInt64)), nil
	}

	return kind, begun, size, nil
}

// eachBox visits the boxes in data until visit returns false. What is cut short
// ends them.
func eachBox(data []byte, visit func(kind string, content []byte) bool) {
	const header, longHeader = 8, 16

	for len(data) >= header {
		size, begun := uint64(binary.BigEndian.Uint32(data)), uint64(header)

		switch {
		case size == 0:
			size = uint64(len(data))
		case size == 1 && len(data) >= longHeader:
			size, begun = binary.BigEndian.Uint64(data[header:]), longHeader
		}

		if size < begun || size > uint64(len(data)) || !visit(string(data[4:header]), data[begun:size]) {
			return
		}

		data = data[size:]
	}
}

// box finds the first box of a kind, or nil.
func box(data []byte, kind string) (content []byte) {
	eachBox(data, func(found string, inside []byte) bool {
		if found == kind {
			content = inside
		}

		return found != kind
	})

	return content
}

// fields reads the fields of a box. Behind its end all is zero.
type fields []byte

func (f *fields) uint(bytes int) (n uint32) {
	if len(*f) < bytes {
		*f = nil

		return 0
	}

	for _, b := range (*f)[:bytes] {
		n = n<<8 | uint32(b)
	}

	*f = (*f)[bytes:]

	return n
}

// id is an item's, of 16 bits in old versions of a box.
func (f *fields) id(long bool) uint32 {
	if long {
		return f.uint(4)
	}

	return f.uint(2)
}
