package metadata

import (
	"bytes"
	"encoding/binary"
)

// Content Credentials are C2PA manifests (Content Credentials specification 2.1, annex
// A.3, "Embedding manifests into assets"). They describe who made an image and how, and
// are bound to its exact bytes. A file without its metadata therefore cannot keep them.
const (
	tagC2PA   = 0xcd41     // of a TIFF
	chunkC2PA = "C2PA"     // of a WebP
	gifC2PA   = "C2PA_GIF" // start of a GIF's application extension
)

// uuidC2PA is the type of the box that holds a HEIF's manifests.
var uuidC2PA = []byte("\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81")

// maxXMPRead is the number of bytes of an XMP packet in which a pointer to credentials is
// searched.
const maxXMPRead = 64 << 10

// xmpKinds names the kinds of metadata in an XMP packet. The property dcterms:provenance
// points to Content Credentials, in the file or elsewhere.
func xmpKinds(packet []byte) []string {
	if bytes.Contains(packet, []byte("http://purl.org/dc/terms/")) && bytes.Contains(packet, []byte(":provenance")) {
		return []string{kindXMP, kindCredentials}
	}

	return []string{kindXMP}
}

// jumbfBoxes names the contents of a JPEG's APP11 segments (ISO/IEC 19566-5, annex D). A
// box uses as many segments as it needs. All segments of a box have the same box number.
type jumbfBoxes struct {
	credentials map[uint16]bool
}

// kind names the kind of metadata of which a segment holds a part.
func (b *jumbfBoxes) kind(payload []byte) string {
	const header, longest = len(idJUMBF) + 2 + 4, 64 // the identifier, the box number, the segment's number

	if len(payload) < header {
		return kindJUMBF
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
		return kindCredentials
	}

	return kindJUMBF
}

// credentialsBox reports whether one of the first boxes of a HEIF holds Content
// Credentials.
func credentialsBox(view *window) bool {
	const header, longHeader, mostBoxes = 8, 16, 256

	offset := int64(0)

	for range mostBoxes {
		start, err := view.at(offset, header)
		if err != nil {
			return false
		}

		kind, size, begun := string(start[4:]), int64(binary.BigEndian.Uint32(start)), int64(header)

		switch size {
		case 0:
			size = view.size - offset
		case 1:
			if start, err = view.at(offset, longHeader); err != nil {
				return false
			}

			size, begun = int64(binary.BigEndian.Uint64(start[header:])), longHeader //nolint:gosec // A negative one ends the search.
		}

		if size < begun || size > view.size-offset {
			return false
		}

		if kind == "uuid" && size-begun >= int64(len(uuidC2PA)) {
			if box, err := view.at(offset+begun, len(uuidC2PA)); err == nil && bytes.Equal(box, uuidC2PA) {
				return true
			}
		}

		offset += size
	}

	return false
}
