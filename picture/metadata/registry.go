package metadata

import (
	"io"
	"slices"

	"triptych/picture/failure"
	"triptych/picture/metadata/bmp"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/gif"
	"triptych/picture/metadata/heif"
	"triptych/picture/metadata/jpeg"
	"triptych/picture/metadata/png"
	"triptych/picture/metadata/tiff"
	"triptych/picture/metadata/webp"
)

// registry has one entry for each accepted format.
var registry = []*Entry{
	&jpeg.Format, &png.Format, &gif.Format, &webp.Format, &bmp.Format, &tiff.Format, &heif.HEIC, &heif.AVIF,
}

// Entries returns the entries of all accepted formats.
func Entries() []*Entry { return slices.Clone(registry) }

// EntryOf returns the entry of a format. The entry of a format that is not accepted has
// only names.
func EntryOf(name Format) *Entry {
	for _, entry := range registry {
		if entry.Name == name {
			return entry
		}
	}

	return &Entry{Name: name, Title: string(name), ContentType: "image/" + string(name), Extension: string(name)}
}

// recognize opens a file, and identifies its format by its first bytes.
func recognize(r io.ReaderAt, size int64) (*container.Window, *Entry, error) {
	if size <= 0 {
		return nil, nil, failure.New(failure.Empty, "")
	}

	view := container.NewWindow(r, size)

	start, err := view.At(0, int(min(size, startBytes)))
	if err != nil {
		return nil, nil, container.Truncated(err)
	}

	entry, err := identify(start)

	return view, entry, err
}
