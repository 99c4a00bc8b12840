package metadata

import (
	"encoding/binary"
	"hash/crc32"
	"math"

	"triptych/picture/failure"
)

// The container of W3C PNG (third edition), section 5: a signature, then chunks of
// length, type, data and CRC.
const (
	pngSignature = "\x89PNG\r\n\x1a\n"

	chunkHeader = 8 // length and type
	chunkCRC    = 4
	// maxChunk is the maximum length of a chunk (section 5.3).
	maxChunk = 1<<31 - 1

	// maxEXIF is the number of bytes of an eXIf chunk that are read. As many fit into a
	// JPEG.
	maxEXIF = 64 << 10
)

// chunk is a chunk's header.
type chunk struct {
	kind   string
	length int64
}

// parseChunk reads the chunk header at an offset.
func parseChunk(header []byte, offset int64) (chunk, error) {
	parsed := chunk{
		length: int64(binary.BigEndian.Uint32(header)),
		kind:   string(header[4:chunkHeader]),
	}

	for _, letter := range header[4:chunkHeader] {
		if letter|0x20 < 'a' || letter|0x20 > 'z' {
			return chunk{}, failure.New(failure.Corrupt, "no PNG chunk at byte %d", offset).At(offset)
		}
	}

	if parsed.length > maxChunk {
		return chunk{}, failure.New(failure.Corrupt, "PNG chunk %s of %d bytes", parsed.kind, parsed.length)
	}

	return parsed, nil
}

// checkFirst checks that a chunk may be the first of a file.
func checkFirst(first chunk) error {
	switch {
	case first.kind == "CgBI":
		return failure.New(failure.UnsupportedFormat, "PNG as Xcode writes it for iOS")
	case first.kind != "IHDR" || first.length != headerBytes:
		return failure.New(failure.Corrupt, "PNG begins with chunk %s of %d bytes", first.kind, first.length)
	default:
		return nil
	}
}

const (
	// headerBytes is the length of IHDR.
	headerBytes = 13
	// pngColorAt is the position of the color type in IHDR.
	pngColorAt = 9
)

// Color types (section 11.2.1, table 12).
const (
	pngGrey           = 0
	pngTruecolor      = 2
	pngIndexed        = 3
	pngGreyAlpha      = 4
	pngTruecolorAlpha = 6
)

// parseHeader reads IHDR's data (section 11.2.1).
func parseHeader(data []byte) (Info, error) {
	const (
		depthAt, compressionAt, filterAt, interlaceAt = 8, 10, 11, 12
	)

	width, height := binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])
	depth, color := data[depthAt], data[pngColorAt]
	components, depths := pngColor(color)

	switch {
	case width == 0 || height == 0 || width > maxChunk || height > maxChunk:
		return Info{}, failure.New(failure.Corrupt, "%d × %d pixels", width, height)
	case depth == 0 || depth > 16 || depths&(1<<depth) == 0:
		return Info{}, failure.New(failure.Corrupt, "PNG of color type %d with %d bits", color, depth)
	case data[compressionAt] != 0 || data[filterAt] != 0 || data[interlaceAt] > 1:
		return Info{}, failure.New(failure.Corrupt, "PNG of compression %d, filter %d, interlace %d",
			data[compressionAt], data[filterAt], data[interlaceAt])
	}

	return Info{
		Format:      PNG,
		Width:       int(width),
		Height:      int(height),
		Orientation: Upright,
		Frames:      1,
		Components:  components,
		Precision:   int(depth),
		Samples:     pngSamples(int64(width)*int64(height), int64(components)),
		Passes:      data[interlaceAt] == 1,
	}, nil
}

// pngSamples multiplies, and limits the result to the largest number. A header may claim
// 2^62 pixels.
func pngSamples(pixels, components int64) int64 {
	if pixels > math.MaxInt64/max(1, components) {
		return math.MaxInt64
	}

	return pixels * components
}

// pngColor returns the number of components of a color type, and its allowed depths as a
// set of bits (section 11.2.1, table 12).
func pngColor(color byte) (components int, depths uint32) {
	const upTo8, from8 = 1<<1 | 1<<2 | 1<<4 | 1<<8, 1<<8 | 1<<16

	switch color {
	case pngGrey:
		return 1, upTo8 | from8
	case pngTruecolor:
		return 3, from8
	case pngIndexed:
		return 1, upTo8
	case pngGreyAlpha:
		return 2, from8
	case pngTruecolorAlpha:
		return 4, from8
	default:
		return 0, 0
	}
}

// checkCRC compares the CRC of a chunk, over type and data.
func checkCRC(kind string, sum uint32, field []byte) error {
	if binary.BigEndian.Uint32(field) != sum {
		return failure.New(failure.Corrupt, "wrong checksum of PNG chunk %s", kind)
	}

	return nil
}

// pngSum returns the CRC of a chunk that is in memory.
func pngSum(kind string, data []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE([]byte(kind)), crc32.IEEETable, data)
}
