// Package heif reads the properties of a HEIC or AVIF (ISO/IEC 23008-12; AV1 Image File
// Format). The boxes are read by package bmff, the headers of the coded images by package
// bitstream.
package heif

import "triptych/picture/metadata/format"

// HEIC and AVIF are the entries of the two codings in a HEIF (ISO/IEC 23008-12; AV1 Image
// File Format). The coding of the primary image decides between the two, so each entry
// can inspect the files of the other.
var (
	HEIC = format.Entry{
		Name: format.HEIC, Title: "HEIC", ContentType: "image/heic", Extension: "heic",
		Capabilities: format.Capabilities{Alpha: true},
		Magic:        []string{format.BaseMedia},
		Recognize:    func(start []byte) bool { return FamilyName(start) == "HEIC" },
		Inspect:      inspect,
		Profile:      profile,
		Carried:      carried,
		AsIs:         asIs,
	}
	AVIF = format.Entry{
		Name: format.AVIF, Title: "AVIF", ContentType: "image/avif", Extension: "avif",
		Capabilities: format.Capabilities{Alpha: true},
		Magic:        []string{format.BaseMedia},
		Recognize:    func(start []byte) bool { return FamilyName(start) == "AVIF" },
		Inspect:      inspect,
		Profile:      profile,
		Carried:      carried,
		AsIs:         asIs,
	}
)
