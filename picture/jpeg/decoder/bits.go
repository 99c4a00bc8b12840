package decoder

import (
	"bytes"
	"encoding/binary"
)

// bitReader reads the bits of entropy-coded data through a reservoir, acc.
//
// The next bit is the highest bit of acc. The top n bits of acc are valid. The reservoir
// is filled when n is below 32: no symbol with its value takes more than 16 + 16 bits
// (F.1.2), so one check of n per symbol is enough.
//
// Filling is usually one load of 8 bytes. Their bits are placed below the n valid bits,
// as many as fit. n grows by the whole bytes that fit, (63 - n) / 8 of them. The new n is
// at least 56, and equals n | 56, because adding whole bytes does not change n mod 8.
// Bits of a byte that fits only in part lie below the valid bits. They are harmless,
// because the next load ORs the same bits into the same place.
//
// This is correct only if none of the counted bytes is 0xFF. In scan data a zero byte
// follows a 0xFF, to distinguish it from a marker (B.1.1.5). The field safe is the offset
// of the next 0xFF. Bytes before that offset are counted in this way. From that offset
// on, [bitReader.refill] reads byte by byte. It does the same near the end of the file,
// where fewer than 8 bytes are left to load.
//
// The hot loops copy acc, n, pos and safe into local variables, which the compiler keeps
// in registers. They repeat these lines:
//
//	if n < 32 {
//		if take := int((63 - n) >> 3); pos+take <= safe {
//			acc |= binary.BigEndian.Uint64(data[pos:]) >> (n & 63)
//			pos += take
//			n |= 56
//		} else {
//			acc, n, pos = r.refill(acc, n, pos)
//			safe = r.safe
//		}
//	}
//
// The masks such as n & 63 let the compiler omit Go's check for shifts of 64 and more.
//
// After the end of the data, at a marker or at the end of the file, the reader adds zeros
// and counts them in pad. If n < pad, the caller used more bits than the data has.
type bitReader struct {
	data []byte // the file
	ff   int    // the next 0xFF from pos on, or the end of the file
	safe int    // the same, but at most 8 bytes before the end of the file
	pos  int    // the next byte to load
	acc  uint64
	n    uint // at most 63
	pad  uint
}

// start sets the reader to an offset.
func (r *bitReader) start(data []byte, offset int) {
	*r = bitReader{data: data, pos: offset}
	r.toNextFF()
}

// toNextFF finds the next 0xFF.
func (r *bitReader) toNextFF() {
	r.ff = len(r.data)
	if next := bytes.IndexByte(r.data[r.pos:], 0xff); next >= 0 {
		r.ff = r.pos + next
	}

	r.safe = min(r.ff, len(r.data)-8)
}

// refill adds bytes to the reservoir until it has at least 56 bits. It drops stuffed
// zeros. It takes and returns the local copies of the hot loops.
func (r *bitReader) refill(acc uint64, n uint, pos int) (uint64, uint, int) {
	for n < 56 {
		var next byte

		switch {
		case pos < r.ff:
			next = r.data[pos]
			pos++
		default:
			behind, stuffed := r.stuffed(pos)
			if !stuffed {
				r.pad += 63 - n

				return acc, 63, pos
			}

			next, pos = 0xff, behind
			r.pos = pos
			r.toNextFF()
		}

		acc |= uint64(next) << (56 - n)
		n += 8
	}

	return acc, n, pos
}

// stuffed reports whether the 0xFF at an offset is data, and returns the offset after its
// zero. Fill bytes may precede the zero.
func (r *bitReader) stuffed(pos int) (behind int, ok bool) {
	if r.pad > 0 {
		return pos, false // The end was found before.
	}

	for pos+1 < len(r.data) && r.data[pos+1] == 0xff {
		pos++
	}

	if pos+1 < len(r.data) && r.data[pos+1] == 0 {
		return pos + 2, true
	}

	return pos, false
}

// ensure fills the reservoir to at least 32 bits.
func (r *bitReader) ensure() {
	if r.n >= 32 {
		return
	}

	if take := int((63 - r.n) >> 3); r.pos+take <= r.safe {
		r.acc |= binary.BigEndian.Uint64(r.data[r.pos:]) >> (r.n & 63)
		r.pos += take
		r.n |= 56
	} else {
		r.acc, r.n, r.pos = r.refill(r.acc, r.n, r.pos)
	}
}

// take reads 0 to 32 bits.
func (r *bitReader) take(count uint) uint64 {
	r.ensure()

	// Two shifts: one shift by 64 - 0 would leave acc unchanged.
	value := r.acc >> 1 >> ((63 - count) & 63)
	r.acc <<= count & 63
	r.n -= count

	return value
}

// overrun reports whether more bits were read than the data has.
func (r *bitReader) overrun() bool { return r.n < r.pad }
