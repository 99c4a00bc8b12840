// Package jpeg reads the header of a JPEG (ITU-T T.81), and rewrites the file without its
// metadata, segment by segment. Its HDR gain map is kept.
package jpeg

import "triptych/picture/metadata/format"

// Format is the entry of JPEG (ITU-T T.81).
var Format = format.Entry{
	Name: format.JPEG, Title: "JPEG", ContentType: "image/jpeg", Extension: "jpg",
	Capabilities: format.Capabilities{Output: true, MaxSide: 65_535}, // T.81, B.2.2.
	Magic:        []string{"\xff\xd8\xff"},
	Inspect:      inspect,
	Profile:      profile,
	Sanitize:     sanitize,
}
