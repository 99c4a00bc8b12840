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
	span  uint64 // the range, 128 to 255
	count int    // valid bits of value beyond the 8 that a decision needs
	bad   bool   // a decision needed a byte after the end, or the first byte is impossible
}

// impossible is a first byte that no encoder writes: value would not be below the range. The
// decisions after it would depend on the width of a decoder's registers.
const impossible = 255

// windowBits is the number of bits of value.
const windowBits = 64

func newReader(data []byte) reader {
	const none, whole = -8, 255

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

// shifts has, for each range, the number of bits that bring it back to 128 to 255.
var shifts = func() (table [256]uint8) {
	for span := 1; span < len(table); span++ {
		for span<<table[span] < 128 {
			table[span]++
		}
	}

	return table
}()

// bit decodes a decision. probability is that of a zero, in 256ths (RFC 6386, 7.3).
func (r *reader) bit(probability byte) bool {
	if r.count < 0 {
		r.load()
	}

	split := 1 + (r.span-1)*uint64(probability)>>8
	large := split << (windowBits - 8)
	one := r.value >= large

	if one {
		r.value -= large
		r.span -= split
	} else {
		r.span = split
	}

	shift := shifts[uint8(r.span)]
	r.span <<= shift
	r.value <<= shift
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
