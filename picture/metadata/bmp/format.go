// Package bmp reads the headers of a BMP.
package bmp

import "triptych/picture/metadata/format"

// Format is the entry of BMP. Many texts start with its two letters. Its profiles are
// not read, and its headers hold no metadata.
var Format = format.Entry{
	Name: format.BMP, Title: "BMP", ContentType: "image/bmp", Extension: "bmp",
	Capabilities: format.Capabilities{Alpha: true, Lossless: true},
	Magic:        []string{"BM"},
	Recognize:    isHeader,
	Inspect:      inspect,
}
