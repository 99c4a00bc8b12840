package png

import "encoding/binary"

// entries is how many colors a palette may have.
const entries = 256

// opaque is the alpha of a pixel that hides what is behind it.
const opaque = 255

// palette has every index that a byte can be. Those behind the palette's end are
// opaque black, as libpng and image/png have them, and browsers with them:
// the standard calls them an error (11.2.2), and files have them.
type palette struct {
	red, green, blue, alpha [entries]byte
	transparent             bool // whether any alpha is not opaque
}

// parsePalette reads PLTE (11.2.2). In truecolor it is a suggestion for screens
// of few colors. Entries that no pixel can have are ignored.
func parsePalette(here chunk, head header) (*palette, error) {
	count := len(here.data) / 3 // Red, green and blue.

	switch {
	case head.color != indexed:
		return nil, nil //nolint:nilnil // No palette that counts.
	case len(here.data)%3 != 0 || count == 0:
		return nil, corrupt(here.offset, "palette of %d bytes", len(here.data))
	}

	parsed := new(palette)
	for i := range entries {
		parsed.alpha[i] = opaque
	}

	for i := range min(count, entries, 1<<head.depth) {
		parsed.red[i], parsed.green[i], parsed.blue[i] = here.data[3*i], here.data[3*i+1], here.data[3*i+2]
	}

	return parsed, nil
}

// transparency is the one color that is transparent in a picture without alpha:
// one sample in grey, three in truecolor, as wide as the picture's own.
type transparency [3]uint16

// takeTransparency reads tRNS (11.3.1.1), if it is one.
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
	case c.color != grey && c.color != truecolor || len(here.data) != sampleBytes*c.channels():
		return false
	}

	c.transparency = new(transparency)

	for i := range samples {
		c.transparency[i] = binary.BigEndian.Uint16(here.data[sampleBytes*i:])

		// Only the low bits count where samples have fewer than 16 (11.3.1.1), as
		// libpng has it.
		c.transparency[i] &= 1<<c.depth - 1
	}

	return true
}
