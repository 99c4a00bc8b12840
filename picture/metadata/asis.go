package metadata

import (
	"bytes"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/report"
)

// AsIs returns a copy of a HEIC or AVIF without its metadata, and with the same coded
// pixels. It works on the boxes of the file: only the primary image is kept, with its
// alpha and the gain map of ISO 21496-1. Rejections are those of [Inspect].
func AsIs(source []byte) ([]byte, Report, error) {
	_, entry, err := recognize(bytes.NewReader(source), int64(len(source)))
	if err != nil {
		return nil, Report{}, err
	}

	if entry.AsIs == nil {
		return nil, Report{}, failure.New(failure.UnsupportedFormat, "%s cannot be copied without its metadata", entry.Title)
	}

	kinds := report.Set{}

	pieces, kept, err := entry.AsIs(source, kinds)
	if err != nil {
		return nil, Report{}, container.Truncated(err)
	}

	removed := kinds.Report()
	removed.Kept = kept

	return bytes.Join(pieces, nil), removed, nil
}
