package tiff

import (
	"cmp"
	"encoding/binary"
	"errors"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/exif"
	"triptych/picture/metadata/format"
	"triptych/picture/metadata/report"
)

// tagC2PA is the tag of a TIFF's Content Credentials.
const tagC2PA = 0xcd41

// Tags of TIFF 6.0 (section 8, or the section that is named) and of later extensions.
const (
	tagNewSubfileType  = 254
	tagWidth           = 256
	tagHeight          = 257
	tagBitsPerSample   = 258
	tagCompression     = 259
	tagPhotometric     = 262
	tagSamplesPerPixel = 277
	tagFillOrder       = 266
	tagStripOffsets    = 273
	tagRowsPerStrip    = 278
	tagStripCounts     = 279
	tagPlanar          = 284
	tagT4Options       = 292
	tagPredictor       = 317 // section 14
	tagColorMap        = 320
	tagTileWidth       = 322 // section 15
	tagTileLength      = 323
	tagTileOffsets     = 324
	tagTileCounts      = 325
	tagSubIFDs         = 330 // TIFF Technical Note 1
	tagInkSet          = 332 // section 16
	tagExtraSamples    = 338 // section 18
	tagSampleFormat    = 339 // section 19
	tagXMP             = 700
	tagIPTC            = 33723
	tagICC             = 34675 // ICC.1, annex B.3
	tagDNGVersion      = 50706 // Adobe Digital Negative
)

// maxDirectory limits the number of entries in the first page's directory. Those of
// cameras have a hundred entries.
const maxDirectory = 4096

// maxSide limits the sides, so that no product of two sides overflows.
const maxSide = 1<<31 - 1

// tags is the directory of the first page.
type tags struct{ exif.Directory }

func open(view *container.Window) (tags, error) {
	header, err := view.At(0, exif.HeaderBytes)
	if err != nil {
		return tags{}, err
	}

	page := tags{exif.Directory{Order: binary.LittleEndian}}
	if header[0] == 'M' {
		page.Order = binary.BigEndian
	}

	offset := int64(page.Order.Uint32(header[4:]))

	counted, err := view.At(offset, 2)
	if err != nil {
		return tags{}, err
	}

	count := int(page.Order.Uint16(counted))
	if count == 0 || count > maxDirectory {
		return tags{}, failure.New(failure.Corrupt, "TIFF directory of %d entries at byte %d", count, offset).At(offset)
	}

	entries, err := view.At(offset+2, count*exif.EntryBytes)
	if err != nil {
		return tags{}, err
	}

	// Copy the bytes, because the values of entries are read later into the same window.
	entries = append([]byte(nil), entries...)

	for ; len(entries) > 0; entries = entries[exif.EntryBytes:] {
		page.Entries = append(page.Entries, exif.Entry{
			Tag: page.Order.Uint16(entries), Kind: page.Order.Uint16(entries[2:]),
			Count: page.Order.Uint32(entries[4:]), Value: entries[8:exif.EntryBytes],
		})
	}

	return page, nil
}

// optional returns the value of an entry that has exactly one, or the fallback.
func (p tags) optional(tag uint16, fallback int64) int64 {
	for _, found := range p.Entries {
		if found.Tag != tag {
			continue
		}

		if value, ok := exif.Integer(p.Order, found.Kind, found.Value); ok {
			return value
		}
	}

	return fallback
}

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

// compression names a compression that is not supported, or returns "".
func (p *Page) compression() string {
	reasons := map[int]string{
		6: "with JPEG inside", 7: "with JPEG inside", 50001: "with WebP inside",
		Plain: "", ModifiedHuffman: "", Group3: "", Group4: "", LZW: "", Deflate: "", PackBits: "", OldDeflate: "",
	}

	if reason, known := reasons[p.Compression]; !known || reason != "" {
		return cmp.Or(reason, "with an unknown compression")
	}

	return ""
}

// colors names a photometric interpretation that is not supported, or returns "".
func (p *Page) colors() string {
	reasons := map[int]string{
		WhiteIsZero: "", BlackIsZero: "", RGB: "", Palette: "", CMYK: "",
		6: "in YCbCr", 8: "in Lab", 9: "in Lab", 10: "in Lab",
		32803: "with a camera's raw data", 34892: "with a camera's raw data",
	}

	if reason, known := reasons[p.Photometric]; !known || reason != "" {
		return cmp.Or(reason, "with unknown colors")
	}

	return ""
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
		if err != nil && !errors.Is(err, container.ErrEnd) { // A packet beyond the end of the file is named all the same.
			return nil, err
		}

		kinds.Add(report.XMPKinds(packet)...)

		break
	}

	return kinds.Report().Removed, nil
}
