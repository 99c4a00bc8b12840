package decoder

import (
	"bytes"
	"encoding/binary"

	"triptych/picture/jpeg/t81"
)

// file is a JPEG file with the contents of the segments read so far.
type file struct {
	data  []byte
	frame frame

	jfif      bool // there is a JFIF header
	adobe     bool // there is an Adobe segment, with …
	transform byte // … this color transform

	tables  [4]*[t81.BlockSize]uint16 // quantization tables, in zigzag order; nil where undefined
	huffman [2][4]*huffman            // [DC or AC][identifier]; nil where undefined
	restart int                       // MCUs in a restart interval; 0 for none
}

// segment is a marker and its payload.
type segment struct {
	marker  byte
	offset  int // of the marker's 0xFF
	payload []byte
	end     int // the offset after the payload
}

// maxSegments limits the number of segments; with 64 KiB each they hold 256 MiB.
const maxSegments = 4096

// nextMarker finds the next marker from an offset on, and returns the offset of its 0xFF.
// It skips stuffed zeros of scan data, fill bytes (B.1.1.2), and, as libjpeg does, bytes
// that belong to no segment. found is false if the file ends first.
func (f *file) nextMarker(offset int) (at int, found bool) {
	for {
		skipped := bytes.IndexByte(f.data[offset:], 0xff)
		if skipped < 0 {
			return len(f.data), false
		}

		offset += skipped

		for offset+1 < len(f.data) && f.data[offset+1] == 0xff {
			offset++
		}

		switch {
		case offset+1 >= len(f.data):
			return len(f.data), false
		case f.data[offset+1] != 0:
			return offset, true
		}

		offset += 2
	}
}

// nextSegment reads the next marker and its payload. The payload is empty if the marker
// never has one (B.1.1.3). Markers that are not allowed here but are harmless are
// skipped.
func (f *file) nextSegment(offset int) (segment, error) {
	for {
		at, found := f.nextMarker(offset)
		if !found {
			return segment{}, truncated(len(f.data))
		}

		s := segment{marker: f.data[at+1], offset: at, end: at + 2}

		switch {
		case s.marker == t81.TEM, s.marker >= t81.RST0 && s.marker <= t81.RST7:
			offset = s.end

			continue
		case s.marker == t81.EOI:
			return s, nil
		case s.marker == t81.SOI, s.marker < t81.SOF0:
			return segment{}, corrupt(at, "marker FF%02X", s.marker)
		}

		if s.end+2 > len(f.data) {
			return segment{}, truncated(len(f.data))
		}

		length := int(binary.BigEndian.Uint16(f.data[s.end:])) // includes its own two bytes

		switch {
		case length < 2:
			return segment{}, corrupt(at, "segment FF%02X of length %d", s.marker, length)
		case s.end+length > len(f.data):
			return segment{}, truncated(len(f.data))
		}

		s.payload = f.data[s.end+2 : s.end+length]
		s.end += length

		return s, nil
	}
}

// toScan reads segments up to the next start of scan, which it returns. At offset 0 it
// starts with the beginning of the file. If the image ends instead, the segment is the
// end marker.
func (f *file) toScan(offset int) (segment, error) {
	begin := offset == 0

	if begin {
		if len(f.data) < 2 || f.data[0] != 0xff || f.data[1] != t81.SOI {
			return segment{}, corrupt(0, "no start marker")
		}

		offset = 2
	}

	for range maxSegments {
		s, err := f.nextSegment(offset)
		if err != nil {
			return segment{}, err
		}

		switch {
		case s.marker == t81.EOI && begin:
			return segment{}, corrupt(s.offset, "no scan before the end marker")
		case s.marker == t81.EOI:
			return s, nil
		case s.marker == t81.SOS && f.frame.components == nil:
			return segment{}, corrupt(s.offset, "scan before a frame header")
		case s.marker == t81.SOS:
			return s, nil
		}

		if err := f.take(s); err != nil {
			return segment{}, err
		}

		offset = s.end
	}

	return segment{}, corrupt(offset, "more than %d segments", maxSegments)
}

// take stores the contents of a segment.
func (f *file) take(s segment) error {
	switch s.marker {
	case t81.DQT:
		return f.takeQuantization(s)
	case t81.DHT:
		return f.takeHuffman(s)
	case t81.DRI:
		if len(s.payload) != 2 {
			return corrupt(s.offset, "restart interval of %d bytes", len(s.payload))
		}

		f.restart = int(binary.BigEndian.Uint16(s.payload))
	case t81.APP0:
		f.jfif = f.jfif || bytes.HasPrefix(s.payload, []byte("JFIF\x00"))
	case t81.APP14:
		f.takeAdobe(s.payload)
	case t81.DHP, t81.EXP:
		return unsupported(s.offset, "hierarchical JPEG")
	default:
		if t81.IsFrame(s.marker) {
			return f.takeFrame(s)
		}
	}

	return nil
}
