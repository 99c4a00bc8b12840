package metadata

import (
	"bytes"
	"encoding/hex"
)

// maxRawEXIF is the number of bytes that are read of a text chunk that may hold EXIF: two
// digits per byte, and line ends.
const maxRawEXIF = 3 * maxEXIF

// rawEXIF returns the EXIF block of a PNG text chunk, or nil. ImageMagick wrote such
// chunks before eXIf existed: an empty line after the keyword, the name of the profile,
// its length, and lines of hexadecimal digits. Pillow reads the block if there is no
// eXIf.
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
