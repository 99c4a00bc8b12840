// Package tiff reads the first page of a TIFF (TIFF 6.0).
package tiff

import "triptych/picture/metadata/format"

// Format is the entry of TIFF 6.0. Some writers write 42 in the other byte order. A
// file may also be a camera's raw data, which Inspect detects.
var Format = format.Entry{
	Name: format.TIFF, Title: "TIFF", ContentType: "image/tiff", Extension: "tiff",
	Capabilities: format.Capabilities{Alpha: true, Lossless: true},
	Magic:        []string{"II*\x00", "MM\x00*", "II\x00*", "MM*\x00"},
	Inspect:      inspect,
	Profile:      profile,
	Carried:      carried,
}
