package heif

import (
	"bytes"
	"encoding/binary"

	"triptych/picture/metadata/bmff"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/report"
)

// uuidC2PA is the type of the box that holds a HEIF's manifests.
var uuidC2PA = []byte("\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81")

// credentialsBox reports whether one of the first boxes of a HEIF holds Content
// Credentials.
func credentialsBox(view *container.Window) bool {
	const header, longHeader, mostBoxes = 8, 16, 256

	offset := int64(0)

	for range mostBoxes {
		start, err := view.At(offset, header)
		if err != nil {
			return false
		}

		kind, size, begun := string(start[4:]), int64(binary.BigEndian.Uint32(start)), int64(header)

		switch size {
		case 0:
			size = view.Size - offset
		case 1:
			if start, err = view.At(offset, longHeader); err != nil {
				return false
			}

			size, begun = int64(binary.BigEndian.Uint64(start[header:])), longHeader //nolint:gosec // A negative one ends the search.
		}

		if size < begun || size > view.Size-offset {
			return false
		}

		if kind == "uuid" && size-begun >= int64(len(uuidC2PA)) {
			if box, err := view.At(offset+begun, len(uuidC2PA)); err == nil && bytes.Equal(box, uuidC2PA) {
				return true
			}
		}

		offset += size
	}

	return false
}

// carried names the metadata that are items of their own (ISO/IEC 23008-12, annex A):
// Exif, and XMP by its media type. It also names thumbnails
// and the gain map, which are images.
func carried(view *container.Window) ([]string, error) {
	file, err := bmff.Open(view, view.Size)
	if err != nil {
		return nil, err
	}

	kinds := report.Set{}

	for _, item := range file.Items() {
		switch item.Kind {
		case bmff.KindEXIF:
			kinds.Add(report.EXIF)
		case bmff.KindMIME:
			kinds.Add(report.XMP)
		case bmff.KindTMap:
			kinds.Add(report.GainMap)
		}

		if AuxiliaryOf(item) == GainMap {
			kinds.Add(report.GainMap)
		}
	}

	if file.Thumbnails() {
		kinds.Add(report.Thumbnail)
	}

	if credentialsBox(view) {
		kinds.Add(report.Credentials)
	}

	return kinds.Report().Removed, nil
}
