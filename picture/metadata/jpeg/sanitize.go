package jpeg

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/format"
	"triptych/picture/metadata/report"
)

// sanitize copies an image and its gain map, segment by segment.
func sanitize(dst io.Writer, in *container.Input, kinds report.Set) ([]string, error) {
	return newSanitizer(dst, in, kinds).run()
}

// sanitizer rewrites one JPEG, segment by segment.
type sanitizer struct {
	in    *container.Input
	out   *bufio.Writer
	dst   output
	kinds report.Set

	segments segmentFilter
	info     format.Info // of the frame header; zero if the frame is not accepted
	frames   int
	scans    int
	order    scanOrder
	payload  [1 << 16]byte
	// limit is the position in the file where a gain map must end; 0 means no limit.
	limit int64
}

// run copies the image, and its gain map if it has one. It names what it kept besides
// pixels.
func (s *sanitizer) run() ([]string, error) {
	complete, err := s.picture()
	if err != nil {
		return nil, err
	}

	kept, err := s.gainMap(complete)
	if err != nil {
		return nil, err
	}

	if complete && s.in.More() {
		s.kinds.Add(report.Trailer)
	}

	return kept, s.finish()
}

// picture copies from the start marker to the end marker, and reports whether the file
// has an end marker. Writes to out are not checked, because a bufio.Writer keeps its
// first error for Flush.
func (s *sanitizer) picture() (complete bool, err error) {
	s.segments.kinds = s.kinds

	if err := s.in.CopyTo(s.out, 2); err != nil { // SOI
		return false, err
	}

	marker, err := s.nextMarker()

	for err == nil && marker != markerEOI {
		marker, err = s.segment(marker)
	}

	switch {
	case err == nil && s.scans == 0:
		return false, failure.New(failure.Corrupt, "JPEG without a scan")
	case err == nil:
		complete = true
	case !errors.Is(err, errBetween) || s.scans == 0:
		return false, err
	}

	if len(s.order.held) > 0 {
		s.kinds.Add(report.Other) // segments for a scan that does not exist
	}

	_, err = s.out.Write([]byte{markerPrefix, markerEOI})

	return complete, err
}

// errBetween is container.ErrEnd at a position where a JPEG may be treated as complete:
// between segments, or in a scan.
var errBetween = errBetweenType{}

type errBetweenType struct{}

func (errBetweenType) Error() string { return container.ErrEnd.Error() }

func (errBetweenType) Unwrap() error { return container.ErrEnd }

// between converts an end of the file into errBetween.
func between(err error) error {
	if errors.Is(err, container.ErrEnd) {
		return errBetween
	}

	return err
}

// nextMarker skips fill bytes and garbage up to the next segment, exactly as
// [nextSegment] does.
func (s *sanitizer) nextMarker() (byte, error) {
	prefixed := false

	for {
		next, err := s.in.Byte()

		switch {
		case err != nil:
			return 0, between(err)
		case s.beyond():
			return 0, errTooLong
		case next == markerPrefix:
			prefixed = true
		case prefixed && !isStray(next):
			return next, nil
		default:
			prefixed = false

			s.kinds.Add(report.Other)
		}
	}
}

// segment copies, replaces or drops the segment of a marker. It also copies a scan with
// its data. It returns the next marker.
func (s *sanitizer) segment(marker byte) (byte, error) {
	if marker == markerSOI {
		return 0, failure.New(failure.Corrupt, "second start of a JPEG at byte %d", s.in.Offset).At(s.in.Offset)
	}

	payload, err := s.readPayload(marker)
	if err != nil {
		return 0, err
	}

	if isFrame(marker) {
		s.frames++
		s.order.frame(marker, payload)

		// Inspect decides whether the frame is accepted.
		s.info, _ = frame(marker, payload)
	}

	switch {
	case marker == markerDHP:
		return 0, failure.New(failure.UnsupportedFormat, "hierarchical JPEG")
	case s.frames > 1:
		return 0, failure.New(failure.Corrupt, "second JPEG frame header at byte %d", s.in.Offset).At(s.in.Offset)
	case marker == markerSOS && s.frames == 0:
		return 0, failure.New(failure.Corrupt, "JPEG scan before a frame header")
	}

	if marker == markerSOS && s.segments.inner && !s.segments.gain.claimed {
		return 0, errNoGainMap
	}

	s.segments.end = s.in.Offset

	kept := s.segments.filter(marker, payload)
	if err := s.claim(); err != nil {
		return 0, err
	}

	if kept != nil {
		if err := s.keep(marker, kept); err != nil {
			return 0, err
		}
	}

	if marker != markerSOS {
		return s.nextMarker()
	}

	s.scans++
	s.segments.scanned = true
	s.order.scan(payload)

	return s.ended(s.scan())
}

// ended reports the end of the image after the last scan that a decoder reads, whatever
// marker follows.
//
// libjpeg rejects a file with a reserved marker within a scan, so the master must not
// contain one. Such a marker ends a complete image. An image that is not complete is
// corrupt.
func (s *sanitizer) ended(marker byte, err error) (byte, error) {
	if err == nil && isStray(marker) && !s.order.complete() {
		return 0, failure.New(failure.Corrupt, "JPEG marker FF%02X within a scan at byte %d", marker, s.in.Offset).At(s.in.Offset)
	}

	if err != nil || marker == markerEOI || !s.order.complete() {
		return marker, err
	}

	s.kinds.Add(report.Trailer)

	return markerEOI, nil
}

// readPayload reads a segment after its marker.
func (s *sanitizer) readPayload(marker byte) ([]byte, error) {
	field := s.payload[:lengthBytes]
	if err := s.in.Fill(field); err != nil {
		return nil, err
	}

	length := int(binary.BigEndian.Uint16(field))
	if length < lengthBytes {
		at := s.in.Offset - lengthBytes

		return nil, failure.New(failure.Corrupt, "%s of length %d at %d", segmentName(marker), length, at).At(at)
	}

	payload := s.payload[:length-lengthBytes]

	return payload, s.in.Fill(payload)
}

// keep writes a segment. A segment after a scan is written only when another scan
// follows.
func (s *sanitizer) keep(marker byte, payload []byte) error {
	segment := appendSegment(nil, marker, payload)

	if s.scans > 0 && marker != markerSOS {
		return s.order.hold(segment)
	}

	_, _ = s.out.Write(s.order.held)
	_, _ = s.out.Write(segment)
	s.order.held = s.order.held[:0]

	return nil
}
