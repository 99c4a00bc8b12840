package report

import "bytes"

// XMPBytes is the number of bytes of an XMP packet in which a pointer to credentials is
// searched.
const XMPBytes = 64 << 10

// XMPKinds names the kinds of metadata in an XMP packet. The property dcterms:provenance
// points to Content Credentials, in the file or elsewhere.
func XMPKinds(packet []byte) []string {
	if bytes.Contains(packet, []byte("http://purl.org/dc/terms/")) && bytes.Contains(packet, []byte(":provenance")) {
		return []string{XMP, Credentials}
	}

	return []string{XMP}
}
