package metadata

import (
	"context"
	"fmt"
	"math"

	"triptych/picture/jpeg/decoder"
)

// innerPicture sanitizes the image that starts at a place of the file, which is also the
// current read position. Its error is errNoGainMap if the image does not declare itself a
// gain map.
func (s *jpegSanitizer) innerPicture(place int64) (*gainMap, error) {
	kinds, held := found{}, &Buffer{}

	inner := newJPEGSanitizer(held, s.in, kinds)
	inner.segments.inner, inner.limit = true, place+maxGainMap
	segments := &inner.segments.gain

	complete, err := inner.picture()

	switch claims := segments.iso != nil || mentionsGainMaps(segments.xmp); {
	case !claims:
		return nil, errNoGainMap
	case err != nil:
		return nil, err
	case !complete || !inner.fits(s.info) || s.dst.base+int64(s.dst.held.Len()) > math.MaxUint32-2*maxGainMap:
		return nil, fmt.Errorf("%d × %d pixels: %w", inner.info.Width, inner.info.Height, errOdd)
	}

	if err := flush(inner.out); err != nil {
		return nil, err
	}

	if !decodable(held.Bytes()) {
		return nil, fmt.Errorf("damaged pixels: %w", errOdd)
	}

	picture := &gainMap{at: place}
	if err := inner.describe(picture); err != nil {
		return nil, err
	}

	picture.file = held.Bytes()

	for kind := range kinds {
		s.kinds.add(kind)
	}

	return picture, nil
}

// decodable reports whether a gain map has all its pixels and needs a limited amount of
// memory to decode. libultrahdr rejects a file whose gain map it cannot decode.
func decodable(file []byte) bool {
	const most, eighth = 128 << 20, 8

	header, err := decoder.ReadHeader(file)
	if err != nil || header.Memory(eighth) > most {
		return false
	}

	return decoder.Decode(context.Background(), file, decoder.Options{Threads: 1}) == nil
}

// fits reports whether a gain map has one or three channels and is not larger than its
// primary. The limits of the primary then hold for the gain map.
func (s *jpegSanitizer) fits(primary Info) bool {
	return (s.info.Components == 1 || s.info.Components == channels) &&
		s.info.Width <= primary.Width && s.info.Height <= primary.Height
}

// describe writes the understood part of a gain map's metadata again.
func (s *jpegSanitizer) describe(picture *gainMap) error {
	var (
		segments, xmp, iso []byte
		gain               = &s.segments.gain
	)

	if claims, ok := parseGainXMP(gain.xmp); ok {
		if properties, ok := claims.gainMap(); ok {
			picture.xmp, xmp = true, properties.append(nil)
			segments = appendSegment(segments, markerAPP1, xmp)
		}
	}

	if metadata, ok := parseISO(gain.iso); ok {
		picture.iso, iso = true, metadata.append(nil)
		segments = appendSegment(segments, markerAPP2, iso)
	}

	if !picture.xmp && !picture.iso {
		return errOdd
	}

	s.dst.held.insert(s.dst.anchor, segments)
	gain.removed(s.kinds, behind(xmp, idXMP), behind(iso, idISO), false)

	return nil
}
