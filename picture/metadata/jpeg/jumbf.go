package jpeg

import (
	"bytes"
	"encoding/binary"

	"triptych/picture/metadata/report"
)

// jumbfBoxes names the contents of a JPEG's APP11 segments (ISO/IEC 19566-5, annex D). A
// box uses as many segments as it needs. All segments of a box have the same box number.
type jumbfBoxes struct {
	credentials map[uint16]bool
}

// kind names the kind of metadata of which a segment holds a part.
func (b *jumbfBoxes) kind(payload []byte) string {
	const header, longest = len(idJUMBF) + 2 + 4, 64 // the identifier, the box number, the segment's number

	if len(payload) < header {
		return report.JUMBF
	}

	number := binary.BigEndian.Uint16(payload[len(idJUMBF):])
	start := payload[header:min(header+longest, len(payload))]

	if bytes.Contains(start, []byte("jumdc2pa")) { // A description box with C2PA's type.
		if b.credentials == nil {
			b.credentials = map[uint16]bool{}
		}

		b.credentials[number] = true
	}

	if b.credentials[number] {
		return report.Credentials
	}

	return report.JUMBF
}
