// Package bmff reads the structure of HEIF (ISO/IEC 23008-12) and AVIF images in the ISO
// base media file format. It is the only parser of these boxes. It serves the inspection
// of a file, the list of its metadata, its color profile, and the decoders.
//
// # Limits
//
// Files come from uploads and are not trusted. The package checks each length in a file
// before it reads or allocates that many bytes. The meta box has at most 1 MiB, and every
// table in it ends where its box ends. There are at most 256 other boxes. An item has at
// most 1,024 extents.
package bmff

import (
	"io"

	"triptych/picture/failure"
)

// The kinds of items that are used (the registered four-character codes).
const (
	KindHEVC = "hvc1" // A coded image, ISO/IEC 14496-15. Its parameter sets are in hvcC.
	KindAV1  = "av01" // A coded image, AV1-ISOBMFF.
	KindGrid = "grid" // An image of tiles, ISO/IEC 23008-12, 6.6.2.3.
	KindIden = "iden" // Another image, with properties of its own, 6.6.2.1.
	KindEXIF = "Exif" // Annex A.
	KindMIME = "mime" // Any document, such as XMP.
	KindTMap = "tmap" // An image with a gain map, ISO 21496-1.
)

// File is the structure of a file.
type File struct {
	Primary *Item

	source     io.ReaderAt
	size       int64
	items      map[uint32]*Item
	order      []*Item // in the order of iinf
	references []reference
	inline     []byte // idat: data of items that is in the meta box itself
}

// Item is an image, a part of an image, or metadata.
type Item struct {
	ID   uint32
	Kind string
	// MIME is the content type of an item of KindMIME.
	MIME string
	// Properties are the properties that ipma associates with the item, in its order.
	// Transformations are applied in this order.
	Properties []Property

	construction uint32
	extents      []extent
}

// Property is a box of ipco.
type Property struct {
	Kind string
	// Essential means that a reader that does not support the property must not show the
	// item.
	Essential bool
	Data      []byte // without the box's header
}

// Find returns the data of the first property of a kind, or nil.
func (i *Item) Find(kind string) []byte {
	for _, property := range i.Properties {
		if property.Kind == kind {
			return property.Data
		}
	}

	return nil
}

// Size returns the width and height of an item in pixels, from its ispe property, or
// zeros.
func (i *Item) Size() (width, height int) {
	const most = 1 << 30

	data := fields(i.Find("ispe"))
	data.uint(4)                                         // version and flags
	width, height = int(data.uint(4)), int(data.uint(4)) //nolint:gosec // Four bytes each.

	if width > most || height > most {
		return 0, 0
	}

	return width, height
}

// Open reads the structure of a file of size bytes.
//
// Rejections: Truncated, Corrupt. An error of r itself is returned as it is.
func Open(r io.ReaderAt, size int64) (*File, error) {
	meta, err := metaBox(r, size)
	if err != nil {
		return nil, err
	}

	file := &File{source: r, size: size, items: map[uint32]*Item{}, inline: box(meta, "idat")}
	file.readInfo(box(meta, "iinf"))
	file.readLocations(box(meta, "iloc"))
	file.readReferences(box(meta, "iref"))
	file.readProperties(box(meta, "iprp"))

	pitm := fields(box(meta, "pitm"))
	version := pitm.version()

	file.Primary = file.items[pitm.id(version > 0)]
	if file.Primary == nil {
		return nil, failure.New(failure.Corrupt, "HEIF without a primary image")
	}

	return file, nil
}

// Items returns all items of the file.
func (f *File) Items() []*Item { return f.order }

// item returns an item, and creates it if necessary, because a table may name an item
// that iinf does not list.
func (f *File) item(id uint32) *Item {
	found := f.items[id]
	if found == nil {
		found = &Item{ID: id}
		f.items[id] = found
	}

	return found
}
