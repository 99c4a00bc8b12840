// Package webp reads the properties of a WebP (RFC 9649), and rewrites the file without
// its metadata, chunk by chunk.
package webp

import "triptych/picture/metadata/format"

// Format is the entry of WebP (RFC 9649).
var Format = format.Entry{
	Name: format.WebP, Title: "WebP", ContentType: "image/webp", Extension: "webp",
	Capabilities: format.Capabilities{Output: true, Alpha: true, Animation: true, MaxSide: 16_383}, // Section 2.6.
	Magic:        []string{"RIFF....WEBP"},
	Inspect:      inspect,
	Profile:      profile,
	Sanitize:     sanitize,
}
