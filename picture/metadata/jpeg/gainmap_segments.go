package jpeg

import (
	"bytes"

	"triptych/picture/metadata/jpeg/gainmap"
	"triptych/picture/metadata/report"
)

// gainSegments holds the segments of an image that describe a gain map. This is the gain
// map after the image, or the image itself if it is a gain map. The original segments are
// read, dropped, and written again.
type gainSegments struct {
	claimed bool
	// xmp, iso and mpf are payloads without their identifiers. Each is the first of its
	// kind, or nil if there is none.
	xmp, iso, mpf []byte
	mpfAt         int64 // the position of mpf in the file
}

// take keeps a segment that describes a gain map. end is the offset in the file where the
// segment ends.
func (g *gainSegments) take(marker byte, payload []byte, end int64) bool {
	var into *[]byte

	rest := payload

	switch {
	case marker == markerAPP1 && bytes.HasPrefix(payload, []byte(gainmap.IDXMP)) && gainmap.Mentioned(payload):
		into, rest = &g.xmp, payload[len(gainmap.IDXMP):]
	case marker == markerAPP2 && bytes.HasPrefix(payload, []byte(gainmap.IDISO)):
		into, rest = &g.iso, payload[len(gainmap.IDISO):]
	case marker == markerAPP2 && bytes.HasPrefix(payload, []byte(gainmap.IDMPF)):
		into, rest = &g.mpf, payload[len(gainmap.IDMPF):]
	}

	if into == nil || *into != nil {
		return false
	}

	*into = append([]byte{}, rest...)
	g.claimed = true

	if into == &g.mpf {
		g.mpfAt = end - int64(len(rest))
	}

	return true
}

// removed names the kinds of the segments that were not written again unchanged.
func (g *gainSegments) removed(kinds report.Set, xmp, iso []byte, mpf bool) {
	if g.xmp != nil && !bytes.Equal(g.xmp, xmp) {
		kinds.Add(report.XMPKinds(g.xmp)...)
	}

	if iso != nil && g.iso != nil && !bytes.Equal(g.iso, iso) {
		kinds.Add(report.Other)
	}

	if g.mpf != nil && !mpf {
		kinds.Add(report.MPF)
	}
}

// behind returns a segment's payload after its identifier, or nil if payload is nil.
func behind(payload []byte, identifier string) []byte {
	if payload == nil {
		return nil
	}

	return payload[len(identifier):]
}
