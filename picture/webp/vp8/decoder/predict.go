package decoder

import (
	"encoding/binary"

	"triptych/picture/webp/vp8"
)

// Factors that repeat a sample.
const (
	repeat4 = 0x01010101
	repeat8 = 0x0101010101010101
)

// predict predicts a plane of a macroblock of side samples (RFC 6386, 12.2). hasAbove and
// hasLeft report whether the neighbors are in the frame, which matters for DC only.
func (c *canvas) predict(mode vp8.Mode, at, side int, hasAbove, hasLeft bool) {
	switch mode {
	case vp8.Vertical:
		for x := 0; x < side; x += 8 {
			row := binary.LittleEndian.Uint64(c[at-pitch+x:])
			for y := range side {
				binary.LittleEndian.PutUint64(c[at+y*pitch+x:], row)
			}
		}
	case vp8.Horizontal:
		for y := range side {
			c.fill(at+y*pitch, side, c[at+y*pitch-1])
		}
	case vp8.TrueMotion:
		if vectorized {
			c.trueMotionKernel(at, side)
		} else {
			c.trueMotion(at, side)
		}
	default:
		mean := c.mean(at, side, hasAbove, hasLeft)
		for y := range side {
			c.fill(at+y*pitch, side, mean)
		}
	}
}

func (c *canvas) fill(at, side int, sample byte) {
	for x := 0; x < side; x += 8 {
		binary.LittleEndian.PutUint64(c[at+x:], uint64(sample)*repeat8)
	}
}

// mean is the prediction of DC.
func (c *canvas) mean(at, side int, hasAbove, hasLeft bool) byte {
	sum, count := 0, 0

	if hasAbove {
		for _, sample := range c[at-pitch:][:side] {
			sum += int(sample)
		}

		count += side
	}

	if hasLeft {
		for y := range side {
			sum += int(c[at+y*pitch-1])
		}

		count += side
	}

	switch count {
	case 0:
		const middle = 128

		return middle
	case 8:
		return byte((sum + 4) >> 3)
	case 16:
		return byte((sum + 8) >> 4)
	default:
		return byte((sum + 16) >> 5)
	}
}

// trueMotion adds the differences of the samples at the left from the corner to the samples
// above.
func (c *canvas) trueMotion(at, side int) {
	corner := int32(c[at-pitch-1])

	for y := range side {
		row := c[at+y*pitch:][:side]
		above := c[at-pitch:][:side]
		difference := int32(c[at+y*pitch-1]) - corner

		for x, a := range above {
			row[x] = clamp(int32(a) + difference)
		}
	}
}

// clamp limits a value to 0 to 255.
func clamp(v int32) byte {
	if uint32(v) > 255 {
		return byte(^v >> 31)
	}

	return byte(v)
}

// mean2 and mean3 are the filters of RFC 6386, 12.3.
func mean2(a, b uint32) uint32 { return (a + b + 1) >> 1 }

func mean3(a, b, c uint32) uint32 { return (a + 2*b + c + 2) >> 2 }
