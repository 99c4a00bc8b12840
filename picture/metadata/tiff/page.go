package tiff

import (
	"encoding/binary"
	"io"
	"slices"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/exif"
	"triptych/picture/metadata/format"
)

// Supported compressions of a TIFF (TIFF 6.0, sections 7 to 11 and 13; Adobe Photoshop
// TIFF Technical Notes for Deflate).
const (
	Plain           = 1
	ModifiedHuffman = 2
	Group3          = 3
	Group4          = 4
	LZW             = 5
	Deflate         = 8
	PackBits        = 32773
	OldDeflate      = 32946
)

// Supported photometric interpretations of a TIFF (TIFF 6.0, section 8).
const (
	WhiteIsZero = 0
	BlackIsZero = 1
	RGB         = 2
	Palette     = 3
	CMYK        = 5
)

// maxSamples limits the samples of a pixel: colors, alpha, and any others that a
// writer stored with them.
const maxSamples = 16

// Page holds what the directory of a TIFF's first page says about its pixels.
// Inspect and the decoder read the same page, so that they agree on every size.
type Page struct {
	Order binary.ByteOrder

	Width, Height int // in pixels, as stored
	Orientation   int // 1 to 8
	Bits          int // of a sample: 1, 2, 4, 8, 12 or 16
	Samples       int // of a pixel, as stored; the colors come first
	Compression   int
	Photometric   int
	// Alpha is the index of the alpha sample, or 0 if there is none.
	Alpha int
	// Associated reports that the colors are multiplied by alpha.
	Associated bool
	Predicted  bool // from the sample to the left (TIFF 6.0, section 14)
	Separate   bool // one plane per sample
	Reversed   bool // the lowest bit of a byte comes first
	Fax        uint32
	Tiled      bool
	// BlockWidth and BlockHeight are the size of a strip or tile, in pixels.
	BlockWidth, BlockHeight int

	offsets, counts, colorMap exif.Entry
}

// Colors returns the number of color samples of a pixel.
func (p *Page) Colors() int {
	switch p.Photometric {
	case RGB:
		return 3
	case CMYK:
		return 4
	default:
		return 1
	}
}

// Across returns the number of blocks of a row.
func (p *Page) Across() int { return (p.Width + p.BlockWidth - 1) / p.BlockWidth }

// Down returns the number of blocks of a column.
func (p *Page) Down() int { return (p.Height + p.BlockHeight - 1) / p.BlockHeight }

// Planes returns the number of planes whose blocks are stored one after the other.
func (p *Page) Planes() int {
	if p.Separate {
		return p.Samples
	}

	return 1
}

// RowBytes returns the length of a row of a block, in bytes.
func (p *Page) RowBytes() int {
	return (p.BlockWidth*p.Samples/p.Planes()*p.Bits + 7) / 8 // Bits of a byte.
}

// Block returns the position of a block in the file, and its length within the file. The
// length is 0 if the directory has no lengths.
func (p *Page) Block(file []byte, index int) (offset, length int64) {
	offset = int64(p.valueAt(file, p.offsets, index))
	length = int64(p.valueAt(file, p.counts, index))

	return offset, length
}

// Palette returns the color map: colors of 8 bits, as many as an index can name.
func (p *Page) Palette(file []byte) [][3]byte {
	palette := make([][3]byte, 1<<p.Bits)
	there := min(len(palette), int(p.colorMap.Count/3))
	high := 0

	for i := range there {
		for c := range 3 {
			high = max(high, int(p.valueAt(file, p.colorMap, c*there+i)))
		}
	}

	for i := range there {
		for c := range 3 {
			value := p.valueAt(file, p.colorMap, c*int(p.colorMap.Count/3)+i)
			if high > 255 { // Some writers store 8 bits, which libtiff also detects.
				value >>= 8
			}

			palette[i][c] = byte(value) //nolint:gosec // SHORTs.
		}
	}

	return palette
}

// valueAt returns a value of an entry, or 0 if the file does not contain it.
func (p *Page) valueAt(file []byte, from exif.Entry, index int) uint32 {
	if index < 0 || int64(index) >= int64(from.Count) {
		return 0
	}

	size := int64(exif.IntegerBytes(from.Kind))
	data, at := from.Value, int64(index)*size

	if int64(from.Count)*size > int64(len(data)) {
		data, at = file, at+int64(p.Order.Uint32(from.Value))
	}

	if size == 0 || at+size > int64(len(data)) {
		return 0
	}

	value, _ := exif.Integer(p.Order, from.Kind, data[at:at+size])
	if value < 0 {
		return 0
	}

	return uint32(value) //nolint:gosec // Four bytes at most.
}

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
		p.Compression = Plain // Some writers use this value for it.
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

// unsupported names the property that the decoder does not read, or returns "".
func (p *Page) unsupported(fields *fieldReader) string {
	switch {
	case p.compression() != "":
		return p.compression()
	case p.colors() != "":
		return p.colors()
	case p.Samples > maxSamples:
		return "with more than 16 samples per pixel"
	case !slices.Contains([]int{1, 2, 4, 8, 12, 16}, p.Bits):
		return "with other than 1, 2, 4, 8, 12 or 16 bits per sample"
	case !unsigned(fields.same(tagSampleFormat, p.Samples, 1)):
		return "with signed or floating-point samples"
	case p.Photometric == Palette && p.Bits > 8:
		return "with a palette of more than 256 colors"
	case p.Photometric == CMYK && fields.one(tagInkSet, 1) != 1:
		return "with color channels other than CMYK"
	case p.IsFax() && (p.Bits != 1 || p.Samples != 1):
		return "with a fax compression of a color image"
	default:
		return p.prediction(fields)
	}
}

// IsFax reports whether the compression is one of the fax codings.
func (p *Page) IsFax() bool {
	return p.Compression == ModifiedHuffman || p.Compression == Group3 || p.Compression == Group4
}

// unsigned reports whether a sample format is unsigned integers, or unknown.
func unsigned(format int) bool { return format == 1 || format == 4 }

// prediction reads the predictor, which is used only with LZW and Deflate.
func (p *Page) prediction(fields *fieldReader) string {
	const none, horizontal = 1, 2

	if p.Compression != LZW && p.Compression != Deflate && p.Compression != OldDeflate {
		return ""
	}

	switch fields.one(tagPredictor, none) {
	case none, 0:
		return ""
	case horizontal:
		p.Predicted = true

		if p.Bits != 8 && p.Bits != 16 {
			return "with a predictor for other than 8 or 16 bits"
		}

		return ""
	default:
		return "with an unknown predictor"
	}
}
