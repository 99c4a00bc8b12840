package metadata

import (
	"cmp"
	"encoding/binary"

	"triptych/shared/faults"
)

// Tags of TIFF 6.0 (its section 8 and those that are named), and of those who have
// added to it.
const (
	tagNewSubfileType  = 254
	tagWidth           = 256
	tagHeight          = 257
	tagBitsPerSample   = 258
	tagCompression     = 259
	tagPhotometric     = 262
	tagSamplesPerPixel = 277
	tagRowsPerStrip    = 278
	tagPlanar          = 284
	tagTileWidth       = 322 // section 15
	tagTileLength      = 323
	tagSubIFDs         = 330 // TIFF Technical Note 1
	tagXMP             = 700
	tagIPTC            = 33723
	tagICC             = 34675 // ICC.1, annex B.3
	tagDNGVersion      = 50706 // Adobe Digital Negative
)

// maxDirectory bounds the first page's directory: those of cameras have a hundred
// entries.
const maxDirectory = 4096

// maxTIFFSide bounds what is multiplied: no product of two sides overflows.
const maxTIFFSide = 1<<31 - 1

// tiffPage is the first page's directory.
type tiffPage struct{ directory }

func openTIFF(view *window) (tiffPage, error) {
	head, err := view.at(0, tiffHeader)
	if err != nil {
		return tiffPage{}, err
	}

	page := tiffPage{directory{order: binary.LittleEndian}}
	if head[0] == 'M' {
		page.order = binary.BigEndian
	}

	offset := int64(page.order.Uint32(head[4:]))

	counted, err := view.at(offset, 2)
	if err != nil {
		return tiffPage{}, err
	}

	count := int(page.order.Uint16(counted))
	if count == 0 || count > maxDirectory {
		return tiffPage{}, faults.New(faults.Corrupt, "TIFF directory of %d entries at byte %d", count, offset)
	}

	entries, err := view.at(offset+2, count*entryBytes)
	if err != nil {
		return tiffPage{}, err
	}

	// A copy: what entries' values point to is read later.
	entries = append([]byte(nil), entries...)

	for ; len(entries) > 0; entries = entries[entryBytes:] {
		page.entries = append(page.entries, entry{
			tag: page.order.Uint16(entries), kind: page.order.Uint16(entries[2:]),
			count: page.order.Uint32(entries[4:]), value: entries[8:entryBytes],
		})
	}

	return page, nil
}

// number is the value of an entry that has one, SHORT or LONG, or the fallback.
func (p tiffPage) number(tag uint16, fallback int64) int64 {
	for _, found := range p.entries {
		if found.tag != tag {
			continue
		}

		if found.kind == typeShort {
			return int64(p.order.Uint16(found.value))
		}

		return int64(p.order.Uint32(found.value))
	}

	return fallback
}

// bits is the first of an entry's values: there is one a sample, all the same.
func (p tiffPage) bits(view *window) (int, error) {
	for _, found := range p.entries {
		if found.tag != tagBitsPerSample {
			continue
		}

		if found.count <= 2 {
			return int(p.order.Uint16(found.value)), nil
		}

		values, err := view.at(int64(p.order.Uint32(found.value)), 2)
		if err != nil {
			return 0, err
		}

		return int(p.order.Uint16(values)), nil
	}

	return 1, nil
}

func inspectTIFF(view *window) (Info, error) {
	page, err := openTIFF(view)
	if err != nil {
		return Info{}, err
	}

	width, height, components := page.number(tagWidth, 0), page.number(tagHeight, 0), page.number(tagSamplesPerPixel, 1)
	bits, err := page.bits(view)

	switch {
	case err != nil:
		return Info{}, err
	case page.has(tagDNGVersion), page.number(tagNewSubfileType, 0)&1 != 0 && page.has(tagSubIFDs):
		return Info{}, faults.New(faults.UnsupportedFormat, "a camera's raw data (DNG, NEF, ARW)")
	case width == 0 || height == 0 || width > maxTIFFSide || height > maxTIFFSide:
		return Info{}, faults.New(faults.Corrupt, "TIFF of %d × %d pixels", width, height)
	case components == 0:
		return Info{}, faults.New(faults.Corrupt, "TIFF without a sample a pixel")
	case page.number(tagTileWidth, 0) > maxTIFFSide || page.number(tagTileLength, 0) > maxTIFFSide:
		return Info{}, faults.New(faults.Corrupt, "TIFF tile of %d × %d pixels", page.number(tagTileWidth, 0), page.number(tagTileLength, 0))
	}

	if reason := page.unsupported(bits); reason != "" {
		return Info{}, faults.New(faults.UnsupportedFormat, "TIFF %s", reason)
	}

	info := Info{
		Format: TIFF, Width: int(width), Height: int(height), Orientation: Upright, Frames: 1,
		Components: int(components), Precision: bits, Samples: width * height * components,
		Block: page.block(width, height),
	}

	if turned := page.number(tagOrientation, Upright); turned >= Upright && turned <= lastOrientation {
		info.Orientation = int(turned)
	}

	return info, nil
}

// unsupported says what a decoder of baseline TIFF, LZW and Deflate cannot read.
func (p tiffPage) unsupported(bits int) string {
	packing := map[int64]string{
		2: "of a fax", 3: "of a fax", 4: "of a fax", 6: "with JPEG inside", 7: "with JPEG inside", 50001: "with WebP inside",
		0: "", 1: "", 5: "", 8: "", 32773: "", 32946: "", // none, LZW, Deflate, PackBits, Deflate's old number
	}
	if reason, known := packing[p.number(tagCompression, 1)]; !known || reason != "" {
		return cmp.Or(reason, "with an unknown compression")
	}

	colours := map[int64]string{
		0: "", 1: "", 2: "", 3: "", // white is zero, black is zero, RGB, palette
		5: "in CMYK", 6: "in YCbCr", 8: "in Lab", 9: "in Lab", 10: "in Lab",
		32803: "with a camera's raw data", 34892: "with a camera's raw data",
	}
	if reason, known := colours[p.number(tagPhotometric, 0)]; !known || reason != "" {
		return cmp.Or(reason, "with unknown colours")
	}

	switch samples := p.number(tagSamplesPerPixel, 1); {
	case bits != 1 && bits != 8 && bits != 16:
		return "with other than 1, 8 or 16 bits a sample"
	case p.number(tagPlanar, 1) != 1 && samples > 1:
		return "with separate planes"
	case samples > 4:
		return "with more than four samples a pixel"
	default:
		return ""
	}
}

// block is how many pixels the largest strip or tile has.
func (p tiffPage) block(width, height int64) int64 {
	if across := p.number(tagTileWidth, 0); across > 0 {
		return across * p.number(tagTileLength, 0)
	}

	if rows := p.number(tagRowsPerStrip, height); rows > 0 && rows < height {
		height = rows
	}

	return width * height
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
			return nil, nil //nolint:nilerr // A profile that is not there is none.
		}

		return append([]byte(nil), data...), nil
	}

	return nil, nil
}

// kindsTIFF names the metadata of the first page.
func kindsTIFF(view *window) ([]string, error) {
	page, err := openTIFF(view)
	if err != nil {
		return nil, err
	}

	kinds := found{}

	for tag, kind := range map[uint16]string{tagEXIF: kindEXIF, tagGPS: kindGPS, tagXMP: kindXMP, tagIPTC: kindIPTC} {
		if page.has(tag) {
			kinds.add(kind)
		}
	}

	return kinds.report().Removed, nil
}
