package metadata

import "io"

// jpegFormat is the entry of JPEG (ITU-T T.81).
var jpegFormat = Entry{
	Name: JPEG, Title: "JPEG", ContentType: "image/jpeg", Extension: "jpg",
	Capabilities: Capabilities{Output: true},
	Magic:        []string{"\xff\xd8\xff"},
	Inspect:      inspectJPEG,
	Profile:      profileJPEG,
	Sanitize:     sanitizeJPEG,
}

// sanitizeJPEG copies an image and its gain map, segment by segment.
func sanitizeJPEG(dst io.Writer, in *input, kinds found) ([]string, error) {
	return newJPEGSanitizer(dst, in, kinds).run()
}
