package metadata

import (
	"io"
	"slices"

	"triptych/picture/failure"
)

// registry has one entry for each accepted format.
var registry = []*Entry{
	&jpegFormat, &pngFormat, &gifFormat, &webpFormat, &bmpFormat, &tiffFormat, &heicFormat, &avifFormat,
}

// Entries returns the entries of all accepted formats.
func Entries() []*Entry { return slices.Clone(registry) }

// EntryOf returns the entry of a format. That of a format that is not accepted has only
// names.
func EntryOf(format Format) *Entry {
	for _, entry := range registry {
		if entry.Name == format {
			return entry
		}
	}

	return &Entry{Name: format, Title: string(format), ContentType: "image/" + string(format), Extension: string(format)}
}

// recognize opens a file, and identifies its format by its first bytes.
func recognize(r io.ReaderAt, size int64) (*window, *Entry, error) {
	if size <= 0 {
		return nil, nil, failure.New(failure.Empty, "")
	}

	view := newWindow(r, size)

	start, err := view.at(0, int(min(size, startBytes)))
	if err != nil {
		return nil, nil, endIsTruncated(err)
	}

	entry, err := identify(start)

	return view, entry, err
}
