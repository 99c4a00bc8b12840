package metadata

// jpegProfile decides about the segments that carry an ICC profile: each has a
// chunk's number, from 1, and how many there are (ICC.1, annex B.4).
type jpegProfile struct {
	seen   [256]bool
	count  byte
	broken bool // the first chunk does not begin a profile
}

// keeps says whether a segment is a chunk that a reader would take, once.
func (p *jpegProfile) keeps(payload []byte) bool {
	number, count := payload[iccHeader-2], payload[iccHeader-1]
	if number == 0 || number > count || p.seen[number] || p.count != 0 && count != p.count {
		return false
	}

	p.broken = p.broken || number == 1 && !isProfile(payload[iccHeader:])
	if p.broken {
		return false
	}

	p.seen[number], p.count = true, count

	return true
}
