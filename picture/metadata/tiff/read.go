package tiff

import (
	"io"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/exif"
	"triptych/picture/metadata/format"
)

// Read reads the first page of a TIFF file of size bytes. Its rejections are those of
// metadata.Inspect.
func Read(r io.ReaderAt, size int64) (*Page, error) {
	page, err := read(container.NewWindow(r, size))
	if err != nil {
		return nil, container.Truncated(err)
	}

	return page, nil
}

func read(view *container.Window) (*Page, error) {
	listed, err := open(view)
	if err != nil {
		return nil, err
	}

	if listed.Has(tagDNGVersion) || listed.optional(tagNewSubfileType, 0)&1 != 0 && listed.Has(tagSubIFDs) {
		return nil, failure.New(failure.UnsupportedFormat, "a camera's raw data (DNG, NEF, ARW)")
	}

	page := &Page{Order: listed.Order, Orientation: format.Upright}
	fields := fieldReader{Directory: listed.Directory, view: view}
	page.readSize(&fields)
	page.readSamples(&fields)
	page.readBlocks(&fields)

	if fields.err != nil {
		return nil, fields.err
	}

	if reason := page.unsupported(&fields); reason != "" {
		return nil, failure.New(failure.UnsupportedFormat, "TIFF %s", reason)
	}

	if fields.err != nil {
		return nil, fields.err
	}

	if err := page.check(); err != nil {
		return nil, err
	}

	if turned, ok := listed.Orientation(); ok {
		page.Orientation = turned
	}

	return page, nil
}

func (p *Page) readSize(fields *fieldReader) {
	p.Width, p.Height = fields.one(tagWidth, 0), fields.one(tagHeight, 0)
}

func (p *Page) readSamples(fields *fieldReader) {
	p.Samples = fields.one(tagSamplesPerPixel, 1)
	p.Compression = fields.same(tagCompression, p.Samples, Plain)
	p.Bits = fields.same(tagBitsPerSample, p.Samples, 1)
	p.Photometric = fields.one(tagPhotometric, WhiteIsZero)
	p.Separate = fields.one(tagPlanar, 1) == 2 && p.Samples > 1 // Planar (TIFF 6.0, section 8).
	p.Reversed = fields.one(tagFillOrder, 1) == 2
	p.Fax = uint32(fields.one(tagT4Options, 0)) //nolint:gosec // Flags.

	if p.Compression == 0 {
		p.Compression = Plain // Some writers write 0 for Plain.
	}

	if p.Samples == 1 || p.Samples > maxSamples {
		return
	}

	extra := fields.list(tagExtraSamples, p.Samples)

	const associated, unassociated = 1, 2

	for i, kind := range extra {
		// An unknown kind of a fourth sample is alpha, as in Pillow and libtiff.
		if kind == associated || kind == unassociated || kind > unassociated && p.Photometric == RGB {
			p.Alpha, p.Associated = p.Colors()+i, kind == associated

			break
		}
	}

	if len(extra) == 0 && p.Photometric == RGB && p.Samples == 4 {
		p.Alpha = p.Colors()
	}

	if p.Alpha >= p.Samples || p.Photometric == CMYK {
		p.Alpha = 0
	}
}

func (p *Page) readBlocks(fields *fieldReader) {
	p.BlockWidth, p.BlockHeight = p.Width, p.Height

	if width, height := fields.one(tagTileWidth, 0), fields.one(tagTileLength, 0); width != 0 || height != 0 {
		p.Tiled, p.BlockWidth, p.BlockHeight = true, width, height
	} else if rows := fields.one(tagRowsPerStrip, 0); rows > 0 && rows < p.Height {
		p.BlockHeight = rows
	}

	p.offsets = fields.first(tagStripOffsets, tagTileOffsets)
	p.counts = fields.first(tagStripCounts, tagTileCounts)
	p.colorMap = fields.first(tagColorMap, tagColorMap)
}

// check rejects sizes that contradict each other.
func (p *Page) check() error {
	blocks := int64(0)
	if p.BlockWidth > 0 && p.BlockHeight > 0 {
		blocks = int64(p.Across()) * int64(p.Down()) * int64(p.Planes())
	}

	switch {
	case p.Width == 0 || p.Height == 0:
		return failure.New(failure.Corrupt, "TIFF of %d × %d pixels", p.Width, p.Height)
	case blocks == 0:
		return failure.New(failure.Corrupt, "TIFF tile of %d × %d pixels", p.BlockWidth, p.BlockHeight)
	}

	return p.checkBlocks(blocks)
}

// checkBlocks rejects a directory with fewer entries than blocks.
func (p *Page) checkBlocks(blocks int64) error {
	switch {
	case p.Samples < p.Colors():
		return failure.New(failure.Corrupt, "TIFF of photometric interpretation %d with %d samples per pixel", p.Photometric, p.Samples)
	case int64(p.offsets.Count) < blocks:
		return failure.New(failure.Corrupt, "TIFF of %d strips or tiles lists %d offsets", blocks, p.offsets.Count)
	case p.counts.Count != 0 && int64(p.counts.Count) < blocks:
		return failure.New(failure.Corrupt, "TIFF of %d strips or tiles lists %d lengths", blocks, p.counts.Count)
	case exif.IntegerBytes(p.offsets.Kind) == 0 || p.counts.Count != 0 && exif.IntegerBytes(p.counts.Kind) == 0:
		return failure.New(failure.Corrupt, "TIFF lists its strips or tiles in values of type %d", p.offsets.Kind)
	case p.Photometric == Palette && (p.colorMap.Count < 3 || exif.IntegerBytes(p.colorMap.Kind) == 0):
		return failure.New(failure.Corrupt, "TIFF without its color map")
	default:
		return nil
	}
}
