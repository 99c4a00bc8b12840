package metadata

import (
	"bytes"
	"encoding/hex"
)

// maxRawEXIF is how much is read of a text chunk that may hold EXIF: two digits a byte,
// and line ends.
const maxRawEXIF = 3 * maxEXIF

// rawEXIF returns the EXIF block of a text chunk of PNG as ImageMagick wrote it before
// there was eXIf, or nil: after the keyword an empty line, the name of the profile, its
// length, and lines of hexadecimal digits. Pillow reads it where there is no eXIf.
func rawEXIF(kind string, data []byte) []byte {
	keyword, text, found := bytes.Cut(data, []byte{0})
	if !found || string(keyword) != "Raw profile type exif" && string(keyword) != "Raw profile type APP1" {
		return nil
	}

	switch {
	case kind == "zTXt" && len(text) > 0 && text[0] == 0: // deflate (W3C PNG, 11.3.3.3)
		text = inflate(text[1:])
	case kind != "tEXt":
		return nil
	}

	const headLines = 3

	lines := bytes.Split(text, []byte{'\n'})
	if len(lines) <= headLines {
		return nil
	}

	digits := bytes.Join(lines[headLines:], nil)
	block := make([]byte, hex.DecodedLen(len(digits)))

	count, err := hex.Decode(block, bytes.TrimSpace(digits))
	if err != nil && count == 0 {
		return nil
	}

	return bytes.TrimPrefix(block[:count], []byte("Exif\x00\x00"))
}
