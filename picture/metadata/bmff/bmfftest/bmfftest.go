// Package bmfftest writes HEIC and AVIF files for tests, in every form that readers must
// support.
package bmfftest

import (
	"bytes"
	"encoding/binary"
)

// File is a file to be written. Its first item is the primary image.
type File struct {
	Major      string   // "heic" if it is empty
	Compatible []string // "mif1" and "heic" if it is empty
	Items      []Item
	References []Reference

	LongIDs     bool // Item numbers have 32 bits, in higher versions of pitm, iloc, iinf, iref, ipma.
	LongIndices bool // Indices of properties have 15 bits.
	EachIpma    bool // Each item has an ipma of its own. Their versions alternate.
	Iloc        byte // The version of iloc, 0 to 2.
	Inline      bool // Data is in idat, for which iloc needs version 1.
	Halves      bool // Each item's data has two extents.
	MetaLast    bool // The meta box comes after the pixels.
}

// Item is an item of a file. Item numbers start with 1, in the order of the items.
type Item struct {
	Kind       string // "" leaves the item out of iinf
	MIME       string
	Hidden     bool
	Data       []byte
	Properties []Property
}

// Property is a property of an item.
type Property struct {
	Kind      string
	Data      []byte
	Essential bool
}

// Reference is a reference from an item to others.
type Reference struct {
	Kind string
	From uint32
	To   []uint32
}

// Bytes writes the file.
func (f *File) Bytes() []byte {
	major, compatible := f.Major, f.Compatible
	if major == "" {
		major = "heic"
	}

	if compatible == nil {
		compatible = []string{"mif1", "heic"}
	}

	ftyp := []byte(major + "\x00\x00\x00\x00")
	for _, brand := range compatible {
		ftyp = append(ftyp, brand...)
	}

	ftyp = Box("ftyp", ftyp)

	var data []byte
	for _, item := range f.Items {
		data = append(data, item.Data...)
	}

	const boxHeader = 8

	switch {
	case f.Inline:
		return append(ftyp, f.meta(0, data)...)
	case f.MetaLast:
		return bytes.Join([][]byte{ftyp, Box("mdat", data), f.meta(len(ftyp)+boxHeader, nil)}, nil)
	default:
		size := len(f.meta(0, nil))

		return bytes.Join([][]byte{ftyp, f.meta(len(ftyp)+size+boxHeader, nil), Box("mdat", data)}, nil)
	}
}

func (f *File) meta(base int, inline []byte) []byte {
	version := byte(0)
	if f.LongIDs {
		version = 1
	}

	parts := [][]byte{
		FullBox("hdlr", 0, 0, Uint32(0), []byte("pict"), make([]byte, 13)),
		FullBox("pitm", version, 0, f.id(1)),
		f.iloc(base), f.iinf(), f.iprp(),
	}

	if len(f.References) > 0 {
		var all []byte

		for _, one := range f.References {
			content := append(f.id(one.From), Uint16(len(one.To))...)
			for _, to := range one.To {
				content = append(content, f.id(to)...)
			}

			all = append(all, Box(one.Kind, content)...)
		}

		parts = append(parts, FullBox("iref", version, 0, all))
	}

	if inline != nil {
		parts = append(parts, Box("idat", inline))
	}

	return FullBox("meta", 0, 0, parts...)
}

func (f *File) id(n uint32) []byte {
	if f.LongIDs {
		return Uint32(int(n))
	}

	return Uint16(int(n))
}

func (f *File) iloc(base int) []byte {
	version := f.Iloc
	if f.LongIDs {
		version = 2
	}

	if f.Inline {
		version = max(1, version)
	}

	count := Uint16(len(f.Items))
	if version > 1 {
		count = Uint32(len(f.Items))
	}

	var all []byte

	offset := base

	for i, item := range f.Items {
		id := Uint16(i + 1)
		if version > 1 {
			id = Uint32(i + 1)
		}

		all = append(all, id...)

		if version > 0 {
			method := 0
			if f.Inline {
				method = 1
			}

			all = append(all, Uint16(method)...)
		}

		all = append(append(all, Uint16(0)...), Uint32(offset)...) // data_reference_index, base_offset

		length := len(item.Data)
		if f.Halves && length > 1 {
			all = append(append(append(all, Uint16(2)...), Uint32(0)...), Uint32(length/2)...)
			all = append(append(all, Uint32(length/2)...), Uint32(length-length/2)...)
		} else {
			all = append(append(append(all, Uint16(1)...), Uint32(0)...), Uint32(length)...)
		}

		offset += length
	}

	return FullBox("iloc", version, 0, []byte{0x44, 0x40}, count, all)
}

func (f *File) iinf() []byte {
	var (
		all   []byte
		count int
	)

	for i, item := range f.Items {
		if item.Kind == "" {
			continue
		}

		count++

		version, flags := byte(2), byte(0)
		if f.LongIDs {
			version = 3
		}

		if item.Hidden {
			flags = 1
		}

		tail := []byte{0}
		if item.Kind == "mime" {
			tail = append(append(tail, item.MIME...), 0)
		}

		all = append(all, FullBox("infe", version, flags, f.id(uint32(i+1)), Uint16(0), []byte(item.Kind), tail)...)
	}

	if f.LongIDs {
		return FullBox("iinf", 1, 0, Uint32(count), all)
	}

	return FullBox("iinf", 0, 0, Uint16(count), all)
}

// iprp writes the properties. A property is written once for each item that has it.
func (f *File) iprp() []byte {
	var (
		boxes, single []byte
		several       [][]byte
		index         int
	)

	for i, item := range f.Items {
		long := f.LongIDs
		if f.EachIpma {
			long = i%2 == 1
		}

		entry := Uint16(i + 1)
		if long {
			entry = Uint32(i + 1)
		}

		entry = append(entry, byte(len(item.Properties))) //nolint:gosec // A few.

		for _, property := range item.Properties {
			index++

			boxes = append(boxes, Box(property.Kind, property.Data)...)

			switch {
			case f.LongIndices && property.Essential:
				entry = append(entry, Uint16(index|1<<15)...)
			case f.LongIndices:
				entry = append(entry, Uint16(index)...)
			case property.Essential:
				entry = append(entry, byte(index|1<<7)) //nolint:gosec // Fewer than 128, or indices are long.
			default:
				entry = append(entry, byte(index))
			}
		}

		single = append(single, entry...)
		several = append(several, f.ipma(long, 1, entry))
	}

	content := Box("ipco", boxes)
	if f.EachIpma {
		return Box("iprp", append(content, bytes.Join(several, nil)...))
	}

	return Box("iprp", append(content, f.ipma(f.LongIDs, len(f.Items), single)...))
}

func (f *File) ipma(longIDs bool, count int, entries []byte) []byte {
	version, flags := byte(0), byte(0)
	if longIDs {
		version = 1
	}

	if f.LongIndices {
		flags = 1
	}

	return FullBox("ipma", version, flags, Uint32(count), entries)
}

// Box writes a box.
func Box(kind string, contents ...[]byte) []byte {
	content := bytes.Join(contents, nil)

	return append(append(Uint32(len(content)+8), kind...), content...)
}

// FullBox writes a box with a version and flags.
func FullBox(kind string, version, flags byte, contents ...[]byte) []byte {
	return Box(kind, append([][]byte{{version, 0, 0, flags}}, contents...)...)
}

// Uint16 returns a number of 16 bits, big-endian.
func Uint16(n int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(n)) } //nolint:gosec // Tests write small numbers.

// Uint32 returns a number of 32 bits, big-endian.
func Uint32(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) } //nolint:gosec // As above, or two's complement.
