package metadata

// jpegProfile decides which segments of an ICC profile are kept. Each has a chunk's
// number, starting with 1, and the number of chunks (ICC.1, annex B.4).
type jpegProfile struct {
	seen   [256]bool
	count  byte
	broken bool // the first chunk is not the start of a profile
}

// keeps reports whether a segment is a chunk that a reader would use, and that has not
// occurred before.
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
