package metadata

import (
	"bufio"
	"io"
)

// gifFormat is the entry of GIF.
var gifFormat = Entry{
	Name: GIF, Title: "GIF", ContentType: "image/gif", Extension: "gif",
	Capabilities: Capabilities{Alpha: true, Animation: true, Lossless: true},
	Magic:        []string{"GIF87a", "GIF89a"},
	Inspect:      inspectGIF,
	Sanitize:     sanitizeGIF,
}

// sanitizeGIF copies an animation, block by block.
func sanitizeGIF(dst io.Writer, in *input, kinds found) ([]string, error) {
	out := bufio.NewWriterSize(dst, bufferBytes)
	if err := (&gifSanitizer{in: in, out: out, kinds: kinds}).run(); err != nil {
		return nil, err
	}

	return nil, flush(out)
}
