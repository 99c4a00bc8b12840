package tiff

import (
	"encoding/binary"

	"triptych/picture/metadata/exif"
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
	// Alpha is the index of the alpha sample, or 0 if the image has no alpha.
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

// Planes returns the number of planes. The directory lists all blocks of the first plane,
// then all blocks of the second one.
func (p *Page) Planes() int {
	if p.Separate {
		return p.Samples
	}

	return 1
}

// RowBytes returns the length of a row of a block, in bytes.
func (p *Page) RowBytes() int {
	return (p.BlockWidth*p.Samples/p.Planes()*p.Bits + 7) / 8 // A byte has 8 bits.
}

// Block returns the position of a block in the file, and its length within the file. The
// length is 0 if the directory has no lengths.
func (p *Page) Block(file []byte, index int) (offset, length int64) {
	offset = int64(p.valueAt(file, p.offsets, index))
	length = int64(p.valueAt(file, p.counts, index))

	return offset, length
}

// Palette returns the color map, with 8 bits for each color sample. It has an entry for
// each possible index.
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
			if high > 255 { // Values up to 255 have 8 bits: some writers store these, and libtiff detects them too.
				value >>= 8
			}

			palette[i][c] = byte(value) //nolint:gosec // The values have at most 16 bits.
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

// IsFax reports whether the compression is one of the fax codings.
func (p *Page) IsFax() bool {
	return p.Compression == ModifiedHuffman || p.Compression == Group3 || p.Compression == Group4
}
