package png

import "encoding/binary"

// Color types (11.2.1): a set of bits.
const (
	usesPalette = 1 << iota
	usesColor
	usesAlpha
)

// The defined color types; see table 12 for their depths (11.2.1).
const (
	gray           = 0
	truecolor      = usesColor
	indexed        = usesColor | usesPalette
	grayAlpha      = usesAlpha
	truecolorAlpha = usesColor | usesAlpha
)

// header is the contents of IHDR.
type header struct {
	width, height int
	depth         int // bits per sample: 1, 2, 4, 8, 16
	color         int // the color type
	interlaced    bool
}

// headerBytes is the length of the data of IHDR.
const headerBytes = 13

// parseHeader reads the data of IHDR, which begins at an offset.
func parseHeader(data []byte, offset int) (header, error) {
	const (
		heightAt, depthAt, colorAt, compressionAt, filterAt, interlaceAt = 4, 8, 9, 10, 11, 12

		maxSide = 1<<31 - 1
	)

	width, height := binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[heightAt:])
	parsed := header{
		width: int(width), height: int(height),
		depth: int(data[depthAt]), color: int(data[colorAt]),
		interlaced: data[interlaceAt] == 1,
	}

	switch {
	case width == 0 || height == 0 || width > maxSide || height > maxSide:
		return header{}, corrupt(offset, "%d × %d pixels", width, height)
	case !parsed.defined():
		return header{}, corrupt(offset, "color type %d with %d bits", parsed.color, parsed.depth)
	case data[compressionAt] != 0 || data[filterAt] != 0 || data[interlaceAt] > 1:
		return header{}, corrupt(offset, "compression %d, filter %d, interlace %d",
			data[compressionAt], data[filterAt], data[interlaceAt])
	}

	return parsed, nil
}

// defined reports whether the standard allows this color type with this depth.
func (h header) defined() bool {
	switch h.depth {
	case 1, 2, 4:
		return h.color == gray || h.color == indexed
	case 8:
		return h.color == gray || h.color == truecolor || h.color == indexed || h.color == grayAlpha || h.color == truecolorAlpha
	case 16:
		return h.color == gray || h.color == truecolor || h.color == grayAlpha || h.color == truecolorAlpha
	default:
		return false
	}
}

// channels is the number of samples of a pixel in the file.
func (h header) channels() int {
	switch h.color {
	case truecolor:
		return 3
	case grayAlpha:
		return 2
	case truecolorAlpha:
		return 4
	default:
		return 1
	}
}

// planes is the number of planes of the decoded image, without alpha.
func (h header) planes() int {
	if h.color&usesColor != 0 {
		return 3 // Red, green and blue.
	}

	return 1
}

func (h header) bitsPerPixel() int { return h.channels() * h.depth }

// filterStep is the distance in bytes from a byte to its left neighbor for filters (9.2):
// a whole pixel, at least 1.
func (h header) filterStep() int { return (h.bitsPerPixel() + 7) / 8 } // Bits to bytes, rounded up.

// rowBytes is the length of a row of a number of pixels, without its filter byte.
func (h header) rowBytes(width int) int { return (width*h.bitsPerPixel() + 7) / 8 }
