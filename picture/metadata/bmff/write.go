package bmff

import (
	"bytes"
	"encoding/binary"
)

// Written is a file to be written. It has always the same form, whatever form its source
// has: 16-bit item numbers, and all data in one mdat box.
type Written struct {
	// Brands are the major brand, and the compatible brands.
	Brands []string
	// Primary is the number of the primary image.
	Primary uint16
	// Parts are the items. There are at most 65,535, and their data has less than 4 GiB.
	Parts []Part
	// Alternatives are the groups of images that show the same, the preferred one first
	// (ISO/IEC 23008-12, 6.8.3).
	Alternatives [][]uint16
}

// Part is an item to be written.
type Part struct {
	ID         uint16
	Kind       string
	Hidden     bool
	Properties []Property // at most 255
	// Data is nil if the item has no data. Parts that have the same slice share its bytes
	// in the file.
	Data       []byte
	References []PartReference
}

// PartReference is a reference from a part to other parts.
type PartReference struct {
	Kind string
	To   []uint16
}

// Bytes returns the file in consecutive pieces, so that the data of the parts is not
// copied.
func (w *Written) Bytes() [][]byte {
	brands := []byte(w.Brands[0] + "\x00\x00\x00\x00")
	for _, brand := range w.Brands[1:] {
		brands = append(brands, brand...)
	}

	const boxHeader = 8

	offsets, data, size := w.placed()
	iprp := w.properties()
	ftyp := boxOf("ftyp", brands)
	begin := len(ftyp) + len(w.meta(0, offsets, iprp)) + boxHeader

	file := [][]byte{ftyp, w.meta(begin, offsets, iprp), long(boxHeader + size), []byte("mdat")}

	return append(file, data...)
}

// placed returns the offset of the data of each part in the mdat box, the data, and its
// size.
func (w *Written) placed() (offsets []int, data [][]byte, size int) {
	known := map[*byte]int{}

	for _, part := range w.Parts {
		offset := size

		if len(part.Data) > 0 {
			if at, twice := known[&part.Data[0]]; twice {
				offset = at
			} else {
				known[&part.Data[0]] = size
				size += len(part.Data)
				data = append(data, part.Data)
			}
		}

		offsets = append(offsets, offset)
	}

	return offsets, data, size
}

// meta returns the meta box of a file whose data starts at begin.
func (w *Written) meta(begin int, offsets []int, iprp []byte) []byte {
	var info, references, locations bytes.Buffer

	count := 0

	for i, part := range w.Parts {
		flags := byte(0)
		if part.Hidden {
			flags = 1
		}

		info.Write(fullBox("infe", 2, flags, short(int(part.ID)), short(0), []byte(part.Kind), []byte{0}))

		for _, reference := range part.References {
			content := append(short(int(part.ID)), short(len(reference.To))...)
			for _, id := range reference.To {
				content = append(content, short(int(id))...)
			}

			references.Write(boxOf(reference.Kind, content))
		}

		if part.Data != nil {
			count++

			locations.Write(bytes.Join([][]byte{
				short(int(part.ID)), short(0), short(1), long(begin + offsets[i]), long(len(part.Data)),
			}, nil))
		}
	}

	boxes := [][]byte{
		fullBox("hdlr", 0, 0, long(0), []byte("pict"), make([]byte, 13)), // Reserved, and an empty name.
		fullBox("pitm", 0, 0, short(int(w.Primary))),
		fullBox("iloc", 0, 0, []byte{0x44, 0x00}, short(count), locations.Bytes()),
		fullBox("iinf", 0, 0, short(len(w.Parts)), info.Bytes()),
	}

	if references.Len() > 0 {
		boxes = append(boxes, fullBox("iref", 0, 0, references.Bytes()))
	}

	boxes = append(boxes, iprp)

	if groups := w.groups(); len(groups) > 0 {
		boxes = append(boxes, boxOf("grpl", groups))
	}

	return fullBox("meta", 0, 0, boxes...)
}

// properties returns the iprp box. A property of several items is written once.
func (w *Written) properties() []byte {
	const essential = 1 << 15

	var boxes []byte

	known, same := map[string]int{}, map[*byte]int{}
	associations := long(len(w.Parts))

	for _, part := range w.Parts {
		associations = append(append(associations, short(int(part.ID))...), byte(len(part.Properties))) //nolint:gosec // See Part.

		for _, property := range part.Properties {
			index := 0
			if len(property.Data) > 0 { // Large properties of many items are compared once.
				index = same[&property.Data[0]]
			}

			if index == 0 {
				box := boxOf(property.Kind, property.Data)

				if index = known[string(box)]; index == 0 {
					index = len(known) + 1
					known[string(box)] = index
					boxes = append(boxes, box...)
				}

				if len(property.Data) > 0 {
					same[&property.Data[0]] = index
				}
			}

			if property.Essential {
				index |= essential
			}

			associations = append(associations, short(index)...)
		}
	}

	return boxOf("iprp", boxOf("ipco", boxes), fullBox("ipma", 0, 1, associations))
}

// groups returns the contents of grpl. The numbers of the groups follow those of the items,
// from which they must differ (ISO/IEC 14496-12, 8.18.3).
func (w *Written) groups() (boxes []byte) {
	last := 0
	for _, part := range w.Parts {
		last = max(last, int(part.ID))
	}

	for i, group := range w.Alternatives {
		content := append(long(last+1+i), long(len(group))...)
		for _, id := range group {
			content = append(content, long(int(id))...)
		}

		boxes = append(boxes, fullBox("altr", 0, 0, content)...)
	}

	return boxes
}

func boxOf(kind string, contents ...[]byte) []byte {
	const header = 8

	size := header
	for _, content := range contents {
		size += len(content)
	}

	made := make([]byte, 0, size)
	made = append(made, long(size)...)
	made = append(made, kind...)

	for _, content := range contents {
		made = append(made, content...)
	}

	return made
}

func fullBox(kind string, version byte, flags byte, contents ...[]byte) []byte {
	return boxOf(kind, append([][]byte{{version, 0, 0, flags}}, contents...)...)
}

func short(n int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(n)) } //nolint:gosec // See Written.

func long(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) } //nolint:gosec // See Written.
