package metadata

import "bytes"

// segmentFilter decides about JPEG segments.
type segmentFilter struct {
	kinds found
	// scanned is set behind the first scan, where EXIF is no longer looked at.
	scanned  bool
	jfif     bool // one was kept
	oriented bool // an EXIF segment had an orientation
	icc      jpegProfile
	boxes    jumbfBoxes
	// end is where in the file the segment ends that is looked at.
	end int64
	// gain has the segments that speak of a gain map; inner is set where the picture
	// is one itself.
	gain  gainSegments
	inner bool
}

// filter returns the payload that the segment is to have, or nil to drop it.
func (f *segmentFilter) filter(marker byte, payload []byte) []byte {
	switch {
	case isFrame(marker) && marker != markerSOF55:
		return payload
	case marker >= markerAPP0 && marker <= markerAPP15:
		return f.application(marker, payload)
	}

	switch marker {
	case markerDHT, markerDQT, markerDRI, markerSOS, markerSOF55:
		return payload
	case markerDNL:
		if len(payload) == lengthBytes { // a number of lines, and nothing else
			return payload
		}

		f.kinds.add(kindOther)
	case markerCOM:
		f.kinds.add(kindComment)
	default:
		f.kinds.add(kindOther)
	}

	return nil
}

// The identifiers at the start of application segments.
const (
	idJFIF        = "JFIF\x00"
	idJFXX        = "JFXX\x00"
	idXMP         = "http://ns.adobe.com/xap/1.0/\x00"
	idExtendedXMP = "http://ns.adobe.com/xmp/extension/\x00"
	idICC         = "ICC_PROFILE\x00"
	idMPF         = "MPF\x00"
	idJUMBF       = "JP"
	idPhotoshop   = "Photoshop 3.0\x00"
	idAdobe       = "Adobe"
)

func (f *segmentFilter) application(marker byte, payload []byte) []byte { //nolint:cyclop // A flat table of what APPn can be.
	begins := func(identifier string) bool { return bytes.HasPrefix(payload, []byte(identifier)) }

	switch {
	case marker == markerAPP0 && begins(idJFIF):
		return f.header(payload)
	case marker == markerAPP1 && begins("Exif\x00"):
		return f.exif(payload)
	case marker == markerAPP2 && begins(idICC) && len(payload) > iccHeader && !f.scanned && f.icc.keeps(payload):
		return payload
	case marker == markerAPP14 && begins(idAdobe) && len(payload) >= adobeBytes:
		return f.trimmed(payload, adobeBytes)
	}

	if !f.scanned && f.gain.take(marker, payload, f.end) {
		return nil
	}

	switch {
	case marker == markerAPP0 && begins(idJFXX):
		f.kinds.add(kindThumbnail)
	case marker == markerAPP1 && (begins(idXMP) || begins(idExtendedXMP)):
		f.kinds.add(xmpKinds(payload)...)
	case marker == markerAPP2 && begins(idMPF):
		f.kinds.add(kindMPF)
	case marker == markerAPP11 && begins(idJUMBF):
		f.kinds.add(f.boxes.kind(payload))
	case marker == markerAPP13 && begins(idPhotoshop):
		f.kinds.add(kindIPTC)
	default:
		f.kinds.add(kindOther)
	}

	return nil
}

const (
	// adobeBytes is the whole of an Adobe segment: identifier, version, two
	// fields of flags, and the color transform (Adobe TN 5116, section 18).
	adobeBytes = 12
	// jfifBytes is a JFIF header without its thumbnail, whose width and height
	// are the last two bytes (ITU-T T.871, 10.1).
	jfifBytes = 14
	// iccHeader stands before a chunk of the profile: identifier, sequence
	// number, count (ICC.1, annex B.4).
	iccHeader = len(idICC) + 2
)

// header keeps the first JFIF header, without its thumbnail.
func (f *segmentFilter) header(payload []byte) []byte {
	if f.jfif || len(payload) < jfifBytes {
		f.kinds.add(kindOther)

		return nil
	}

	f.jfif = true

	width, height := payload[jfifBytes-2], payload[jfifBytes-1]
	if width != 0 || height != 0 {
		f.kinds.add(kindThumbnail)

		payload[jfifBytes-2], payload[jfifBytes-1] = 0, 0

		return payload[:jfifBytes]
	}

	return f.trimmed(payload, jfifBytes)
}

// trimmed drops what somebody put behind the end of a segment's fields.
func (f *segmentFilter) trimmed(payload []byte, length int) []byte {
	if len(payload) > length {
		f.kinds.add(kindOther)
	}

	return payload[:length]
}

// exif replaces the first EXIF segment that has an orientation by one that has
// nothing else.
func (f *segmentFilter) exif(payload []byte) []byte {
	block, ok := exifBlock(payload)

	orientation := 0
	if ok && !f.scanned && !f.oriented && !f.inner { // A gain map is turned as its primary is.
		orientation = orientationOf(block)
	}

	f.oriented = f.oriented || orientation != 0

	if orientation <= Upright {
		f.kinds.add(exifKinds(block)...)

		return nil
	}

	minimal := minimalEXIF(orientation)
	if !bytes.Equal(block, minimal) {
		f.kinds.add(exifKinds(block)...)
	}

	return append([]byte("Exif\x00\x00"), minimal...)
}
