package bmff

import "slices"

// reference is a reference from an item to other items that it needs (ISO/IEC 14496-12,
// 8.11.12).
type reference struct {
	kind string
	from uint32
	to   []uint32
}

// The kinds of references.
const (
	madeOf    = "dimg" // From a derived image to its sources.
	auxiliary = "auxl" // From an auxiliary image to its main image.
)

func (f *File) readReferences(iref fields) {
	long := iref.version() > 0

	eachBox(iref, func(kind string, content []byte) bool {
		data := fields(content)
		one := reference{kind: kind, from: data.id(long)}

		for count := data.uint(2); count > 0 && len(data) > 0; count-- {
			one.to = append(one.to, data.id(long))
		}

		f.references = append(f.references, one)

		return true
	})
}

// Sources returns the images from which a derived image is made, in their order. The
// entry of a source that is not in the file is nil.
func (f *File) Sources(item *Item) []*Item {
	var sources []*Item

	for _, one := range f.references {
		if one.kind != madeOf || one.from != item.ID {
			continue
		}

		for _, id := range one.to {
			sources = append(sources, f.items[id])
		}
	}

	return sources
}

// Auxiliaries returns the auxiliary images of an image: alpha, depth, a gain map.
func (f *File) Auxiliaries(item *Item) []*Item {
	var found []*Item

	for _, one := range f.references {
		if one.kind != auxiliary {
			continue
		}

		for _, id := range one.to {
			if from := f.items[one.from]; id == item.ID && from != nil {
				found = append(found, from)

				break
			}
		}
	}

	return found
}

// Auxiliary returns the type of an auxiliary image, a URN, or "" (ISO/IEC 23008-12,
// 6.5.8).
func (i *Item) Auxiliary() string {
	data := fields(i.Find("auxC"))
	data.version()

	return data.text()
}

// Premultiplied reports whether an image's colors are multiplied by its alpha (ISO/IEC
// 23008-12, 6.10.1.2).
func (f *File) Premultiplied(item *Item) bool {
	for _, one := range f.references {
		if one.kind == "prem" && one.from == item.ID {
			return true
		}
	}

	return false
}

// Thumbnails reports whether an item is a thumbnail of another (ISO/IEC 23008-12, 6.4.4).
func (f *File) Thumbnails() bool {
	return slices.ContainsFunc(f.references, func(one reference) bool { return one.kind == "thmb" })
}
