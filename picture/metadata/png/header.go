package png

import (
	"encoding/binary"
	"hash/crc32"
	"math"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/format"
)

// The container of W3C PNG (third edition), section 5: a signature, then chunks of
// length, type, data and CRC.
const (
	signature = "\x89PNG\r\n\x1a\n"

	chunkHeader = 8 // length and type
	chunkCRC    = 4
	// maxChunk is the maximum length of a chunk (section 5.3).
	maxChunk = 1<<31 - 1
)

// parseChunk reads the chunk header at an offset.
func parseChunk(header []byte, offset int64) (container.Chunk, error) {
	parsed := container.Chunk{
		Length: int64(binary.BigEndian.Uint32(header)),
		Kind:   string(header[4:chunkHeader]),
	}

	for _, letter := range header[4:chunkHeader] {
		if letter|0x20 < 'a' || letter|0x20 > 'z' {
			return container.Chunk{}, failure.New(failure.Corrupt, "no PNG chunk at byte %d", offset).At(offset)
		}
	}

	if parsed.Length > maxChunk {
		return container.Chunk{}, failure.New(failure.Corrupt, "PNG chunk %s of %d bytes", parsed.Kind, parsed.Length)
	}

	return parsed, nil
}

// checkFirst checks that a chunk may be the first of a file.
func checkFirst(first container.Chunk) error {
	switch {
	case first.Kind == "CgBI":
		return failure.New(failure.UnsupportedFormat, "PNG as Xcode writes it for iOS")
	case first.Kind != "IHDR" || first.Length != headerBytes:
		return failure.New(failure.Corrupt, "PNG begins with chunk %s of %d bytes", first.Kind, first.Length)
	default:
		return nil
	}
}

const (
	// headerBytes is the length of IHDR.
	headerBytes = 13
	// colorAt is the position of the color type in IHDR.
	colorAt = 9
)

// Color types (section 11.2.1, table 12).
const (
	gray           = 0
	truecolor      = 2
	indexed        = 3
	grayAlpha      = 4
	truecolorAlpha = 6
)

// parseHeader reads IHDR's data (section 11.2.1).
func parseHeader(data []byte) (format.Info, error) {
	const (
		depthAt, compressionAt, filterAt, interlaceAt = 8, 10, 11, 12
	)

	width, height := binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])
	depth, color := data[depthAt], data[colorAt]
	components, depths := componentsOf(color)

	switch {
	case width == 0 || height == 0 || width > maxChunk || height > maxChunk:
		return format.Info{}, failure.New(failure.Corrupt, "%d × %d pixels", width, height)
	case depth == 0 || depth > 16 || depths&(1<<depth) == 0:
		return format.Info{}, failure.New(failure.Corrupt, "PNG of color type %d with %d bits", color, depth)
	case data[compressionAt] != 0 || data[filterAt] != 0 || data[interlaceAt] > 1:
		return format.Info{}, failure.New(failure.Corrupt, "PNG of compression %d, filter %d, interlace %d",
			data[compressionAt], data[filterAt], data[interlaceAt])
	}

	return format.Info{
		Format:      format.PNG,
		Width:       int(width),
		Height:      int(height),
		Orientation: format.Upright,
		Frames:      1,
		Components:  components,
		Precision:   int(depth),
		Samples:     samples(int64(width)*int64(height), int64(components)),
		Passes:      data[interlaceAt] == 1,
	}, nil
}

// samples multiplies, and limits the result to the largest number. A header may claim
// 2^62 pixels.
func samples(pixels, components int64) int64 {
	if pixels > math.MaxInt64/max(1, components) {
		return math.MaxInt64
	}

	return pixels * components
}

// componentsOf returns the number of components of a color type, and its allowed depths
// as a set of bits (section 11.2.1, table 12).
func componentsOf(color byte) (components int, depths uint32) {
	const upTo8, from8 = 1<<1 | 1<<2 | 1<<4 | 1<<8, 1<<8 | 1<<16

	switch color {
	case gray:
		return 1, upTo8 | from8
	case truecolor:
		return 3, from8
	case indexed:
		return 1, upTo8
	case grayAlpha:
		return 2, from8
	case truecolorAlpha:
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

// sumOf returns the CRC of a chunk that is in memory.
func sumOf(kind string, data []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE([]byte(kind)), crc32.IEEETable, data)
}
