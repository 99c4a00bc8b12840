package decoder

import (
	"encoding/binary"

	"triptych/picture/webp/vp8"
)

// longestBlock is more than the bytes that the tokens of a block can take: 16 tokens of at
// most 7 decisions and 11 extra bits, each of which takes at most 7 bits (RFC 6386, 13.2).
const longestBlock = 16 * (7 + 11) * 7 / 8

// coefficients decodes the tokens of a block from the coefficient first on, and stores the
// dequantized coefficients that are not zero, row by row. It returns the index after the last
// token (RFC 6386, 13.2 and 13.3). large collects the bits of all magnitudes.
//
// A level has up to 12 bits and a step 9. As in libwebp, the product is cut to 16 bits.
func (r *reader) coefficients(b *bands, context, first int, steps *[2]int32, c *vp8.Coefficients, large *uint32) int {
	if len(r.data)-r.at > longestBlock+windowBits/8 {
		return r.quickly(b, context, first, steps, c, large)
	}

	return r.plainly(b, context, first, steps, c, large)
}

// plainly is coefficients decision by decision.
func (r *reader) plainly(b *bands, context, first int, steps *[2]int32, c *vp8.Coefficients, large *uint32) int {
	p := &b[first][context]

	for i := first; i < vp8.BlockSize; {
		if !r.bit(p[0]) { // The end of the block.
			return i
		}

		for !r.bit(p[1]) { // A zero, after which the block does not end.
			i++
			p = &b[i][0]

			if i == vp8.BlockSize {
				return i
			}
		}

		level, next := uint32(1), 1

		if r.bit(p[2]) {
			level, next = r.level(p), 2
		}

		size := level * uint32(steps[min(i, 1)])
		*large |= size

		if r.flag() {
			size = -size
		}

		c[vp8.Zigzag[i]] = int16(size)
		i++
		p = &b[i][next]
	}

	return vp8.BlockSize
}

// level decodes a level of 2 or more.
func (r *reader) level(p *nodes) uint32 {
	switch {
	case !r.bit(p[3]):
		switch {
		case !r.bit(p[4]):
			return 2
		case !r.bit(p[5]):
			return 3
		default:
			return 4
		}
	case !r.bit(p[6]):
		return r.extra(int(bit(r.bit(p[7]))))
	case !r.bit(p[8]):
		return r.extra(2 + int(bit(r.bit(p[9]))))
	default:
		return r.extra(4 + int(bit(r.bit(p[10]))))
	}
}

// extra decodes the extra bits of a category.
func (r *reader) extra(category int) uint32 {
	value := uint32(0)
	for _, probability := range vp8.Categories[category].Probabilities {
		value = value<<1 | uint32(bit(r.bit(probability)))
	}

	return value + uint32(vp8.Categories[category].Base)
}

// quickly is coefficients where the data cannot end before the block does. The state of the
// reader is in local variables. A decision is followed by its own code for each result, so
// that the processor predicts one branch, not two.
//
//nolint:funlen // The decisions are inlined.
func (r *reader) quickly(b *bands, context, first int, steps *[2]int32, c *vp8.Coefficients, large *uint32) int {
	const mask = windowBits - 1

	var (
		data        = r.data
		at, count   = r.at, r.count
		value, span = r.value, r.span
		p           = &b[first&15][context]
		i           = first
		sizes       uint32
	)

	for i < vp8.BlockSize {
		// Up to eight decisions follow without loading.
		if count < top-8 {
			value |= binary.BigEndian.Uint64(data[at:]) >> uint((count+8)&mask)
			n := (top - count) >> 3
			at += n
			count += 8 * n
		}

		split := span * uint64(p[0]) >> 8
		if value>>top <= split { // The end of the block.
			shift := shifts[uint8(split)]
			span, value, count = uint64(scaled[uint8(split)]), value<<(shift&mask), count-int(shift)

			break
		}

		value -= (split + 1) << top
		split = span - split - 1
		shift := shifts[uint8(split)]
		span, value, count = uint64(scaled[uint8(split)]), value<<(shift&mask), count-int(shift)

		for {
			split = span * uint64(p[1]) >> 8
			if value>>top > split {
				break
			}

			shift = shifts[uint8(split)]
			span, value, count = uint64(scaled[uint8(split)]), value<<(shift&mask), count-int(shift)
			i++

			if i == vp8.BlockSize {
				r.at, r.value, r.span, r.count = at, value, span, count
				*large |= sizes

				return i
			}

			p = &b[i&15][0]

			if count < top-8 {
				value |= binary.BigEndian.Uint64(data[at:]) >> uint((count+8)&mask)
				n := (top - count) >> 3
				at += n
				count += 8 * n
			}
		}

		value -= (split + 1) << top
		split = span - split - 1
		shift = shifts[uint8(split)]
		span, value, count = uint64(scaled[uint8(split)]), value<<(shift&mask), count-int(shift)

		level := uint32(1)
		next := &b[i&15+1]
		after := &next[1]

		split = span * uint64(p[2]) >> 8
		if value>>top <= split {
			shift = shifts[uint8(split)]
			span, value, count = uint64(scaled[uint8(split)]), value<<(shift&mask), count-int(shift)
		} else {
			value -= (split + 1) << top
			split = span - split - 1
			shift = shifts[uint8(split)]
			r.span, r.value, r.count, r.at = uint64(scaled[uint8(split)]), value<<(shift&mask), count-int(shift), at
			level = r.level(p)
			at, value, span, count = r.at, r.value, r.span, r.count
			after = &next[2]

			if count < 0 {
				value |= binary.BigEndian.Uint64(data[at:]) >> uint((count+8)&mask)
				n := (top - count) >> 3
				at += n
				count += 8 * n
			}
		}

		// The sign has the probability one half. No branch predicts it: all bits of negative
		// are set if it is.
		split = span >> 1
		negative := uint64(int64(split-value>>top) >> 63)
		value -= (split + 1) << top & negative
		split ^= (split ^ (span - split - 1)) & negative
		shift = shifts[uint8(split)]
		span, value, count = uint64(scaled[uint8(split)]), value<<(shift&mask), count-int(shift)

		size := level * uint32(steps[min(i, 1)])
		sizes |= size
		c[vp8.Zigzag[i&15]&15] = int16((size ^ uint32(negative)) - uint32(negative))
		i++
		p = after
	}

	r.at, r.value, r.span, r.count = at, value, span, count
	*large |= sizes

	return i
}
