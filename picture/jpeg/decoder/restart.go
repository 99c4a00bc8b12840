package decoder

import "triptych/picture/jpeg/t81"

// restart finds the restart marker that is due, and starts the interval after it: with an
// empty reservoir and predictions of 0 (F.2.1.3.1).
//
// Bytes before the marker are skipped. A marker with another number is handled as in
// libjpeg (jdmarker.c, jpeg_resync_to_restart). If the number is one or two behind, the
// marker is old and the right one follows. If it is three or more away, the number is
// wrong. If it is one or two ahead, an interval is lost. libjpeg leaves a lost interval
// gray; here it is an error, as is any other marker.
func (s *scan) restart() error {
	at, data := s.bits.pos, s.file.data

	for {
		next, found := s.file.nextMarker(at)
		if !found {
			return truncated(len(data))
		}

		at = next

		marker := data[at+1]

		switch {
		case marker == t81.EOI:
			return truncated(at)
		case marker < t81.RST0 || marker > t81.RST7:
			return corrupt(at, "marker FF%02X where restart marker %d is due", marker, s.last)
		}

		ahead := (marker - t81.RST0 - s.last) & 7

		switch ahead {
		case 1, 2:
			return corrupt(at, "restart marker %d where %d is due", marker-t81.RST0, s.last)
		case 6, 7:
			at += 2

			continue
		}

		s.last = (s.last + 1) & 7

		s.bits.start(data, at+2)

		s.run = 0
		for i := range s.units {
			s.units[i].prediction = 0
		}

		return nil
	}
}

// restartIfDue reads the restart marker before the next MCU, if there is one (E.2.4), and
// counts that MCU.
func (s *scan) restartIfDue() error {
	due := s.interval > 0 && s.count == s.interval
	if due {
		s.count = 0
	}

	s.count++

	if !due {
		return nil
	}

	return s.restart()
}

// untilRestart returns how many of the next count MCUs precede the next restart marker.
// It counts them, except for the first, which is already counted.
func (s *scan) untilRestart(count int) int {
	if s.interval > 0 {
		count = min(count, s.interval-s.count+1)
	}

	s.count += count - 1

	return count
}

// exhausted returns the error for a scan that needs more bits than it has. Either the
// file ends, or a marker ends the scan early.
func (s *scan) exhausted() error {
	at, found := s.file.nextMarker(s.bits.pos)

	switch {
	case !found:
		return truncated(len(s.file.data))
	case s.file.data[at+1] == t81.EOI:
		return truncated(at)
	default:
		return corrupt(at, "marker FF%02X within a scan", s.file.data[at+1])
	}
}

// check returns the error of a scan that has too few bits, or whose bits are not a symbol
// (ok is false). If fewer bits are left than the longest code has, bits that are not a
// code may be the beginning of one.
func (s *scan) check(ok bool) error {
	switch {
	case s.bits.overrun(), !ok && s.bits.n < s.bits.pad+maxCodeLength:
		return s.exhausted()
	case !ok:
		return corrupt(s.bits.pos, "invalid or misplaced Huffman code")
	}

	return nil
}
