package decoder

import (
	"bytes"
	"encoding/binary"
)

// bitReader hands out the bits of entropy-coded data from a reservoir.
//
// The next bit is the highest of acc, of which the top n bits count. Where n falls
// below 32 the reservoir is filled: no symbol with its value takes more than
// 16 + 16 bits (F.1.2), so one look at n a symbol is enough.
//
// Filling is usually one load of 8 bytes. Their bits go below the n that are
// there, as far as they fit; whole bytes that fit are counted, (63 - n) / 8 of
// them, after which n is at least 56: n | 56, as the bytes leave n mod 8 as it is.
// Bits of the byte that fits only in part lie below the n that count. They are
// harmless: the next load ors the same bits into the same place.
//
// That is right where none of the bytes counted is 0xFF, which scan data follows
// by a zero, to tell it from a marker (B.1.1.5). So safe is the next 0xFF, up to
// which bytes may be counted; past it [bitReader.refill] goes on byte by byte, as
// it does where the file has no 8 bytes left to load.
//
// The hot loops copy acc, n, pos and safe into variables of their own, which the
// compiler keeps in registers, and repeat these lines:
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
// (n & 63 and the like spare Go's check for shifts of 64 and more.)
//
// Where the data ends, at a marker or the end of the file, zeros follow, and pad
// counts them. More bits than the data has were used when n < pad.
type bitReader struct {
	data []byte // the file
	ff   int    // the next 0xFF from pos on, or the file's end
	safe int    // the same, but 8 bytes before the file's end at most
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

// refill adds bytes to the reservoir until it has 56 bits at least, past stuffed
// zeros. It takes and returns the hot loops' copies.
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

// stuffed says whether the 0xFF at an offset is data, and
// returns the offset behind its zero. Fill bytes may stand before that.
func (r *bitReader) stuffed(pos int) (behind int, ok bool) {
	if r.pad > 0 {
		return pos, false // As it was found before.
	}

	for pos+1 < len(r.data) && r.data[pos+1] == 0xff {
		pos++
	}

	if pos+1 < len(r.data) && r.data[pos+1] == 0 {
		return pos + 2, true
	}

	return pos, false
}

// ensure fills the reservoir to 32 bits at least.
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

	// Two shifts, as one of 64 - 0 would leave acc as it is.
	value := r.acc >> 1 >> ((63 - count) & 63)
	r.acc <<= count & 63
	r.n -= count

	return value
}

// overrun says whether more bits were read than there are.
func (r *bitReader) overrun() bool { return r.n < r.pad }
