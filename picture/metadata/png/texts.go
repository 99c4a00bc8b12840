package png

import (
	"bytes"
	"encoding/hex"

	"triptych/picture/metadata/container"
	"triptych/picture/metadata/report"
)

// maxRawEXIF limits how many bytes of a text chunk are searched for EXIF. The EXIF is
// text: two digits per byte, and line ends.
const maxRawEXIF = 3 * container.MaxEXIFBytes

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
		text = container.InflateProfile(text[1:])
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

// textStart is the number of bytes that hold a text chunk's keyword, of at most 79 bytes
// (section 11.3.3).
const textStart = 80

// chunkKinds names the kinds of metadata in a dropped chunk.
func chunkKinds(kind string, data []byte) []string {
	switch kind {
	case "tEXt", "zTXt", "iTXt":
		return textKinds(data)
	case "tIME":
		return []string{report.Time}
	case "caBX": // It holds only Content Credentials, as defined by C2PA.
		return []string{report.Credentials}
	default:
		return []string{report.Other}
	}
}

// textKinds names the kinds of metadata in a text chunk, by its keyword. Before eXIf
// existed, ImageMagick wrote EXIF, IPTC and XMP as texts of hexadecimal digits.
func textKinds(data []byte) []string {
	keyword, _, _ := bytes.Cut(data, []byte{0})

	switch string(keyword) {
	case "XML:com.adobe.xmp":
		return report.XMPKinds(data)
	case "Raw profile type xmp":
		return []string{report.XMP}
	case "Raw profile type exif", "Raw profile type APP1":
		return []string{report.EXIF}
	case "Raw profile type iptc":
		return []string{report.IPTC}
	case "Comment":
		return []string{report.Comment}
	default:
		return []string{report.Text}
	}
}
