package metadata

import (
	"errors"
	"slices"
)

// maxGainMap bounds a gain map's file, which is held in memory: one of 50 megapixels
// at full size has less.
const maxGainMap = 32 << 20

var (
	// errTooLong says that a gain map does not end within maxGainMap.
	errTooLong = errors.New("the gain map does not end")
	// errOdd says that a gain map is not one that readers could apply.
	errOdd = errors.New("the gain map cannot be applied")
	// errNoGainMap says that a picture behind the primary is another one.
	errNoGainMap = errors.New("not a gain map")
)

// beyond says whether a gain map goes on behind its limit.
func (s *jpegSanitizer) beyond() bool { return s.limit != 0 && s.in.offset > s.limit }

// gainMap is a picture behind the primary whose metadata were understood.
type gainMap struct {
	file     []byte // sanitized, its metadata written anew
	at       int64  // where in the file it stood
	xmp, iso bool   // which of its metadata there are
}

// gainMap finds the picture's gain map in what follows it in the file, and writes it
// behind the picture. A gain map that is odd in any way is dropped: a photo is never
// refused because of it. The result names what was kept.
func (s *jpegSanitizer) gainMap(complete bool) ([]string, error) {
	segments := &s.segments.gain
	if !segments.claimed {
		return nil, nil
	}

	claims, _ := parseGainXMP(segments.xmp)
	index := readMPIndex(segments.mpf, segments.mpfAt)
	named := segments.iso != nil || len(claims.properties) > 0 || len(claims.gainMaps(0)) > 0

	var kept *gainMap

	if complete {
		places := append([]int64{s.in.offset}, append(claims.gainMaps(s.in.offset), index.offsets...)...)
		slices.Sort(places)

		found, odd, err := s.search(slices.Compact(places))
		if err != nil {
			return nil, err
		}

		kept, named = found, named || odd
	}

	if kept != nil {
		return []string{kindGainMap}, s.join(kept, index)
	}

	segments.removed(s.kinds, nil, nil, false)

	if named {
		s.kinds.add(kindGainMap)
	}

	return nil, nil
}

// search looks for a gain map at each of these places in the file that are still to
// come, up to the first. Odd says that one was there which cannot be kept.
func (s *jpegSanitizer) search(places []int64) (found *gainMap, odd bool, err error) {
	for _, place := range places {
		if place < s.in.offset {
			continue
		}

		if err := s.skipTo(place); errors.Is(err, errEnd) {
			break
		} else if err != nil {
			return nil, false, err
		}

		start, err := s.in.Peek(3) // A start of image, and the next marker's first byte.
		if err != nil || start[0] != markerPrefix || start[1] != markerSOI || start[2] != markerPrefix {
			continue
		}

		found, err = s.innerPicture(place)

		switch {
		case s.in.failed() != nil:
			return nil, false, err
		case err == nil:
			return found, odd, nil
		}

		odd = odd || !errors.Is(err, errNoGainMap)

		s.kinds.add(kindTrailer)
	}

	return nil, odd, nil
}

// skipTo drops what stands before a place in the file, and what pads it: zeros. All
// else is a trailer.
func (s *jpegSanitizer) skipTo(place int64) error {
	const maxPadding = 64 << 10

	for s.in.offset < place+maxPadding {
		next, err := s.in.one()

		switch {
		case err != nil:
			return err
		case next == 0:
		case s.in.offset <= place:
			s.kinds.add(kindTrailer)
		default:
			s.in.offset--

			return s.in.UnreadByte()
		}
	}

	return nil
}

// join writes the picture's own segments about its gain map where the first of them
// was, and the gain map behind the picture.
func (s *jpegSanitizer) join(kept *gainMap, index mpIndex) error {
	if err := flush(s.out); err != nil {
		return err
	}

	var segments, xmp, iso []byte

	if kept.xmp {
		xmp = appendPrimaryXMP(nil, int64(len(kept.file)))
		segments = appendSegment(segments, markerAPP1, xmp)
	}

	if kept.iso {
		iso = appendISOVersions(nil)
		segments = appendSegment(segments, markerAPP2, iso)
	}

	const header = 2 + lengthBytes // of a segment: its marker and length

	at := s.dst.base + s.dst.anchor + int64(len(segments)+header+len(idMPF))
	primary := s.dst.base + int64(s.dst.held.Len()+len(segments)+header+mpBytes)

	segments = appendSegment(segments, markerAPP2, appendMPIndex(nil, primary, int64(len(kept.file)), at))
	s.dst.held.insert(s.dst.anchor, segments)

	_, _ = s.out.Write(kept.file)

	s.segments.gain.removed(s.kinds, behind(xmp, idXMP), behind(iso, idISO), slices.Equal(index.offsets, []int64{kept.at}))

	return nil
}
