package ledger

import (
	"net/url"
	"strings"
)

// File is one object of a version's folder, as the ledger knows it.
type File struct {
	Name  string // without the folder: "small.auto.jpg"
	Bytes int64
}

// Files lists the objects of an item's variants, their alternatives included. Their
// names come from the URLs: a name alone does not say in which format a variant was
// made. The sanitized original is not among them, because the ledger does not have
// its size.
func (i *Item) Files() []File {
	var files []File

	for _, variant := range i.Variants {
		files = append(files, File{fileName(variant.URL), variant.Bytes})

		for _, other := range variant.Alternatives {
			files = append(files, File{fileName(other.URL), other.Bytes})
		}
	}

	return files
}

// fileName is the last component of a URL's path.
func fileName(address string) string {
	name := address[strings.LastIndexByte(address, '/')+1:]

	if decoded, err := url.PathUnescape(name); err == nil {
		return decoded
	}

	return name
}
