package jpeg

import (
	"bytes"

	"triptych/picture/metadata/exif"
	"triptych/picture/metadata/format"
	"triptych/picture/metadata/jpeg/gainmap"
	"triptych/picture/metadata/report"
)

// segmentFilter decides which JPEG segments are kept.
type segmentFilter struct {
	kinds report.Set
	// scanned is set after the first scan. EXIF is ignored from there on.
	scanned  bool
	jfif     bool // a JFIF header was kept
	oriented bool // an EXIF segment had an orientation
	icc      profileChunks
	boxes    jumbfBoxes
	// end is the position in the file where the current segment ends.
	end int64
	// gain holds the segments that describe a gain map. inner is set if the image itself
	// is a gain map.
	gain  gainSegments
	inner bool
}

// filter returns the new payload of a segment, or nil to drop it.
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
		if len(payload) == lengthBytes { // Only a number of lines.
			return payload
		}

		f.kinds.Add(report.Other)
	case markerCOM:
		f.kinds.Add(report.Comment)
	default:
		f.kinds.Add(report.Other)
	}

	return nil
}

// The identifiers at the start of application segments.
const (
	idJFIF        = "JFIF\x00"
	idJFXX        = "JFXX\x00"
	idExtendedXMP = "http://ns.adobe.com/xmp/extension/\x00"
	idICC         = "ICC_PROFILE\x00"
	idJUMBF       = "JP"
	idPhotoshop   = "Photoshop 3.0\x00"
	idAdobe       = "Adobe"
)

func (f *segmentFilter) application(marker byte, payload []byte) []byte { //nolint:cyclop // A flat table of APPn kinds.
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
		f.kinds.Add(report.Thumbnail)
	case marker == markerAPP1 && (begins(gainmap.IDXMP) || begins(idExtendedXMP)):
		f.kinds.Add(report.XMPKinds(payload)...)
	case marker == markerAPP2 && begins(gainmap.IDMPF):
		f.kinds.Add(report.MPF)
	case marker == markerAPP11 && begins(idJUMBF):
		f.kinds.Add(f.boxes.kind(payload))
	case marker == markerAPP13 && begins(idPhotoshop):
		f.kinds.Add(report.IPTC)
	default:
		f.kinds.Add(report.Other)
	}

	return nil
}

const (
	// adobeBytes is the length of an Adobe segment: identifier, version, two fields of
	// flags, and the color transform (Adobe TN 5116, section 18).
	adobeBytes = 12
	// jfifBytes is the length of a JFIF header without its thumbnail. The last two bytes
	// are the thumbnail's width and height (ITU-T T.871, 10.1).
	jfifBytes = 14
	// iccHeader is the length of the part before a chunk of the profile: identifier,
	// sequence number, count (ICC.1, annex B.4).
	iccHeader = len(idICC) + 2
)

// header keeps the first JFIF header, without its thumbnail.
func (f *segmentFilter) header(payload []byte) []byte {
	if f.jfif || len(payload) < jfifBytes {
		f.kinds.Add(report.Other)

		return nil
	}

	f.jfif = true

	width, height := payload[jfifBytes-2], payload[jfifBytes-1]
	if width != 0 || height != 0 {
		f.kinds.Add(report.Thumbnail)

		payload[jfifBytes-2], payload[jfifBytes-1] = 0, 0

		return payload[:jfifBytes]
	}

	return f.trimmed(payload, jfifBytes)
}

// trimmed drops bytes after the last field of a segment.
func (f *segmentFilter) trimmed(payload []byte, length int) []byte {
	if len(payload) > length {
		f.kinds.Add(report.Other)
	}

	return payload[:length]
}

// exif replaces the first EXIF segment that has an orientation by one that has only the
// orientation. All others are dropped.
func (f *segmentFilter) exif(payload []byte) []byte {
	block, ok := exif.Block(payload)

	orientation := 0
	if ok && !f.scanned && !f.oriented && !f.inner { // A gain map is turned like its primary.
		orientation = exif.Orientation(block)
	}

	f.oriented = f.oriented || orientation != 0

	if orientation <= format.Upright {
		f.kinds.Add(exif.Kinds(block)...)

		return nil
	}

	minimal := exif.Minimal(orientation)
	if !bytes.Equal(block, minimal) {
		f.kinds.Add(exif.Kinds(block)...)
	}

	return append([]byte("Exif\x00\x00"), minimal...)
}
