package encoder

import (
	"math"

	"triptych/picture/webp/vp8"
)

// indexOf returns the quantizer index of a quality of 0 to 100. The scale is that of
// libwebp: a quality of 75 is half way of the linear part, and the size of a file is about
// the cube of the result.
func indexOf(quality int) int {
	const knee = 0.75

	linear := float64(quality) / 100
	if linear < knee {
		linear *= 2. / 3
	} else {
		linear = 2*linear - 1
	}

	return int(math.Round((vp8.QuantizerIndices - 1) * (1 - math.Cbrt(linear))))
}

// steps quantizes the blocks of one kind: the DC coefficient by the first element of each
// array, the others by the second.
type steps struct {
	size       [2]int32
	reciprocal [2]uint32 // 1<<reciprocalBits ÷ size, rounded up
	round      [2]uint32
}

// reciprocalBits is the precision of reciprocals. Magnitudes of Y2 are below 1<<14 with a
// step of at least 8, others below 1<<12 with a step of at least 4: products have at most
// 31 bits.
const reciprocalBits = 20

func newSteps(dcAndAC [2]int32) steps {
	// A level is rounded up if the fraction exceeds 0.6. Higher levels have more bits, so
	// that rounding down pays.
	const tenths, up = 10, 4

	var s steps

	for i, size := range dcAndAC {
		s.size[i] = size
		s.reciprocal[i] = uint32((1<<reciprocalBits + size - 1) / size)
		s.round[i] = uint32(size * up / tenths)
	}

	return s
}

// quantize rounds coefficients to levels, in zigzag order from first on, and replaces the
// coefficients by those that a decoder reads from the levels. It returns the number of
// levels up to the last that is not zero.
func (s *steps) quantize(levels, c *vp8.Coefficients, first int) int {
	end := 0

	for n := first; n < vp8.BlockSize; n++ {
		at, i := vp8.Zigzag[n], min(n, 1)
		sign := int32(c[at]) >> 31
		level := int32(min((uint32((int32(c[at])^sign)-sign)+s.round[i])*s.reciprocal[i]>>reciprocalBits, mostLevel))
		level = (level ^ sign) - sign
		levels[n] = int16(level)
		c[at] = int16(level * s.size[i])

		if level != 0 {
			end = n + 1
		}
	}

	return end
}
