package decoder

import "triptych/shared/picture/jpeg/t81"

// restartAt finds the restart marker that is due, and begins the interval behind
// it: with empty bits, and predictions of 0 (F.2.1.3.1).
//
// Bytes before the marker are passed over. A marker with another number is dealt
// with as libjpeg does (jdmarker.c, jpeg_resync_to_restart): one or two behind, it
// is old and the right one follows; three or more away, it is a wrong number. One
// or two ahead means that an interval is lost. libjpeg leaves it grey; here it is
// a fault, as is another marker.
func (d *decoder) restartAt(w *walk) error {
	at := d.bits.pos

	for {
		next, found := d.nextMarker(at)
		if !found {
			return truncated(len(d.data))
		}

		at = next

		marker := d.data[at+1]

		switch {
		case marker == t81.EOI:
			return truncated(at)
		case marker < t81.RST0 || marker > t81.RST7:
			return corrupt(at, "marker FF%02X where restart marker %d is due", marker, w.last)
		}

		ahead := (marker - t81.RST0 - w.last) & 7

		switch ahead {
		case 1, 2:
			return corrupt(at, "restart marker %d where %d is due", marker-t81.RST0, w.last)
		case 6, 7:
			at += 2

			continue
		}

		w.last = (w.last + 1) & 7

		d.bits.start(d.data, at+2)

		for _, u := range w.units {
			u.component.prediction = 0
		}

		return nil
	}
}

// exhausted is the fault for a scan that needs more bits than it has: the file's
// end, or a marker that ends it early.
func (d *decoder) exhausted() error {
	at, found := d.nextMarker(d.bits.pos)

	switch {
	case !found:
		return truncated(len(d.data))
	case d.data[at+1] == t81.EOI:
		return truncated(at)
	default:
		return corrupt(at, "marker FF%02X within a scan", d.data[at+1])
	}
}

// check returns the fault of a scan whose bits did not suffice, or were no symbol
// where ok is false. With less than the longest code's bits left, those that are no
// code may be the beginning of one.
func (d *decoder) check(ok bool) error {
	switch {
	case d.bits.overrun(), !ok && d.bits.n < d.bits.pad+maxCodeLength:
		return d.exhausted()
	case !ok:
		return corrupt(d.bits.pos, "bits that are no Huffman code, or out of place,")
	}

	return nil
}
