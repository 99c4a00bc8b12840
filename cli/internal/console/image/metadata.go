package image

import (
	"cmp"
	"slices"
	"strings"
)

// kind is a kind of metadata that was found.
type kind struct {
	Name string
	GPS  bool
}

// kinds returns the names of the metadata in a file. GPS is first, because it can reveal
// a home address.
func kinds(removed []string) []kind {
	names := map[string]string{ //nolint:gosec // Content Credentials are not a password.
		"gps": "GPS position", "exif": "EXIF", "makernote": "maker’s notes", "thumbnail": "embedded thumbnail", "xmp": "XMP",
		"iptc": "IPTC", "comment": "comment", "mpf": "additional images (MPF)", "jumbf": "JUMBF", "credentials": "Content Credentials (C2PA)", "gainmap": "HDR gain map", "trailer": "bytes after the end",
		"text": "text", "time": "time of its last change",
		"other": "other segments",
	}

	var found []kind
	for _, name := range removed {
		found = append(found, kind{Name: cmp.Or(names[strings.ToLower(name)], name), GPS: strings.EqualFold(name, "gps")})
	}

	slices.SortStableFunc(found, func(a, b kind) int {
		return cmp.Compare(map[bool]int{true: 0, false: 1}[a.GPS], map[bool]int{true: 0, false: 1}[b.GPS])
	})

	return found
}
