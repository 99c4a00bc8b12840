package png

import "encoding/binary"

// entries is the maximum number of colors in a palette.
const entries = 256

// opaque is the alpha of an opaque pixel.
const opaque = 255

// palette has an entry for every value of a byte. Indexes after the end of the palette
// are opaque black, as in libpng, image/png and browsers. The standard calls them an
// error (11.2.2), but files have them.
type palette struct {
	red, green, blue, alpha [entries]byte
	transparent             bool // whether any entry is not opaque
}

// parsePalette reads PLTE (11.2.2). In truecolor, PLTE is only a suggestion for screens
// with few colors. Entries that no pixel can have are ignored.
func parsePalette(here chunk, ihdr header) (*palette, error) {
	count := len(here.data) / 3 // Red, green and blue.

	switch {
	case ihdr.color != indexed:
		return nil, nil //nolint:nilnil // No palette that applies.
	case len(here.data)%3 != 0 || count == 0:
		return nil, corrupt(here.offset, "palette of %d bytes", len(here.data))
	}

	parsed := new(palette)
	for i := range entries {
		parsed.alpha[i] = opaque
	}

	for i := range min(count, entries, 1<<ihdr.depth) {
		parsed.red[i], parsed.green[i], parsed.blue[i] = here.data[3*i], here.data[3*i+1], here.data[3*i+2]
	}

	return parsed, nil
}

// transparency is the only transparent color of an image without alpha: one sample in
// gray, three in truecolor, with the depth of the image.
type transparency [3]uint16

// takeTransparency reads tRNS (11.3.1.1), and reports whether it is valid.
func (c *container) takeTransparency(here chunk) bool {
	const sampleBytes = 2

	samples := len(here.data) / sampleBytes

	switch {
	case c.color == indexed && len(here.data) <= entries:
		for i, alpha := range here.data {
			c.palette.alpha[i] = alpha
			c.palette.transparent = c.palette.transparent || alpha != opaque
		}

		return true
	case c.color != gray && c.color != truecolor || len(here.data) != sampleBytes*c.channels():
		return false
	}

	c.transparency = new(transparency)

	for i := range samples {
		c.transparency[i] = binary.BigEndian.Uint16(here.data[sampleBytes*i:])

		// Only the low bits are used if samples have fewer than 16 bits (11.3.1.1), as in
		// libpng.
		c.transparency[i] &= 1<<c.depth - 1
	}

	return true
}
