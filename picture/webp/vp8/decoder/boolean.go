package decoder

import (
	"encoding/binary"

	"triptych/picture/webp/vp8"
)

// reader decodes the bits of a partition (RFC 6386, 7). It reads past the end of the data as
// if zeros followed.
type reader struct {
	data  []byte
	at    int    // the next byte to load
	value uint64 // the next bits, the first one highest
	span  uint64 // the range − 1
	count int    // valid bits of value beyond the 8 that a decision needs
	bad   bool   // a decision needed a byte after the end, or the first byte is impossible
}

// impossible is a first byte that no encoder writes: value would not be below the range. The
// decisions after it would depend on the width of a decoder's registers.
const impossible = 255

// windowBits is the number of bits of value. Decisions compare its upper eight bits.
const (
	windowBits = 64
	top        = windowBits - 8
)

func newReader(data []byte) reader {
	const none, whole = -8, 254

	r := reader{data: data, count: none, span: whole}
	r.load()
	r.bad = r.bad || data[0] == impossible

	return r
}

// load adds bytes to value.
func (r *reader) load() {
	if r.at+8 <= len(r.data) {
		r.value |= binary.BigEndian.Uint64(r.data[r.at:]) >> (r.count + 8)
		bytes := (windowBits - 8 - r.count) >> 3
		r.at += bytes
		r.count += 8 * bytes

		return
	}

	if r.at == len(r.data) {
		const unlimited = 1 << 40

		r.bad = true
		r.count += unlimited // Zeros.

		return
	}

	for r.at < len(r.data) && r.count < windowBits-16 {
		r.count += 8
		r.value |= uint64(r.data[r.at]) << (windowBits - 8 - r.count)
		r.at++
	}
}

// After a decision, span is scaled so that it is 127 to 254 again. scaled has the result, and
// shifts the number of bits.
var scaled, shifts = func() (scaled, shifts [256]uint8) {
	for span := range scaled {
		shift := 0
		for (span+1)<<shift < 128 {
			shift++
		}

		scaled[span], shifts[span] = uint8((span+1)<<shift-1), uint8(shift)
	}

	return scaled, shifts
}()

// bit decodes a decision. probability is that of a zero, in 256ths (RFC 6386, 7.3).
func (r *reader) bit(probability byte) bool {
	if r.count < 0 {
		r.load()
	}

	// The range of a zero is split + 1.
	split := r.span * uint64(probability) >> 8
	one := r.value>>top > split

	if one {
		r.value -= (split + 1) << top
		split = r.span - split - 1
	}

	shift := shifts[uint8(split)]
	r.span = uint64(scaled[uint8(split)])
	r.value <<= shift & (windowBits - 1) // The mask saves a comparison.
	r.count -= int(shift)

	return one
}

// flag decodes a bit of which nothing is known.
func (r *reader) flag() bool { return r.bit(vp8.Even) }

// number decodes an unsigned number, the highest bit first (RFC 6386, 8.3).
func (r *reader) number(bits int) int {
	value := 0

	for range bits {
		value <<= 1
		if r.flag() {
			value |= 1
		}
	}

	return value
}

// signed decodes a magnitude and a sign.
func (r *reader) signed(bits int) int {
	value := r.number(bits)
	if r.flag() {
		return -value
	}

	return value
}

// optional decodes a signed number that a flag precedes. It is 0 if the flag is not set.
func (r *reader) optional(bits int) int {
	if !r.flag() {
		return 0
	}

	return r.signed(bits)
}

// err returns the error of a partition, at a place in the frame.
func (r *reader) err(x, y int) error {
	if len(r.data) > 0 && r.data[0] == impossible {
		return corrupt("the partition of macroblock row %d begins with the byte %#x", y, impossible)
	}

	return truncated("macroblock %d of row %d", x, y)
}
