package metadata

import "bytes"

// gainSegments are the segments of a picture that speak of a gain map: of one that
// follows, or of the picture itself where it is one. They are not kept, but read, and
// written anew.
type gainSegments struct {
	claimed bool
	// xmp, iso and mpf are payloads behind their identifiers, the first of each kind;
	// nil where there is none.
	xmp, iso, mpf []byte
	mpfAt         int64 // where mpf stands in the file
}

// take takes a segment that ends at an offset of the file, if it is one of these.
func (g *gainSegments) take(marker byte, payload []byte, end int64) bool {
	var into *[]byte

	rest := payload

	switch {
	case marker == markerAPP1 && bytes.HasPrefix(payload, []byte(idXMP)) && speaksOfGainMaps(payload):
		into, rest = &g.xmp, payload[len(idXMP):]
	case marker == markerAPP2 && bytes.HasPrefix(payload, []byte(idISO)):
		into, rest = &g.iso, payload[len(idISO):]
	case marker == markerAPP2 && bytes.HasPrefix(payload, []byte(idMPF)):
		into, rest = &g.mpf, payload[len(idMPF):]
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

// removed names the segments taken that are not in the file again as they were.
func (g *gainSegments) removed(kinds found, xmp, iso []byte, mpf bool) {
	if g.xmp != nil && !bytes.Equal(g.xmp, xmp) {
		kinds.add(xmpKinds(g.xmp)...)
	}

	if iso != nil && g.iso != nil && !bytes.Equal(g.iso, iso) {
		kinds.add(kindOther)
	}

	if g.mpf != nil && !mpf {
		kinds.add(kindMPF)
	}
}

// behind returns a segment's payload behind its identifier, nil of none.
func behind(payload []byte, identifier string) []byte {
	if payload == nil {
		return nil
	}

	return payload[len(identifier):]
}
