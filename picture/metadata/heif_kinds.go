package metadata

import (
	"strings"

	"triptych/picture/metadata/bmff"
)

// kindsHEIF names the metadata that are items of their own (ISO/IEC 23008-12, annex A):
// Exif, and XMP by its media type. It also names the gain map, which is an image.
func kindsHEIF(view *window) ([]string, error) {
	file, err := bmff.Open(view, view.size)
	if err != nil {
		return nil, err
	}

	kinds := found{}

	for _, item := range file.Items() {
		switch item.Kind {
		case bmff.KindEXIF:
			kinds.add(kindEXIF)
		case bmff.KindMIME:
			kinds.add(kindXMP)
		case bmff.KindTMap:
			kinds.add(kindGainMap)
		}

		if isGainMap(item.Auxiliary()) {
			kinds.add(kindGainMap)
		}
	}

	if credentialsBox(view) {
		kinds.add(kindCredentials)
	}

	return kinds.report().Removed, nil
}

// isGainMap reports whether an auxiliary image is a gain map of Apple, by its URN. The
// gain map of ISO 21496-1 is not an auxiliary image, but a source of an item of type
// tmap.
func isGainMap(urn string) bool {
	return strings.HasPrefix(urn, "urn:com:apple:photo:2020:aux:hdrgainmap")
}
