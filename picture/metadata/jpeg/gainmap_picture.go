package jpeg

import (
	"context"
	"fmt"
	"math"

	"triptych/picture/jpeg/decoder"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/format"
	"triptych/picture/metadata/jpeg/gainmap"
	"triptych/picture/metadata/report"
)

// innerPicture sanitizes the image that starts at a place of the file, which is also the
// current read position. Its error is errNoGainMap if the image does not declare itself a
// gain map.
func (s *sanitizer) innerPicture(place int64) (*gainImage, error) {
	kinds, held := report.Set{}, &container.Buffer{}

	inner := newSanitizer(held, s.in, kinds)
	inner.segments.inner, inner.limit = true, place+maxGainMap
	segments := &inner.segments.gain

	complete, err := inner.picture()

	switch claims := segments.iso != nil || gainmap.Mentioned(segments.xmp); {
	case !claims:
		return nil, errNoGainMap
	case err != nil:
		return nil, err
	case !complete || !inner.fits(s.info) || s.dst.base+int64(s.dst.held.Len()) > math.MaxUint32-2*maxGainMap:
		return nil, fmt.Errorf("%d × %d pixels: %w", inner.info.Width, inner.info.Height, errOdd)
	}

	if err := container.Flush(inner.out); err != nil {
		return nil, err
	}

	if !decodable(held.Bytes()) {
		return nil, fmt.Errorf("damaged pixels: %w", errOdd)
	}

	picture := &gainImage{at: place}
	if err := inner.describe(picture); err != nil {
		return nil, err
	}

	picture.file = held.Bytes()

	for kind := range kinds {
		s.kinds.Add(kind)
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
func (s *sanitizer) fits(primary format.Info) bool {
	return (s.info.Components == 1 || s.info.Components == gainmap.Channels) &&
		s.info.Width <= primary.Width && s.info.Height <= primary.Height
}

// describe writes the understood part of a gain map's metadata again.
func (s *sanitizer) describe(picture *gainImage) error {
	var (
		segments, xmp, iso []byte
		gain               = &s.segments.gain
	)

	if claims, ok := gainmap.ParseXMP(gain.xmp); ok {
		if properties, ok := claims.GainMap(); ok {
			picture.xmp, xmp = true, properties.Append(nil)
			segments = appendSegment(segments, markerAPP1, xmp)
		}
	}

	if metadata, ok := gainmap.ParseISO(gain.iso); ok {
		picture.iso, iso = true, metadata.Append(nil)
		segments = appendSegment(segments, markerAPP2, iso)
	}

	if !picture.xmp && !picture.iso {
		return errOdd
	}

	s.dst.held.Insert(s.dst.anchor, segments)
	gain.removed(s.kinds, behind(xmp, gainmap.IDXMP), behind(iso, gainmap.IDISO), false)

	return nil
}
