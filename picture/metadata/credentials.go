package metadata

import (
	"bytes"
	"encoding/binary"
)

// Content Credentials are manifests of C2PA (Content Credentials specification 2.1,
// annex A.3, "Embedding manifests into assets"). They describe who made a picture and
// how, and bind it to its exact bytes: a file without its metadata cannot keep them.
const (
	tagC2PA   = 0xcd41     // of a TIFF
	chunkC2PA = "C2PA"     // of a WebP
	gifC2PA   = "C2PA_GIF" // begins a GIF's application extension
)

// uuidC2PA is the type of the box that holds a HEIF's manifests.
var uuidC2PA = []byte("\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81")

// maxXMPRead is how much of an XMP packet is searched for a pointer to credentials.
const maxXMPRead = 64 << 10

// xmpKinds names what an XMP packet holds: by dcterms:provenance it points to Content
// Credentials, in the file or elsewhere.
func xmpKinds(packet []byte) []string {
	if bytes.Contains(packet, []byte("http://purl.org/dc/terms/")) && bytes.Contains(packet, []byte(":provenance")) {
		return []string{kindXMP, kindCredentials}
	}

	return []string{kindXMP}
}

// jumbfBoxes names the contents of a JPEG's APP11 segments (ISO/IEC 19566-5, annex D).
// A box fills as many as it needs, which have its number in common.
type jumbfBoxes struct {
	credentials map[uint16]bool
}

// kind names what a segment has a part of.
func (b *jumbfBoxes) kind(payload []byte) string {
	const header, longest = len(idJUMBF) + 2 + 4, 64 // its identifier, its box's number, its own

	if len(payload) < header {
		return kindJUMBF
	}

	number := binary.BigEndian.Uint16(payload[len(idJUMBF):])
	start := payload[header:min(header+longest, len(payload))]

	if bytes.Contains(start, []byte("jumdc2pa")) { // A description box, and C2PA's type.
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

// credentialsBox says whether a HEIF has a box of Content Credentials beside its
// pictures, among its first boxes.
func credentialsBox(view *window) bool {
	const header, longHeader, mostBoxes = 8, 16, 256

	offset := int64(0)

	for range mostBoxes {
		head, err := view.at(offset, header)
		if err != nil {
			return false
		}

		kind, size, begun := string(head[4:]), int64(binary.BigEndian.Uint32(head)), int64(header)

		switch size {
		case 0:
			size = view.size - offset
		case 1:
			if head, err = view.at(offset, longHeader); err != nil {
				return false
			}

			size, begun = int64(binary.BigEndian.Uint64(head[header:])), longHeader //nolint:gosec // A negative one ends the search.
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
