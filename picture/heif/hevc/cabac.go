package hevc

import (
	"encoding/binary"
	mathbits "math/bits"
)

// cabac is the arithmetic decoding engine (clause 9.3.4.3).
//
// The standard's ivlOffset has 9 bits, and grows by one bit from the data at a time. Here
// value holds ivlOffset with n more bits of the data below it. The engine shifts the range
// instead of the value: a step that takes a bit reduces n. It loads 32 bits when fewer
// than 16 are left. A decision takes at most 7 bits.
//
// After the end of the data the engine reads zeros. [cabac.position] then exceeds the
// length of the data.
type cabac struct {
	data  []byte
	pos   int    // the next byte to load; it counts on after the end of data
	value uint64 // below scale << n
	scale uint32 // ivlCurrRange
	n     uint
	state states
}

// states are the states of all contexts. The length is that of the next power of two, so
// that an index needs no check.
type states [256]uint8

// start begins to decode at a byte (clause 9.3.2.5).
func (c *cabac) start(pos int) {
	const initial, bits = 510, 9

	c.pos, c.value, c.n, c.scale = pos, 0, 0, initial
	c.fill()
	c.fill()
	c.n -= bits
}

// fill loads 32 bits.
func (c *cabac) fill() {
	if c.pos+4 <= len(c.data) {
		c.value = c.value<<32 | uint64(binary.BigEndian.Uint32(c.data[c.pos:]))
	} else {
		for i := range 4 {
			c.value <<= 8

			if at := c.pos + i; at < len(c.data) {
				c.value |= uint64(c.data[at])
			}
		}
	}

	c.pos += 4
	c.n += 32
}

// position returns the number of bits that are decoded, from the start of the data.
func (c *cabac) position() int { return 8*c.pos - int(c.n) }

// overrun reports whether more bits are decoded than the data has.
func (c *cabac) overrun() bool { return c.position() > 8*len(c.data) }

// decision decodes a bin with a context (clause 9.3.4.3.2).
func (c *cabac) decision(context int) uint32 {
	if c.n < 16 {
		c.fill()
	}

	state := c.state[context&255]
	low := uint32(lowRanges[state>>1][c.scale>>6&3])
	scale := c.scale - low
	scaled := uint64(scale) << (c.n & 63)

	if c.value < scaled { // the more probable symbol
		c.state[context&255] = nextStates[state]

		shift := scale>>8 ^ 1 // one bit, if the range is below 256
		c.scale = scale << (shift & 1)
		c.n -= uint(shift)

		return uint32(state & 1)
	}

	c.value -= scaled
	c.state[context&255] = nextStates[state|lessProbable]

	shift := uint(mathbits.LeadingZeros32(low)) - 23
	c.scale = low << (shift & 31)
	c.n -= shift

	return uint32(state&1) ^ 1
}

// flags decodes bins, one for each position from last down to 1. It appends positions
// whose bin is 1 to found, and returns how many found has. Entry n of offsets is added to
// the context for position n. The loop has no branches that depend on data, because a
// processor could not predict them.
func (c *cabac) flags(context int, offsets *[16]uint8, last int, found *[16]uint8, count int) int {
	value, scale, n := c.value, c.scale, c.n

	for at := last; at > 0; at-- {
		if n < 16 {
			c.value, c.n = value, n
			c.fill()
			value, n = c.value, c.n
		}

		state := &c.state[(context+int(offsets[at&15]))&255]
		old := *state
		low := uint32(lowRanges[old>>1][scale>>6&3])
		scale -= low
		scaled := uint64(scale) << (n & 63)

		less := uint64(int64(value-scaled)>>63) + 1 // 1 for the less probable symbol
		mask := -less
		value -= scaled & mask
		scale += (low - scale) & uint32(mask)
		*state = nextStates[old|uint8(mask)&lessProbable]

		shift := shifts[scale>>3&63]
		scale <<= shift & 31
		n -= uint(shift)

		found[count&15] = uint8(at)
		count += int(uint64(old)&1 ^ less)
	}

	c.value, c.scale, c.n = value, scale, n

	return count
}

func (c *cabac) flag(context int) bool { return c.decision(context) == 1 }

// bypass decodes a bin without a context (clause 9.3.4.3.4).
func (c *cabac) bypass() uint32 {
	if c.n < 16 {
		c.fill()
	}

	c.n--

	scaled := uint64(c.scale) << (c.n & 63)
	if c.value < scaled {
		return 0
	}

	c.value -= scaled

	return 1
}

// ahead is the number of bins that [cabac.peek] returns.
const ahead = 16

// peek returns the next bins without contexts, the first one in the highest bit, and does
// not consume them. Together they are the quotient of the value and the range.
func (c *cabac) peek() uint32 {
	if c.n < ahead {
		c.fill()
	}

	value := c.value >> ((c.n - ahead) & 63)
	if value >= uint64(c.scale)<<ahead { // Only in damaged data, whose first nine bits exceed the range.
		return 1<<ahead - 1
	}

	return uint32(value) / c.scale
}

// consume consumes the first bins that peek has returned.
func (c *cabac) consume(bins uint32, count int) {
	c.n -= uint(count)
	c.value -= uint64(bins>>(uint(ahead-count)&31)*c.scale) << (c.n & 63)
}

// bypassBits decodes a fixed-length code of at most 16 bins.
func (c *cabac) bypassBits(n int) uint32 {
	if n == 0 {
		return 0
	}

	bins := c.peek()
	c.consume(bins, n)

	return bins >> (uint(ahead-n) & 31)
}

// terminate decodes a bin before the end of a substream or PCM samples (clause
// 9.3.4.3.5). After a 1, [cabac.position] is behind the last bit of the substream.
func (c *cabac) terminate() bool {
	if c.n < 16 {
		c.fill()
	}

	c.scale -= 2

	scaled := uint64(c.scale) << (c.n & 63)
	if c.value >= scaled {
		return true
	}

	shift := c.scale>>8 ^ 1
	c.scale <<= shift & 1
	c.n -= uint(shift)

	return false
}

// nextByte returns the byte where the data after the last terminating bin starts.
func (c *cabac) nextByte() int { return (c.position() + 7) / 8 }
