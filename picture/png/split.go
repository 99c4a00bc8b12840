package png

import (
	"encoding/binary"

	"triptych/picture/deinterleave"
)

// split deinterleaves a row into planes of 8 bits per sample. The number of pixels is the
// length of the first plane.
func (c *canvas) split(row []byte, into parts) {
	samples, width := row, len(into.planes[0])

	switch c.depth {
	case 8:
	case 16:
		samples = c.bytes[:width*c.channels()]
		deinterleave.High(samples, row) // 13.12
	default:
		samples = c.bytes[:width]
		unpack(samples, row, c.depth)
	}

	switch c.color {
	case gray:
		copy(into.planes[0], samples)

		if c.depth < 8 {
			stretch(into.planes[0], c.depth)
		}
	case indexed:
		c.look(samples, into)
	case truecolor:
		deinterleave.Three(into.planes[0], into.planes[1], into.planes[2], samples)
	case grayAlpha:
		splitPairs(samples, into.planes[0], into.alpha)
	case truecolorAlpha:
		deinterleave.Four(into.planes[0], into.planes[1], into.planes[2], into.alpha, samples)
	}

	if c.transparency != nil {
		c.key(row, samples, into.alpha[:width])
	}

	if c.colors != nil {
		c.recolor(row, into)
	}
}

// recolor converts the pixels of a deinterleaved row.
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

// unpack converts samples of 1, 2 or 4 bits to one byte each. The leftmost sample is in
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

// stretch scales samples of few bits to the range 0 to 255. The largest values of 1, 2
// and 4 bits divide 255.
func stretch(samples []byte, depth int) {
	factor := 255 / byte(1<<depth-1)
	for i := range samples {
		samples[i] *= factor
	}
}

// look replaces indexes by the colors of the palette.
func (c *canvas) look(indexes []byte, into parts) {
	red, green, blue := into.planes[0], into.planes[1], into.planes[2]

	for i, index := range indexes {
		red[i], green[i], blue[i] = c.palette.red[index], c.palette.green[index], c.palette.blue[index]
	}

	for i := range into.alpha {
		into.alpha[i] = c.palette.alpha[indexes[i]]
	}
}

func splitPairs(samples, first, second []byte) {
	for i := range first {
		first[i], second[i] = samples[2*i], samples[2*i+1]
	}
}

// key makes the pixels with the color of tRNS transparent, and all others opaque. It
// compares all bits of deep samples.
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
