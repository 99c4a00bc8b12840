package png

import "encoding/binary"

// split takes a row apart into planes of 8 bits a sample. There are as many
// pixels as the first plane has room for.
func (c *canvas) split(row []byte, into parts) {
	samples, width := row, len(into.planes[0])

	switch c.depth {
	case 8:
	case 16:
		samples = c.bytes[:width*c.channels()]
		for i := range samples {
			samples[i] = row[2*i] // Its high byte (13.12 asks for a mean of no more than this).
		}
	default:
		samples = c.bytes[:width]
		unpack(samples, row, c.depth)
	}

	switch c.color {
	case grey:
		copy(into.planes[0], samples)

		if c.depth < 8 {
			stretch(into.planes[0], c.depth)
		}
	case indexed:
		c.look(samples, into)
	case truecolor:
		splitColor(samples, into.planes)
	case greyAlpha:
		splitPairs(samples, into.planes[0], into.alpha)
	case truecolorAlpha:
		splitColorAlpha(samples, into.planes, into.alpha)
	}

	if c.transparency != nil {
		c.key(row, samples, into.alpha[:width])
	}

	if c.colors != nil {
		c.recolor(row, into)
	}
}

// recolor converts the pixels of a row that was taken apart.
func (c *canvas) recolor(row []byte, into parts) {
	const most8, most16, deep = 255, 65535, 16

	count, channels := c.planes(), c.channels()

	for x := range into.planes[0] {
		var coded [3]float32

		for i := range count {
			if c.depth == deep {
				coded[i] = float32(binary.BigEndian.Uint16(row[2*(x*channels+i):])) / most16
			} else {
				coded[i] = float32(into.planes[i][x]) / most8
			}
		}

		if count == 1 {
			into.planes[0][x], _, _ = c.colors([3]float32{coded[0], coded[0], coded[0]})
		} else {
			into.planes[0][x], into.planes[1][x], into.planes[2][x] = c.colors(coded)
		}
	}
}

// unpack spreads samples of 1, 2 or 4 bits over a byte each, the leftmost from
// the high bits (7.2).
func unpack(samples, row []byte, depth int) {
	var (
		each = 8 / depth // Bits in a byte.
		mask = byte(1<<depth - 1)
	)

	for i := range samples {
		samples[i] = row[i/each] >> (8 - depth*(1+i%each)) & mask
	}
}

// stretch makes samples of few bits reach from 0 to 255: 1, 2 and 4 bits have a
// largest value that divides it.
func stretch(samples []byte, depth int) {
	factor := 255 / byte(1<<depth-1)
	for i := range samples {
		samples[i] *= factor
	}
}

// look replaces indexes by the palette's colors.
func (c *canvas) look(indexes []byte, into parts) {
	red, green, blue := into.planes[0], into.planes[1], into.planes[2]

	for i, index := range indexes {
		red[i], green[i], blue[i] = c.palette.red[index], c.palette.green[index], c.palette.blue[index]
	}

	for i := range into.alpha {
		into.alpha[i] = c.palette.alpha[indexes[i]]
	}
}

func splitColor(samples []byte, into [3][]byte) {
	red := into[0]
	green, blue := into[1][:len(red)], into[2][:len(red)]

	for i := range red {
		pixel := samples[3*i : 3*i+3 : 3*i+3]
		red[i], green[i], blue[i] = pixel[0], pixel[1], pixel[2]
	}
}

func splitPairs(samples, first, second []byte) {
	for i := range first {
		first[i], second[i] = samples[2*i], samples[2*i+1]
	}
}

func splitColorAlpha(samples []byte, into [3][]byte, alpha []byte) {
	red := into[0]
	green, blue, alpha := into[1][:len(red)], into[2][:len(red)], alpha[:len(red)]

	for i := range red {
		pixel := samples[4*i : 4*i+4 : 4*i+4]
		red[i], green[i], blue[i], alpha[i] = pixel[0], pixel[1], pixel[2], pixel[3]
	}
}

// key makes the pixels of tRNS's color transparent, and all others opaque. Deep
// samples are compared with all of their bits.
func (c *canvas) key(row, samples, alpha []byte) {
	channels := c.channels()

	for i := range alpha {
		alike := true

		for channel := range channels {
			at := i*channels + channel

			sample := uint16(samples[at])
			if c.depth == 16 {
				sample = binary.BigEndian.Uint16(row[2*at:])
			}

			alike = alike && sample == c.transparency[channel]
		}

		alpha[i] = opaque
		if alike {
			alpha[i] = 0
		}
	}
}
