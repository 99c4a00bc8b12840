package jpeg

import (
	"errors"
	"slices"

	"triptych/picture/metadata/container"
	"triptych/picture/metadata/jpeg/gainmap"
	"triptych/picture/metadata/report"
)

// maxGainMap limits the file of a gain map, which is held in memory. A gain map of 50
// megapixels at full size is smaller.
const maxGainMap = 32 << 20

var (
	// errTooLong reports that a gain map does not end within maxGainMap.
	errTooLong = errors.New("the gain map does not end")
	// errOdd reports a gain map that readers could not apply.
	errOdd = errors.New("the gain map cannot be applied")
	// errNoGainMap reports that an image after the primary is not a gain map.
	errNoGainMap = errors.New("not a gain map")
)

// beyond reports whether a gain map continues after its limit.
func (s *sanitizer) beyond() bool { return s.limit != 0 && s.in.Offset > s.limit }

// gainImage is an image after the primary whose metadata were understood.
type gainImage struct {
	file     []byte // sanitized, with rewritten metadata
	at       int64  // its offset in the original file
	xmp, iso bool   // which of the two kinds of metadata exist
}

// gainMap searches the bytes after the image for its gain map, and writes the gain map
// after the image. A gain map with any irregularity is dropped, because it must not be a
// reason to reject a photo. The result names what was kept.
func (s *sanitizer) gainMap(complete bool) ([]string, error) {
	segments := &s.segments.gain
	if !segments.claimed {
		return nil, nil
	}

	claims, _ := gainmap.ParseXMP(segments.xmp)
	index := gainmap.ReadIndex(segments.mpf, segments.mpfAt)
	named := segments.iso != nil || len(claims.Properties) > 0 || len(claims.Places(0)) > 0

	var kept *gainImage

	if complete {
		places := append([]int64{s.in.Offset}, append(claims.Places(s.in.Offset), index.Offsets...)...)
		slices.Sort(places)

		found, odd, err := s.search(slices.Compact(places))
		if err != nil {
			return nil, err
		}

		kept, named = found, named || odd
	}

	if kept != nil {
		return []string{report.GainMap}, s.join(kept, index)
	}

	segments.removed(s.kinds, nil, nil, false)

	if named {
		s.kinds.Add(report.GainMap)
	}

	return nil, nil
}

// search looks for a gain map at the given places of the file, and returns the first one.
// It ignores places before the read position. odd reports that there was a gain map that
// cannot be kept.
func (s *sanitizer) search(places []int64) (found *gainImage, odd bool, err error) {
	for _, place := range places {
		if place < s.in.Offset {
			continue
		}

		if err := s.skipTo(place); errors.Is(err, container.ErrEnd) {
			break
		} else if err != nil {
			return nil, false, err
		}

		start, err := s.in.Peek(3) // A start of image, and the first byte of the next marker.
		if err != nil || start[0] != markerPrefix || start[1] != markerSOI || start[2] != markerPrefix {
			continue
		}

		found, err = s.innerPicture(place)

		switch {
		case s.in.Failed() != nil:
			return nil, false, err
		case err == nil:
			return found, odd, nil
		}

		odd = odd || !errors.Is(err, errNoGainMap)

		s.kinds.Add(report.Trailer)
	}

	return nil, odd, nil
}

// skipTo drops the bytes before a place in the file, and the zeros that pad it. Bytes
// other than zero are a trailer.
func (s *sanitizer) skipTo(place int64) error {
	const maxPadding = 64 << 10

	for s.in.Offset < place+maxPadding {
		next, err := s.in.Byte()

		switch {
		case err != nil:
			return err
		case next == 0:
		case s.in.Offset <= place:
			s.kinds.Add(report.Trailer)
		default:
			s.in.Offset--

			return s.in.UnreadByte()
		}
	}

	return nil
}

// join writes the segments of the image that describe its gain map, at the position of
// the first such segment in the original. It writes the gain map after the image.
func (s *sanitizer) join(kept *gainImage, index gainmap.Index) error {
	if err := container.Flush(s.out); err != nil {
		return err
	}

	var segments, xmp, iso []byte

	if kept.xmp {
		xmp = gainmap.AppendPrimaryXMP(nil, int64(len(kept.file)))
		segments = appendSegment(segments, markerAPP1, xmp)
	}

	if kept.iso {
		iso = gainmap.AppendISOVersions(nil)
		segments = appendSegment(segments, markerAPP2, iso)
	}

	const header = 2 + lengthBytes // of a segment: its marker and length

	at := s.dst.base + s.dst.anchor + int64(len(segments)+header+len(gainmap.IDMPF))
	primary := s.dst.base + int64(s.dst.held.Len()+len(segments)+header+gainmap.IndexBytes)

	segments = appendSegment(segments, markerAPP2, gainmap.AppendIndex(nil, primary, int64(len(kept.file)), at))
	s.dst.held.Insert(s.dst.anchor, segments)

	_, _ = s.out.Write(kept.file)

	s.segments.gain.removed(s.kinds, behind(xmp, gainmap.IDXMP), behind(iso, gainmap.IDISO), slices.Equal(index.Offsets, []int64{kept.at}))

	return nil
}
