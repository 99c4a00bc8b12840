package metadata

import "triptych/picture/failure"

// maxTables bounds what may stand between two scans: all tables that a decoder can
// hold take less than 5 KiB.
const maxTables = 64 << 10

// jpegScans follows which scans there were, and so what a decoder still waits for.
type jpegScans struct {
	progressive bool
	components  int
	// seen has the components that a scan was of.
	seen [256]bool
	held []byte // segments between scans, until another scan follows
}

// frame notes what a frame header, of any length, says.
func (s *jpegScans) frame(marker byte, payload []byte) {
	const componentsAt = 5

	s.progressive = marker == markerSOF2
	if len(payload) > componentsAt {
		s.components = int(payload[componentsAt])
	}
}

// scan notes of which components a scan is (T.81, B.2.3).
func (s *jpegScans) scan(payload []byte) {
	for at := 1; at < len(payload) && (at-1)/2 < int(payload[0]); at += 2 {
		s.seen[payload[at]] = true
	}
}

// complete says whether a sequential picture has had a scan of each component. What
// follows is no part of it.
func (s *jpegScans) complete() bool {
	scanned := 0

	for _, seen := range s.seen {
		if seen {
			scanned++
		}
	}

	return !s.progressive && s.components > 0 && scanned >= s.components
}

// hold keeps a segment that stands behind a scan.
func (s *jpegScans) hold(segment []byte) error {
	if len(s.held)+len(segment) > maxTables {
		return failure.New(failure.Corrupt, "more than %d bytes of JPEG tables between two scans", maxTables)
	}

	s.held = append(s.held, segment...)

	return nil
}
