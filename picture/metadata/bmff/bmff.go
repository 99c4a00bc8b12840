// Package bmff reads the structure of still pictures in the ISO base media file
// format: HEIF (ISO/IEC 23008-12) and AVIF. It knows the boxes once, for everything
// that needs them: the inspection of a file, the list of its metadata, its color
// profile, and the decoders.
//
// # Bounds
//
// Files come with uploads and are not trusted. Nothing is read or allocated because a
// file claims it: the meta box has at most 1 MiB, and every table in it ends where its
// box ends. At most 256 boxes stand beside it. An item has at most 1,024 extents.
package bmff

import (
	"io"

	"triptych/picture/failure"
)

// The kinds of items that matter here (the registered four-character codes).
const (
	KindHEVC = "hvc1" // A coded picture, ISO/IEC 14496-15. Its parameter sets stand in hvcC.
	KindAV1  = "av01" // A coded picture, AV1-ISOBMFF.
	KindGrid = "grid" // A picture of tiles, ISO/IEC 23008-12, 6.6.2.3.
	KindIden = "iden" // Another picture, with properties of its own, 6.6.2.1.
	KindEXIF = "Exif" // Annex A.
	KindMIME = "mime" // Any document; XMP is one.
	KindTMap = "tmap" // A picture that needs a gain map, ISO 21496-1.
)

// File is the structure of a file.
type File struct {
	Primary *Item

	source     io.ReaderAt
	size       int64
	items      map[uint32]*Item
	order      []*Item // as iinf lists them
	references []reference
	inline     []byte // idat: data of items that stands in the meta box itself
}

// Item is a picture, a part of one, or metadata.
type Item struct {
	ID   uint32
	Kind string
	// MIME is the content type of an item of KindMIME.
	MIME string
	// Properties are those that ipma associates with the item, in its order, which is
	// the order in which transformations are applied.
	Properties []Property

	construction uint32
	extents      []extent
}

// Property is a box of ipco.
type Property struct {
	Kind string
	// Essential says that a reader which does not know the property must not show the
	// item.
	Essential bool
	Data      []byte // behind the box's header
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

// Size returns the width and height of an item in pixels, of its ispe property, or
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
// Faults: Truncated, Corrupt. An error of r itself is returned as it is.
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
		return nil, failure.New(failure.Corrupt, "HEIF without a primary picture")
	}

	return file, nil
}

// Items lists all items of the file.
func (f *File) Items() []*Item { return f.order }

// item finds an item, or makes it: a table may name one that iinf does not list.
func (f *File) item(id uint32) *Item {
	found := f.items[id]
	if found == nil {
		found = &Item{ID: id}
		f.items[id] = found
	}

	return found
}
