package encoder

import (
	"encoding/binary"
	"slices"
)

// content says which forms an image can have.
type content struct {
	palette *palette // nil if there are too many colors
	gray    bool     // each pixel has three equal colors
	opaque  bool
}

// examine reads all pixels, until nothing can be reduced.
func (s *source) examine() content {
	found := content{palette: newPalette(), gray: true, opaque: true}

	for y := range s.height {
		row := s.at(y)
		last := ^s.color(row)

		for at := 0; at < len(row); at += s.pixelBytes {
			color := s.color(row[at:])
			if color == last {
				continue
			}

			last = color
			found.gray = found.gray && color&0xff == color>>8&0xff && color&0xff == color>>16&0xff
			found.opaque = found.opaque && color>>24 == 0xff

			if found.palette != nil && !found.palette.add(color) {
				found.palette = nil
			}
		}

		if found.palette == nil && !found.gray && (!found.opaque || s.samples < 4) {
			break
		}
	}

	return found
}

// forms returns the forms of the image that may need the fewest bytes. All have the same
// pixels. With a profile, no image becomes gray, and none in gray a palette.
func (s *source) forms(profile bool) []source {
	found := s.examine()
	reduced := *s

	if found.opaque && s.samples == 4 {
		reduced.colorType, reduced.samples = trueColor, 3
	}

	if found.gray && found.opaque && (s.colorType == gray || !profile) {
		reduced.colorType, reduced.samples = gray, 1
		reduced.depth, reduced.unit = found.palette.grayDepth()
	}

	forms := []source{reduced}

	if found.palette != nil && reduced.depth == 8 && (s.colorType != gray || !profile) {
		small := *s
		small.colorType, small.samples, small.palette = indexed, 1, found.palette
		small.depth = found.palette.finish(found.opaque)

		// Gray of 8 bits has no palette to store, and the same length of rows.
		if reduced.colorType != gray || small.depth < 8 {
			forms = append(forms, small)
		}
	}

	return forms
}

// mostColors is the number of colors of the largest palette (11.2.2).
const mostColors = 256

// palette is a set of colors, red in the lowest bits.
type palette struct {
	colors []uint32
	opaque bool

	// table has the index of a color plus 1, at or after the place of its hash.
	table [4 * mostColors]uint16
}

func newPalette() *palette { return &palette{colors: make([]uint32, 0, mostColors)} }

// place returns the place of a color in the table, or the free place for it.
func (p *palette) place(color uint32) uint32 {
	const (
		factor = 0x9e3779b1 // The golden ratio of 2^32.
		shift  = 32 - 10
		mask   = 4*mostColors - 1
	)

	at := color * factor >> shift

	for p.table[at] != 0 && p.colors[p.table[at]-1] != color {
		at = (at + 1) & mask
	}

	return at
}

// add adds a color, unless it is there. It reports whether there is room.
func (p *palette) add(color uint32) bool {
	at := p.place(color)
	if p.table[at] != 0 {
		return true
	}

	if len(p.colors) == mostColors {
		return false
	}

	p.colors = append(p.colors, color)
	p.table[at] = uint16(len(p.colors))

	return true
}

// index returns the index of a color of the palette.
func (p *palette) index(color uint32) byte { return byte(p.table[p.place(color)] - 1) }

// finish sorts the colors, those that are not opaque first, so that tRNS is short, and
// returns the number of bits of an index.
func (p *palette) finish(isOpaque bool) int {
	p.opaque = isOpaque

	slices.SortFunc(p.colors, func(a, b uint32) int {
		if a>>24 != b>>24 {
			return int(a>>24) - int(b>>24)
		}

		return brightness(a) - brightness(b)
	})

	clear(p.table[:])

	for i, color := range p.colors {
		p.table[p.place(color)] = uint16(i + 1)
	}

	for depth := 1; depth < 8; depth *= 2 {
		if len(p.colors) <= 1<<depth {
			return depth
		}
	}

	return 8
}

// brightness orders colors. Different colors have different values.
func brightness(color uint32) int {
	red, green, blue := color&0xff, color>>8&0xff, color>>16&0xff

	return int(2*red+5*green+blue)<<24 | int(color&0xffffff)
}

// grayDepth returns the number of bits of the samples of gray colors, and the difference
// between two neighboring values (13.12). p is nil if there are all values.
func (p *palette) grayDepth() (depth int, unit byte) {
	for depth := 1; p != nil && depth < 8; depth *= 2 {
		unit := uint32(255 / (1<<depth - 1))

		if !slices.ContainsFunc(p.colors, func(color uint32) bool { return color&0xff%unit != 0 }) {
			return depth, byte(unit)
		}
	}

	return 8, 1
}

// chunks appends PLTE (11.2.2), and tRNS if there is alpha (11.3.1.1).
func (p *palette) chunks(file []byte) []byte {
	var colors, alphas []byte

	for _, color := range p.colors {
		bytes := binary.LittleEndian.AppendUint32(nil, color)
		colors = append(colors, bytes[:3]...)

		if bytes[3] != 0xff {
			alphas = append(alphas, bytes[3])
		}
	}

	at := len(file)
	file = seal(append(begin(file, "PLTE"), colors...), at)

	if len(alphas) > 0 {
		at = len(file)
		file = seal(append(begin(file, "tRNS"), alphas...), at)
	}

	return file
}
