package heif

import (
	"strings"

	"triptych/picture/metadata/bmff"
)

// Auxiliary is the kind of an auxiliary image (ISO/IEC 23008-12, 6.5.8).
type Auxiliary int

// The kinds of auxiliary images. An unknown one is ignored.
const (
	Unknown Auxiliary = iota
	Alpha             // the transparency of the image
	Depth             // the distance of the pixels
	GainMap           // Apple's HDR gain map
)

const appleGainMap = "urn:com:apple:photo:2020:aux:hdrgainmap"

// AuxiliaryOf returns the kind of an auxiliary image, by the URN in its auxC property. The
// URNs are those of ISO/IEC 14496-15 (HEVC), ISO/IEC 23091-2, annex A, and Apple. The gain
// map of ISO 21496-1 is not an auxiliary image, but a source of an item of type tmap.
func AuxiliaryOf(item *bmff.Item) Auxiliary {
	urn := item.Auxiliary()

	switch urn {
	case "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", "urn:mpeg:hevc:2015:auxid:1":
		return Alpha
	case "urn:mpeg:mpegB:cicp:systems:auxiliary:depth", "urn:mpeg:hevc:2015:auxid:2":
		return Depth
	}

	if strings.HasPrefix(urn, appleGainMap) {
		return GainMap
	}

	return Unknown
}

// AlphaItem returns the alpha image of an image, or nil.
func AlphaItem(file *bmff.File, of *bmff.Item) *bmff.Item {
	for _, item := range file.Auxiliaries(of) {
		if AuxiliaryOf(item) == Alpha {
			return item
		}
	}

	return nil
}

// AlphaOfTiles returns the alpha image of each tile, if a grid has no alpha but each of
// its tiles has. Otherwise it returns nil.
func AlphaOfTiles(file *bmff.File, layout bmff.Layout) (alpha []*bmff.Item) {
	if layout.Items[0].Kind != bmff.KindGrid {
		return nil
	}

	for _, tile := range layout.Tiles {
		item := AlphaItem(file, tile)
		if item == nil || item.Kind != tile.Kind {
			return nil
		}

		alpha = append(alpha, item)
	}

	return alpha
}
