package decoder

import "encoding/binary"

// skipBits is how many bits a look-up sees that only steps over symbols.
const skipBits = 12

// skipTable steps over several AC symbols with their values at once. An entry:
//
//	bits 0–4   how many bits to take off the reservoir: the codes lie within the
//	           skipBits that were seen, the bits of the last value may lie beyond
//	bits 5–11  how many coefficients that advances, and one more for an end symbol;
//	           or skipNone where the first code is longer than skipBits, or none
//	bit 12     the last of the symbols ends the block
type skipTable [1 << skipBits]uint16

const (
	skipBitsMask     = 31
	skipAdvanceShift = 5
	skipAdvanceMask  = 127
	skipNone         = 127
	skipEnd          = 1 << 12
)

// makeSkip makes the table that steps over symbols, once.
func (h *huffman) makeSkip() {
	if h.skip != nil {
		return
	}

	// What code the bits begin with: its length << 8, and its symbol; 0 for none.
	var codes [1 << skipBits]uint16

	filled, first := 0, int32(0)

	for length := 1; length <= skipBits; length++ {
		for code := first; code <= h.maxCode[length]; code++ {
			found := uint16(length)<<8 | uint16(h.values[(code+h.offset[length])&(maxCodes-1)])

			for range 1 << (skipBits - length) {
				codes[filled] = found
				filled++
			}
		}

		// The first code of a length follows the last of the length before (C.2).
		first = (h.maxCode[length] + 1) << 1
	}

	h.skip = new(skipTable)
	for i := range h.skip {
		h.skip[i] = skipEntry(&codes, i)
	}
}

// skipEntry goes through the codes that lie within skipBits bits.
func skipEntry(codes *[1 << skipBits]uint16, bits int) uint16 {
	used, advance := 0, 0

	for used < skipBits {
		found := codes[bits<<used&(1<<skipBits-1)]
		length, symbol := int(found>>8), int(found&0xff)

		if found == 0 || used+length > skipBits {
			break
		}

		if symbol == 0 {
			return skipPack(used+length, advance+1) | skipEnd
		}

		run, size := symbol>>4+1, symbol&0xf
		if size == 0 && run != 16 || advance+run > lastCoefficient {
			break // No symbol of a sequential scan, or one behind the block's end.
		}

		used += length + size
		advance += run
	}

	if used == 0 {
		return skipPack(0, skipNone)
	}

	return skipPack(used, advance)
}

func skipPack(used, advance int) uint16 {
	return uint16(used | advance<<skipAdvanceShift)
}

// skipAC steps over what is left of a block's AC symbols behind coefficient k. ok
// is false as in [bitReader.block].
func (r *bitReader) skipAC(h *huffman, k int) (ok bool) {
	acc, n, pos, clean := r.acc, r.n, r.pos, r.clean
	skip := h.skip

	for k < lastCoefficient {
		if n < 32 {
			if pos+8 <= len(clean) {
				acc |= binary.BigEndian.Uint64(clean[pos:]) >> (n & 63)
				pos += int((63 - n) >> 3)
				n |= 56
			} else {
				acc, n, pos = r.refill(acc, n, pos)
				clean = r.clean
			}
		}

		e := skip[acc>>(64-skipBits)]
		advance := int(e>>skipAdvanceShift) & skipAdvanceMask

		// The symbols of an entry may go past the end of the block, as it has no
		// end symbol where its last coefficient is not zero. Then one at a time.
		if k+advance <= lastCoefficient {
			acc <<= e & skipBitsMask
			n -= uint(e & skipBitsMask)
			k += advance

			if e&skipEnd != 0 {
				break
			}

			continue
		}

		used, step, zeros, found := h.step(acc)
		acc <<= used & 63
		n -= used
		k += step

		if !found || !zeros && k > lastCoefficient {
			r.acc, r.n, r.pos = acc, n, pos

			return false
		}
	}

	r.acc, r.n, r.pos = acc, n, pos

	return true
}

// step reads one symbol with its value, and returns how many bits it takes, how
// far it advances, and whether only zeros do so.
func (h *huffman) step(acc uint64) (used uint, advance int, zeros, ok bool) {
	e := h.look[acc>>(64-lookBits)]
	if e&special == 0 {
		return e.bits(), e.advance(), false, true
	}

	used, advance, value, ok := h.finish(e, acc)

	return used, advance, value == 0, ok
}
