// Package png reads the header of a PNG (W3C PNG, third edition), and rewrites the file
// without its metadata, chunk by chunk.
package png

import "triptych/picture/metadata/format"

// Format is the entry of PNG (W3C PNG, third edition).
var Format = format.Entry{
	Name: format.PNG, Title: "PNG", ContentType: "image/png", Extension: "png",
	Capabilities: format.Capabilities{Output: true, Alpha: true, Animation: true, Lossless: true},
	Magic:        []string{signature},
	Inspect:      inspect,
	Profile:      profile,
	Sanitize:     sanitize,
}
