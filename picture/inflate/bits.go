package inflate

import "encoding/binary"

// input reads the bits of the source through a reservoir, acc.
//
// The next bit is the lowest bit of acc (3.1.1). The lowest n bits of acc are valid.
//
// Filling is usually one load of 8 bytes. Their bits are placed above the n valid bits,
// as many as fit. n grows by the whole bytes that fit, (63 − n) / 8 of them. The new n is
// at least 56, and equals n | 56, because adding whole bytes does not change n mod 8.
// Bits of a byte that fits only in part lie above the valid bits. They are harmless,
// because the next load ORs the same bits into the same place.
//
// If fewer than 8 bytes of a part are left, [input.refill] reads byte by byte, across the
// parts. At the end of the source, the bits above the valid bits are zero.
type input struct {
	source Source
	part   []byte
	pos    int   // the next byte of part to load
	before int64 // the bytes in all parts before this one
	ended  bool  // the source has no more parts

	acc uint64
	n   uint // at most 63
}

// offset is the number of bytes that are used, including a byte of which only some bits
// are used.
func (i *input) offset() int64 { return i.before + int64(i.pos) - int64(i.n>>3) }

// refill adds bytes to the reservoir, until it has at least 56 bits or the source ends.
func (i *input) refill() {
	if i.pos+8 <= len(i.part) {
		i.acc |= binary.LittleEndian.Uint64(i.part[i.pos:]) << (i.n & 63)
		i.pos += int((63 - i.n) >> 3)
		i.n |= 56

		return
	}

	for i.n < 56 {
		if i.pos == len(i.part) {
			if !i.nextPart() {
				return
			}

			continue
		}

		i.acc |= uint64(i.part[i.pos]) << (i.n & 63)
		i.pos++
		i.n += 8
	}
}

// nextPart replaces the current part, which is used up.
func (i *input) nextPart() bool {
	if i.ended {
		return false
	}

	part, ok := i.source.Next()
	if !ok {
		i.ended = true

		return false
	}

	i.before += int64(len(i.part))
	i.part, i.pos = part, 0

	return true
}

// take reads up to 32 bits. ok is false if the source has fewer.
func (i *input) take(count uint) (value uint64, ok bool) {
	if i.n < count {
		if i.refill(); i.n < count {
			return 0, false
		}
	}

	value = i.acc & (1<<(count&63) - 1)
	i.drop(count)

	return value, true
}

// drop removes bits that the reservoir has.
func (i *input) drop(count uint) {
	i.acc >>= count & 63
	i.n -= count
}

// align removes the bits up to the next boundary of a byte.
func (i *input) align() { i.drop(i.n & 7) }
