package ledger

import (
	"net/url"
	"strings"
)

// File is one object in a version's folder, as recorded in the ledger.
type File struct {
	Name  string // without the folder: "small.auto.jpg"
	Bytes int64
}

// Files returns the objects of an item's variants and of their alternatives. It takes the names
// from the URLs, because only the URLs contain the file extension. The result does not include
// the sanitized original, because the ledger does not record its size.
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

// fileName returns the last component of a URL's path.
func fileName(address string) string {
	name := address[strings.LastIndexByte(address, '/')+1:]

	if decoded, err := url.PathUnescape(name); err == nil {
		return decoded
	}

	return name
}
