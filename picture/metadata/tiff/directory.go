package tiff

import (
	"encoding/binary"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/exif"
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

// maxDirectory limits the number of entries in the first page's directory. The
// directories of cameras have about a hundred entries.
const maxDirectory = 4096

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
