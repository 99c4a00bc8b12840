// Package gif reads the properties of a GIF (GIF89a), and rewrites the file without its
// metadata, block by block.
package gif

import "triptych/picture/metadata/format"

// Format is the entry of GIF.
var Format = format.Entry{
	Name: format.GIF, Title: "GIF", ContentType: "image/gif", Extension: "gif",
	Capabilities: format.Capabilities{Alpha: true, Animation: true, Lossless: true},
	Magic:        []string{"GIF87a", "GIF89a"},
	Inspect:      inspect,
	Sanitize:     sanitize,
}
