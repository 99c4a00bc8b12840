package metadata

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math"

	"triptych/picture/failure"
)

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

// maxTIFFSide limits the sides, so that no product of two sides overflows.
const maxTIFFSide = 1<<31 - 1

// tiffPage is the directory of the first page.
type tiffPage struct{ directory }

func openTIFF(view *window) (tiffPage, error) {
	header, err := view.at(0, tiffHeader)
	if err != nil {
		return tiffPage{}, err
	}

	page := tiffPage{directory{order: binary.LittleEndian}}
	if header[0] == 'M' {
		page.order = binary.BigEndian
	}

	offset := int64(page.order.Uint32(header[4:]))

	counted, err := view.at(offset, 2)
	if err != nil {
		return tiffPage{}, err
	}

	count := int(page.order.Uint16(counted))
	if count == 0 || count > maxDirectory {
		return tiffPage{}, failure.New(failure.Corrupt, "TIFF directory of %d entries at byte %d", count, offset).At(offset)
	}

	entries, err := view.at(offset+2, count*entryBytes)
	if err != nil {
		return tiffPage{}, err
	}

	// Copy the bytes, because the values of entries are read later into the same window.
	entries = append([]byte(nil), entries...)

	for ; len(entries) > 0; entries = entries[entryBytes:] {
		page.entries = append(page.entries, entry{
			tag: page.order.Uint16(entries), kind: page.order.Uint16(entries[2:]),
			count: page.order.Uint32(entries[4:]), value: entries[8:entryBytes],
		})
	}

	return page, nil
}

// optional returns the value of an entry that has exactly one, or the fallback.
func (p tiffPage) optional(tag uint16, fallback int64) int64 {
	for _, found := range p.entries {
		if found.tag != tag {
			continue
		}

		if value, ok := integer(p.order, found.kind, found.value); ok {
			return value
		}
	}

	return fallback
}

func inspectTIFF(view *window) (Info, error) {
	page, err := readTIFF(view)
	if err != nil {
		return Info{}, err
	}

	return Info{
		Format: TIFF, Width: page.Width, Height: page.Height, Orientation: page.Orientation, Frames: 1,
		Components: page.Samples, Precision: page.Bits,
		Samples: saturate(int64(page.Width), int64(page.Height), int64(page.Samples)),
		Block:   saturate(int64(page.BlockWidth), int64(page.BlockHeight), 1),
	}, nil
}

// saturate multiplies sides of at most 2³¹ by a small number, and limits the result to
// the largest integer.
func saturate(width, height, each int64) int64 {
	if pixels := width * height; pixels <= math.MaxInt64/each {
		return pixels * each
	}

	return math.MaxInt64
}

// compression names a compression that is not supported, or returns "".
func (p *TIFFPage) compression() string {
	reasons := map[int]string{
		6: "with JPEG inside", 7: "with JPEG inside", 50001: "with WebP inside",
		TIFFPlain: "", TIFFModifiedHuffman: "", TIFFGroup3: "", TIFFGroup4: "", TIFFLZW: "", TIFFDeflate: "", TIFFPackBits: "", TIFFOldDeflate: "",
	}

	if reason, known := reasons[p.Compression]; !known || reason != "" {
		return cmp.Or(reason, "with an unknown compression")
	}

	return ""
}

// colors names a photometric interpretation that is not supported, or returns "".
func (p *TIFFPage) colors() string {
	reasons := map[int]string{
		TIFFWhiteIsZero: "", TIFFBlackIsZero: "", TIFFRGB: "", TIFFPalette: "", TIFFCMYK: "",
		6: "in YCbCr", 8: "in Lab", 9: "in Lab", 10: "in Lab",
		32803: "with a camera's raw data", 34892: "with a camera's raw data",
	}

	if reason, known := reasons[p.Photometric]; !known || reason != "" {
		return cmp.Or(reason, "with unknown colors")
	}

	return ""
}

func profileTIFF(view *window) ([]byte, error) {
	page, err := openTIFF(view)
	if err != nil {
		return nil, err
	}

	for _, found := range page.entries {
		if found.tag != tagICC || found.count <= 4 || found.count > maxProfile {
			continue
		}

		data, err := view.at(int64(page.order.Uint32(found.value)), int(found.count))
		if err != nil {
			return nil, nil //nolint:nilerr // nil means that there is no profile.
		}

		return append([]byte(nil), data...), nil
	}

	return nil, nil
}

// kindsTIFF names the kinds of metadata of the first page.
func kindsTIFF(view *window) ([]string, error) {
	page, err := openTIFF(view)
	if err != nil {
		return nil, err
	}

	kinds := found{}

	for tag, kind := range map[uint16]string{tagEXIF: kindEXIF, tagGPS: kindGPS, tagIPTC: kindIPTC, tagC2PA: kindCredentials} {
		if page.has(tag) {
			kinds.add(kind)
		}
	}

	for _, found := range page.entries {
		if found.tag != tagXMP {
			continue
		}

		packet, err := view.at(int64(page.order.Uint32(found.value)), int(min(found.count, maxXMPRead)))
		if err != nil && !errors.Is(err, errEnd) { // A packet beyond the end of the file is named all the same.
			return nil, err
		}

		kinds.add(xmpKinds(packet)...)

		break
	}

	return kinds.report().Removed, nil
}
