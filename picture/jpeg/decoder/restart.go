package decoder

import "triptych/picture/jpeg/t81"

// restart finds the restart marker that is due, and begins the interval behind
// it: with empty bits, and predictions of 0 (F.2.1.3.1).
//
// Bytes before the marker are passed over. A marker with another number is dealt
// with as libjpeg does (jdmarker.c, jpeg_resync_to_restart): one or two behind, it
// is old and the right one follows; three or more away, it is a wrong number. One
// or two ahead means that an interval is lost. libjpeg leaves it grey; here it is
// a fault, as is another marker.
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

// restartIfDue reads the restart marker that stands before the next MCU, if one does
// (E.2.4), and counts that MCU.
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

// untilRestart is how many MCUs of a number come before the next restart marker. It
// counts those behind the first.
func (s *scan) untilRestart(count int) int {
	if s.interval > 0 {
		count = min(count, s.interval-s.count+1)
	}

	s.count += count - 1

	return count
}

// exhausted is the fault for a scan that needs more bits than it has: the file's
// end, or a marker that ends it early.
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

// check returns the fault of a scan whose bits did not suffice, or were no symbol
// where ok is false. With less than the longest code's bits left, those that are no
// code may be the beginning of one.
func (s *scan) check(ok bool) error {
	switch {
	case s.bits.overrun(), !ok && s.bits.n < s.bits.pad+maxCodeLength:
		return s.exhausted()
	case !ok:
		return corrupt(s.bits.pos, "bits that are no Huffman code, or out of place,")
	}

	return nil
}
