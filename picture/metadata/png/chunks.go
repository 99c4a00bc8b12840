package png

import (
	"encoding/binary"
	"slices"

	"triptych/picture/metadata/container"
)

// chunkRules decides which ancillary chunks of a PNG are kept. Each must have the length
// of its kind, stand where a decoder expects it, and occur only once. Any other chunk is
// useless for a decoder, but may contain private data.
type chunkRules struct {
	color byte // IHDR's color type
	seen  map[string]bool
	image bool // after the first IDAT
}

// longest returns the maximum length of a kind's data, or 0 for a kind that is not kept.
func (c *chunkRules) longest(kind string) int64 {
	if kind == "iCCP" {
		return container.MaxProfileBytes
	}

	lengths := c.lengths(kind)
	if len(lengths) == 0 {
		return 0
	}

	return slices.Max(lengths)
}

// lengths returns the possible lengths of a kind's data (W3C PNG, 11.3). For a palette's
// alpha these are the shortest and the longest.
func (c *chunkRules) lengths(kind string) []int64 { //nolint:cyclop // A flat table of kinds.
	const shorts = 2 // here a color has 16 bits per sample

	colors := int64(1)
	if c.color == truecolor || c.color == truecolorAlpha {
		colors = 3
	}

	switch kind {
	case "sRGB":
		return []int64{1}
	case "gAMA", "cICP":
		return []int64{4}
	case "acTL", "cLLI":
		return []int64{controlBytes}
	case "mDCV":
		return []int64{displayBytes}
	case "pHYs":
		return []int64{9}
	case "fcTL":
		return []int64{26}
	case "cHRM":
		return []int64{32}
	case "sBIT":
		return []int64{c.significant()}
	case "bKGD":
		if c.color == indexed {
			return []int64{1}
		}

		return []int64{shorts * colors}
	case "tRNS":
		switch c.color {
		case gray, truecolor:
			return []int64{shorts * colors}
		case indexed:
			return []int64{1, 256}
		}
	}

	return nil
}

// controlBytes is the length of acTL (number of frames, number of plays), and of cLLI
// (light of the brightest pixel and of the brightest frame).
const controlBytes = 8

// displayBytes is the length of mDCV: a display's primaries and white, its maximum and
// minimum light.
const displayBytes = 24

// significant returns the length of sBIT: a byte per channel, three for a palette.
func (c *chunkRules) significant() int64 {
	switch c.color {
	case gray:
		return 1
	case grayAlpha:
		return 2
	case truecolorAlpha:
		return 4
	default:
		return 3
	}
}

// keeps reports whether a chunk is kept. Its data is in memory.
func (c *chunkRules) keeps(kind string, data []byte) bool {
	lengths, length := c.lengths(kind), int64(len(data))

	switch {
	case kind == "fcTL":
		return c.seen["acTL"] && length == lengths[0]
	case c.image || c.seen[kind], kind == "tRNS" && c.color == indexed && !c.seen["PLTE"]:
		return false
	case kind == "iCCP":
		// Only the first chunk is checked. A thousand invalid ones would take the time of
		// a thousand decompressions.
		c.seen[kind] = true

		return container.IsProfile(profileOf(data))
	case kind == "acTL" && framesOf(data) == 0:
		return false
	case len(lengths) == 0 || length < lengths[0] || length > lengths[len(lengths)-1]:
		return false
	}

	c.seen[kind] = true

	return true
}

// framesOf returns the number of frames in an acTL chunk. It returns 0 if the length is
// wrong or the number is impossible (W3C PNG, 4.2 and 11.3.4.1). The image is then
// static.
func framesOf(control []byte) int {
	if len(control) != controlBytes {
		return 0
	}

	frames := binary.BigEndian.Uint32(control)
	if frames > maxChunk {
		return 0
	}

	return int(frames)
}
