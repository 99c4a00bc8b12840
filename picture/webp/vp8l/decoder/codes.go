package decoder

import (
	"slices"

	"triptych/picture/failure"
	"triptych/picture/webp/vp8l"
)

// group is the prefix codes of a meta code (RFC 9649, 3.7.2.2).
type group struct {
	codes [codesPerGroup]code
	// fixed is the red, blue and alpha that have codes of one symbol, which take no bits.
	fixed uint32
	// constant and oneAlpha report whether fixed has all three, and whether it has alpha.
	constant, oneAlpha bool
}

// setFixed sets what the group has fixed.
func (g *group) setFixed() {
	for _, part := range [...]struct{ code, shift int }{{red, 16}, {blue, 0}, {alpha, 24}} {
		if c := &g.codes[part.code]; c.mask == 0 {
			g.fixed |= uint32(c.table[0].symbol) << part.shift
		}
	}

	g.oneAlpha = g.codes[alpha].mask == 0
	g.constant = g.codes[red].mask|g.codes[blue].mask|g.codes[alpha].mask == 0
}

// The codes of a group.
const (
	green = iota // and lengths, and indices of the color cache
	red
	blue
	alpha
	distance
	codesPerGroup
)

// codeReader reads prefix codes.
type codeReader struct {
	*reader

	builder builder
	lengths []uint8
	left    int64 // bytes that codes may take
}

// read reads a code of an alphabet (RFC 9649, 3.7.2.1). If keep is not set, the code is only
// checked.
func (c *codeReader) read(alphabet int, keep bool) (code, error) {
	// The symbols of a simple code have 8 bits in every alphabet.
	c.lengths = slices.Grow(c.lengths[:0], max(alphabet, vp8l.Literals))[:max(alphabet, vp8l.Literals)]
	clear(c.lengths)

	if c.flag() {
		c.simple()
	} else if err := c.normal(c.lengths[:alphabet]); err != nil {
		return code{}, err
	}

	if c.over() {
		return code{}, truncated("prefix codes")
	}

	table := c.builder.build(c.lengths[:alphabet])
	if table == nil {
		return code{}, corrupt("a prefix code of %d symbols is not complete", alphabet)
	}

	if !keep {
		return code{}, nil
	}

	const overhead, entryBytes = 48, 4

	if c.left -= overhead + entryBytes*int64(len(table)); c.left < 0 {
		return code{}, failure.New(failure.TooManyPixels, "VP8L: the prefix codes take too much memory")
	}

	return code{table: slices.Clone(table), mask: uint64(min(len(table), rootSize) - 1)}, nil
}

// simple reads a code of one or two symbols (RFC 9649, 3.7.2.1.1).
func (c *codeReader) simple() {
	two := c.flag()

	first := 1
	if c.flag() {
		first = 8
	}

	c.lengths[c.bits(first)] = 1

	if two {
		c.lengths[c.bits(8)] = 1
	}
}

// normal reads the lengths of a code (RFC 9649, 3.7.2.1.2).
func (c *codeReader) normal(lengths []uint8) error {
	const fewest = 4

	var of [vp8l.LengthSymbols]uint8
	for i := range fewest + c.bits(4) {
		of[vp8l.LengthOrder[i]] = uint8(c.bits(3))
	}

	table := c.builder.build(of[:])
	if table == nil {
		return corrupt("the code of the code lengths is not complete")
	}

	first := code{table: table, mask: uint64(len(table) - 1)}

	most := len(lengths)
	if c.flag() {
		most = 2 + c.bits(2+2*c.bits(3))
		if most > len(lengths) {
			return corrupt("%d code lengths in an alphabet of %d", most, len(lengths))
		}
	}

	return c.lengthsBy(&first, lengths, most)
}

// lengthsBy reads at most most code lengths.
func (c *codeReader) lengthsBy(first *code, lengths []uint8, most int) error {
	previous := uint8(8) // Until a length is not zero.

	for i := 0; i < len(lengths) && most > 0; most-- {
		c.fill()

		length := c.symbol(first)
		if length < vp8l.RepeatPrevious {
			lengths[i] = uint8(length)
			i++

			if length > 0 {
				previous = uint8(length)
			}

			continue
		}

		var (
			count int
			value uint8
		)

		switch length {
		case vp8l.RepeatPrevious:
			count, value = 3+c.bits(2), previous
		case vp8l.RepeatZero:
			count = 3 + c.bits(3)
		default:
			count = 11 + c.bits(7)
		}

		if count > len(lengths)-i {
			return corrupt("too many code lengths in an alphabet of %d", len(lengths))
		}

		for range count {
			lengths[i] = value
			i++
		}
	}

	return nil
}

func corrupt(detail string, args ...any) error {
	return failure.New(failure.Corrupt, "VP8L: "+detail, args...)
}

func truncated(part string) error {
	return failure.New(failure.Truncated, "VP8L: bytes are missing: %s", part)
}
