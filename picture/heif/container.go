package heif

import (
	"bytes"
	"encoding/binary"

	"triptych/picture/metadata/bmff"
)

// part is an item of a file that is written for a decoder.
type part struct {
	id         uint16
	kind       string
	hidden     bool
	properties []bmff.Property
	data       []byte
	references []reference
}

type reference struct {
	kind string
	to   []uint16
}

// container writes a HEIF of parts. The first part is the primary image. The decoder
// always gets this form, whatever form the original file has.
//
// The file is returned in consecutive pieces, so that the data of the parts is not
// copied.
func container(brand string, parts []part) [][]byte {
	var (
		info, locations, references, properties, associations bytes.Buffer
		count, size                                           int
	)

	for _, one := range parts {
		info.Write(fullBox("infe", 2, boolean(one.hidden), number(one.id), number(0), []byte(one.kind), []byte{0}))

		for _, reference := range one.references {
			content := append(number(one.id), number(uint16(len(reference.to)))...) //nolint:gosec // at most 512.
			for _, id := range reference.to {
				content = append(content, number(id)...)
			}

			references.Write(boxOf(reference.kind, content))
		}

		associations.Write(number(one.id))
		associations.WriteByte(byte(len(one.properties))) //nolint:gosec // At most seven.

		for _, property := range one.properties {
			count++

			index := uint16(count)
			if property.Essential {
				index |= 1 << 15
			}

			associations.Write(number(index))
			properties.Write(boxOf(property.Kind, property.Data))
		}
	}

	ftyp := boxOf("ftyp", []byte(brand), make([]byte, 4), []byte("mif1"), []byte(brand))

	meta := func(base uint32) []byte {
		locations.Reset()

		offset := base

		for _, one := range parts {
			size := uint32(len(one.data)) //nolint:gosec // A file has fewer than 4 GiB.

			locations.Write(bytes.Join([][]byte{number(one.id), number(0), number(1), long(offset), long(size)}, nil))

			offset += size
		}

		entries := number(uint16(len(parts))) //nolint:gosec // at most 512.

		return fullBox("meta", 0, 0,
			fullBox("hdlr", 0, 0, long(0), []byte("pict"), make([]byte, 13)), // Reserved, and an empty name.
			fullBox("pitm", 0, 0, number(parts[0].id)),
			fullBox("iloc", 0, 0, []byte{0x44, 0x00}, entries, locations.Bytes()),
			fullBox("iinf", 0, 0, entries, info.Bytes()),
			fullBox("iref", 0, 0, references.Bytes()),
			boxOf("iprp", boxOf("ipco", properties.Bytes()),
				fullBox("ipma", 0, 1, long(uint32(len(parts))), associations.Bytes())), //nolint:gosec // As above.
		)
	}

	const boxHeader = 8

	begin := len(ftyp) + len(meta(0)) + boxHeader

	for _, one := range parts {
		size += len(one.data)
	}

	file := [][]byte{ftyp, meta(uint32(begin)), long(uint32(boxHeader + size)), []byte("mdat")} //nolint:gosec // As above.
	for _, one := range parts {
		file = append(file, one.data)
	}

	return file
}

func boxOf(kind string, contents ...[]byte) []byte {
	const header = 8

	size := header
	for _, content := range contents {
		size += len(content)
	}

	made := make([]byte, 0, size)
	made = binary.BigEndian.AppendUint32(made, uint32(size))
	made = append(made, kind...)

	for _, content := range contents {
		made = append(made, content...)
	}

	return made
}

func fullBox(kind string, version byte, flags byte, contents ...[]byte) []byte {
	return boxOf(kind, append([][]byte{{version, 0, 0, flags}}, contents...)...)
}

func number(n uint16) []byte { return binary.BigEndian.AppendUint16(nil, n) }

func long(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

func boolean(set bool) byte {
	if set {
		return 1
	}

	return 0
}
