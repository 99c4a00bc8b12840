package metadata

import (
	"bufio"
	"io"
)

// pngFormat is the entry of PNG (W3C PNG, third edition).
var pngFormat = Entry{
	Name: PNG, Title: "PNG", ContentType: "image/png", Extension: "png",
	Capabilities: Capabilities{Output: true, Alpha: true, Animation: true, Lossless: true},
	Magic:        []string{pngSignature},
	Inspect:      inspectPNG,
	Profile:      profilePNG,
	Sanitize:     sanitizePNG,
}

// sanitizePNG copies an image, chunk by chunk.
func sanitizePNG(dst io.Writer, in *input, kinds found) ([]string, error) {
	out := bufio.NewWriterSize(dst, bufferBytes)
	if err := (&pngSanitizer{in: in, out: out, kinds: kinds}).run(); err != nil {
		return nil, err
	}

	return nil, flush(out)
}
