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

// lessProbable is added to a state for the less probable symbol in nextStates.
const lessProbable = 128

// nextStates are the states after a more and a less probable symbol (table 9-53). A state
// is pStateIdx × 2 + valMps.
var nextStates = transitions()

func transitions() (next [256]uint8) {
	for state := range uint8(64) {
		for symbol := range uint8(2) {
			next[state<<1|symbol] = min(state+1, 62)<<1 | symbol
			next[lessProbable|state<<1|symbol] = lessStates[state]<<1 | symbol
		}
	}

	next[63<<1], next[63<<1|1] = 63<<1, 63<<1|1
	next[lessProbable], next[lessProbable|1] = 1, 0 // At pStateIdx 0 the symbols change places.

	return next
}

// shifts are the numbers of bits by which a range grows to at least 256, by range ÷ 8. The
// smallest range is 6.
var shifts = func() (made [64]uint8) {
	for i := range made {
		made[i] = uint8(mathbits.LeadingZeros32(uint32(max(8*i, 6))) - 23)
	}

	return made
}()

// lessStates is transIdxLps.
var lessStates = [64]uint8{
	0, 0, 1, 2, 2, 4, 4, 5, 6, 7, 8, 9, 9, 11, 11, 12,
	13, 13, 15, 15, 16, 16, 18, 18, 19, 19, 21, 21, 22, 22, 23, 24,
	24, 25, 26, 26, 27, 27, 28, 29, 29, 30, 30, 30, 31, 32, 32, 33,
	33, 33, 34, 34, 35, 35, 35, 36, 36, 36, 37, 37, 37, 38, 38, 63,
}

// lowRanges is rangeTabLps (table 9-52).
var lowRanges = [128][4]uint8{
	{128, 176, 208, 240}, {128, 167, 197, 227}, {128, 158, 187, 216}, {123, 150, 178, 205},
	{116, 142, 169, 195}, {111, 135, 160, 185}, {105, 128, 152, 175}, {100, 122, 144, 166},
	{95, 116, 137, 158}, {90, 110, 130, 150}, {85, 104, 123, 142}, {81, 99, 117, 135},
	{77, 94, 111, 128}, {73, 89, 105, 122}, {69, 85, 100, 116}, {66, 80, 95, 110},
	{62, 76, 90, 104}, {59, 72, 86, 99}, {56, 69, 81, 94}, {53, 65, 77, 89},
	{51, 62, 73, 85}, {48, 59, 69, 80}, {46, 56, 66, 76}, {43, 53, 63, 72},
	{41, 50, 59, 69}, {39, 48, 56, 65}, {37, 45, 54, 62}, {35, 43, 51, 59},
	{33, 41, 48, 56}, {32, 39, 46, 53}, {30, 37, 43, 50}, {29, 35, 41, 48},
	{27, 33, 39, 45}, {26, 31, 37, 43}, {24, 30, 35, 41}, {23, 28, 33, 39},
	{22, 27, 32, 37}, {21, 26, 30, 35}, {20, 24, 29, 33}, {19, 23, 27, 31},
	{18, 22, 26, 30}, {17, 21, 25, 28}, {16, 20, 23, 27}, {15, 19, 22, 25},
	{14, 18, 21, 24}, {14, 17, 20, 23}, {13, 16, 19, 22}, {12, 15, 18, 21},
	{12, 14, 17, 20}, {11, 14, 16, 19}, {11, 13, 15, 18}, {10, 12, 15, 17},
	{10, 12, 14, 16}, {9, 11, 13, 15}, {9, 11, 12, 14}, {8, 10, 12, 14},
	{8, 9, 11, 13}, {7, 9, 11, 12}, {7, 9, 10, 12}, {7, 8, 10, 11},
	{6, 8, 9, 11}, {6, 7, 9, 10}, {6, 7, 8, 9}, {2, 2, 2, 2},
}
