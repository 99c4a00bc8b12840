package tiff

import (
	"errors"

	"triptych/picture/metadata/container"
	"triptych/picture/metadata/exif"
	"triptych/picture/metadata/format"
	"triptych/picture/metadata/report"
)

func inspect(view *container.Window) (format.Info, error) {
	page, err := read(view)
	if err != nil {
		return format.Info{}, err
	}

	return format.Info{
		Format: format.TIFF, Width: page.Width, Height: page.Height, Orientation: page.Orientation, Frames: 1,
		Components: page.Samples, Precision: page.Bits,
		Samples: format.Samples(int64(page.Width), int64(page.Height), int64(page.Samples)),
		Block:   format.Samples(int64(page.BlockWidth), int64(page.BlockHeight), 1),
	}, nil
}

func profile(view *container.Window) ([]byte, error) {
	page, err := open(view)
	if err != nil {
		return nil, err
	}

	for _, found := range page.Entries {
		if found.Tag != tagICC || found.Count <= 4 || found.Count > container.MaxProfileBytes {
			continue
		}

		data, err := view.At(int64(page.Order.Uint32(found.Value)), int(found.Count))
		if err != nil {
			return nil, nil //nolint:nilerr // nil means that there is no profile.
		}

		return append([]byte(nil), data...), nil
	}

	return nil, nil
}

// carried names the kinds of metadata of the first page.
func carried(view *container.Window) ([]string, error) {
	page, err := open(view)
	if err != nil {
		return nil, err
	}

	kinds := report.Set{}

	for tag, kind := range map[uint16]string{exif.TagEXIF: report.EXIF, exif.TagGPS: report.GPS, tagIPTC: report.IPTC, tagC2PA: report.Credentials} {
		if page.Has(tag) {
			kinds.Add(kind)
		}
	}

	for _, found := range page.Entries {
		if found.Tag != tagXMP {
			continue
		}

		packet, err := view.At(int64(page.Order.Uint32(found.Value)), int(min(found.Count, report.XMPBytes)))
		if err != nil && !errors.Is(err, container.ErrEnd) { // A packet beyond the end of the file is also named.
			return nil, err
		}

		kinds.Add(report.XMPKinds(packet)...)

		break
	}

	return kinds.Report().Removed, nil
}
