package jpeg

import "triptych/picture/failure"

// maxTables limits the bytes between two scans. All tables that a decoder can hold take
// less than 5 KiB.
const maxTables = 64 << 10

// scanOrder records which scans have occurred, and so which ones a decoder still expects.
type scanOrder struct {
	progressive bool
	components  int
	// seen has the components of the scans so far.
	seen [256]bool
	held []byte // segments after a scan, until another scan follows
}

// frame records the components of a frame header of any length.
func (s *scanOrder) frame(marker byte, payload []byte) {
	const componentsAt = 5

	s.progressive = marker == markerSOF2
	if len(payload) > componentsAt {
		s.components = int(payload[componentsAt])
	}
}

// scan records the components of a scan (T.81, B.2.3).
func (s *scanOrder) scan(payload []byte) {
	for at := 1; at < len(payload) && (at-1)/2 < int(payload[0]); at += 2 {
		s.seen[payload[at]] = true
	}
}

// complete reports whether a sequential image has had a scan of each component. Later
// bytes do not belong to it.
func (s *scanOrder) complete() bool {
	scanned := 0

	for _, seen := range s.seen {
		if seen {
			scanned++
		}
	}

	return !s.progressive && s.components > 0 && scanned >= s.components
}

// hold keeps a segment that follows a scan.
func (s *scanOrder) hold(segment []byte) error {
	if len(s.held)+len(segment) > maxTables {
		return failure.New(failure.Corrupt, "more than %d bytes of JPEG tables between two scans", maxTables)
	}

	s.held = append(s.held, segment...)

	return nil
}
