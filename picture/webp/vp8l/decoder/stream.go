package decoder

import (
	"triptych/picture/webp/vp8l"
)

// stream decodes an entropy-coded image row by row (RFC 9649, 3.6). It holds the pixels that
// copies can refer to, which are at most vp8l.FarthestCopy, not the image.
type stream struct {
	*reader

	width, total int // pixels of a row, and of the image
	produced     int
	rowAt        int // the next row, in pixels

	window []uint32 // the last pixels, and some before them
	base   int      // the number of pixels before the window
	size   int      // the most pixels of the window

	cache     []uint32 // nil if there is none (RFC 9649, 3.6.2.3)
	cacheBits int
	cached    int // pixels that the cache has seen

	groups    []group
	groupBits int // the size of the blocks that have a group
	blocks    []uint16
	across    int // blocks in a row
}

// keptPixels are the pixels that a window keeps when it moves: all that a copy can refer to, and
// the rows that have not been returned.
const keptPixels = 1 << 20

// setWindow allocates the window of an image.
func (s *stream) setWindow() {
	const more = keptPixels / 2

	s.size = min(s.total, keptPixels+more) + vp8l.LongestCopy
}

// colorMultiplier is that of the hash of the color cache (RFC 9649, 3.6.2.3).
const colorMultiplier = 0x1e35a7bd

// row returns the next row. It is valid until the next call, and may be changed if
// there is no later call. After the last row, the caller calls end.
func (s *stream) row() ([]uint32, error) {
	until := s.rowAt + s.width

	if err := s.produce(until); err != nil {
		return nil, err
	}

	row := s.window[s.rowAt-s.base:][:s.width]
	s.rowAt = until

	return row, nil
}

// move removes pixels from the window that are not needed any more, if it is full.
func (s *stream) move() {
	if len(s.window)+vp8l.LongestCopy < s.size || len(s.window) <= keptPixels {
		return
	}

	s.insert()

	gone := len(s.window) - keptPixels
	copy(s.window, s.window[gone:])
	s.window = s.window[:keptPixels]
	s.base += gone
}

// insert adds the pixels that the cache has not seen.
func (s *stream) insert() {
	if s.cache == nil {
		return
	}

	shift := 32 - s.cacheBits
	for _, pixel := range s.window[s.cached-s.base:] {
		s.cache[pixel*colorMultiplier>>shift] = pixel
	}

	s.cached = s.base + len(s.window)
}

// produce decodes pixels until there are at least as many as until.
func (s *stream) produce(until int) error {
	for s.produced < until {
		if s.over() {
			return truncated("pixels")
		}

		s.move()

		// Codes can change at the next block or row.
		x, y := s.produced%s.width, s.produced/s.width
		g, end := &s.groups[0], s.width

		if s.blocks != nil {
			g = &s.groups[s.blocks[y>>s.groupBits*s.across+x>>s.groupBits]]
			end = min(end, (x>>s.groupBits+1)<<s.groupBits)
		}

		// The window has room for the literals and a copy after them.
		count := min(end-x, s.size-vp8l.LongestCopy-len(s.window))
		before := s.produced

		code := s.quickly(g, count)
		if code < 0 && s.produced-before < count {
			code = s.literals(g, count-(s.produced-before))
		}

		if code >= 0 {
			if err := s.copy(g, code); err != nil {
				return err
			}
		}
	}

	return nil
}

// literals decodes count literals, and pixels of the cache, or fewer and the code of the length
// of a copy, which it returns. Without a copy, it returns −1.
func (s *stream) literals(g *group, count int) int {
	for ; count > 0; count-- {
		s.fill()

		symbol := s.symbol(&g.codes[green])

		switch {
		case symbol < vp8l.Literals && g.constant:
			s.window = append(s.window, g.fixed|uint32(symbol)<<8)
		case symbol < vp8l.Literals:
			r := s.symbol(&g.codes[red])
			b := s.symbol(&g.codes[blue])

			if s.count < vp8l.MostBits {
				s.fill()
			}

			a := s.symbol(&g.codes[alpha])
			s.window = append(s.window, uint32(a)<<24|uint32(r)<<16|uint32(symbol)<<8|uint32(b))
		case symbol < vp8l.Literals+vp8l.LengthCodes:
			return symbol - vp8l.Literals
		default:
			s.insert()
			s.window = append(s.window, s.cache[symbol-vp8l.Literals-vp8l.LengthCodes])
		}

		s.produced++
	}

	return -1
}

// copy decodes a copy of earlier pixels (RFC 9649, 3.6.2.2).
func (s *stream) copy(g *group, lengthCode int) error {
	length := s.prefixed(lengthCode)

	s.fill()

	far := s.farFrom(s.prefixed(s.symbol(&g.codes[distance])))

	if s.over() {
		return truncated("pixels")
	}

	if far > s.produced || length > s.total-s.produced {
		return corrupt("a copy of %d pixels from %d before pixel %d of %d", length, far, s.produced, s.total)
	}

	at := len(s.window)
	s.window = s.window[:at+length]
	to, from := s.window[at:], s.window[at-far:at]

	// Pixels that the copy makes are repeated.
	for copied := copy(to, from); copied < length; {
		copied += copy(to[copied:], to[:copied])
	}

	s.produced += length

	return nil
}

// prefixed reads the extra bits of a length or distance code, and returns the number that it
// stands for (RFC 9649, 3.6.2.2).
func (s *stream) prefixed(symbol int) int {
	if symbol < 4 {
		return symbol + 1
	}

	extra := (symbol - 2) >> 1

	s.fill()

	return (2+symbol&1)<<extra + s.bits(extra) + 1
}

// farFrom returns the distance in pixels that a distance code stands for.
func (s *stream) farFrom(code int) int {
	if code > vp8l.NearDistances {
		return code - vp8l.NearDistances
	}

	at := vp8l.Near[code-1]

	return max(1, int(at[0])+int(at[1])*s.width)
}

// end checks that no bits are missing after the last row.
func (s *stream) end() error {
	if s.over() {
		return truncated("pixels")
	}

	return nil
}
