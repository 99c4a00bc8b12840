package hevc

import (
	"math"
	mathbits "math/bits"
)

// greaterFlags decodes coeff_abs_level_greater1_flag of the first coefficients of a
// sub-block, and coeff_abs_level_greater2_flag. It returns the first coefficient that is
// greater than 1, or -1.
func (s *segment) greaterFlags(b *subBlocks, i int, values []int32) int {
	set := 0
	if i > 0 && b.color == 0 {
		set = 2
	}

	if b.greater == 0 {
		set++
	}

	context := ctxGreater1 + 16*b.color + 4*set
	greater, first := 1, -1

	for k := range values {
		values[k] = 1

		if s.flag(context + greater) {
			values[k], greater = 2, 0

			if first < 0 {
				first = k
			}
		} else if greater > 0 && greater < 3 {
			greater++
		}
	}

	b.greater = greater

	if first >= 0 && s.flag(ctxGreater2+4*b.color+set) {
		values[first] = 3
	}

	return first
}

// levels decodes the values of the coefficients of a sub-block, scales them, and stores
// them.
func (s *segment) levels(b *subBlocks, i int, found *[16]uint8, count int) {
	const mostFlags = 8

	var values [16]int32

	r, sub := &s.residual, b.subs[i]
	first := s.greaterFlags(b, i, values[:min(count, mostFlags)])
	hidden := s.pps.signHiding && !s.unit.bypass && found[0]-found[(count-1)&15] > 3

	signs := count
	if hidden {
		signs--
	}

	negative := s.bypassBits(signs) << (16 - signs)

	places := &places[b.kind][b.log2-2]
	start := int(sub.y)<<(2+b.log2) + int(sub.x)<<2
	r.columns, r.rows = max(r.columns, 4*int(sub.x)+4), max(r.rows, 4*int(sub.y)+4)
	rice, sum := 0, int32(0)

	for k := range count {
		value, most := int32(1), int32(1) // and the largest value that the flags can say

		if k < mostFlags {
			value, most = values[k], 2
			if k == first {
				most = 3
			}
		}

		if value == most {
			value += s.remaining(rice)

			if value > 3<<rice {
				rice = min(rice+1, 4)
			}

			if value > math.MaxInt16 {
				s.fail(corrupt("a coefficient of %d in block %d", value, s.ctb))
			}
		}

		sum += value

		sign := -int32(negative >> (15 - k) & 1)
		if hidden && k == count-1 && sum&1 == 1 {
			sign = -1
		}

		at := start + int(places[found[k&15]&15])
		scaled := b.scaling.scale(at, (value^sign)-sign)

		if s.tape != nil {
			s.tape.levels = append(s.tape.levels, level{uint16(at), int16(scaled)})
		} else {
			r.coefficients[at&(largestBlock-1)] = scaled
		}
	}
}

// places are the positions of the coefficients of a sub-block from its first one on, by the
// scan, the size of the block, and the position in the scan.
var places = func() (made [scans][4][16]uint8) {
	for kind := range made {
		for size := range made[kind] {
			for i, at := range scanOf(2, kind) {
				made[kind][size][i] = at.y<<(size+2) + at.x
			}
		}
	}

	return made
}()

// remaining decodes coeff_abs_level_remaining (clause 9.3.3.11).
func (s *segment) remaining(rice int) int32 {
	const short, most = 4, 32

	bins := s.peek()
	prefix := mathbits.LeadingZeros16(^uint16(bins))

	if prefix < short {
		count := prefix + 1 + rice
		s.consume(bins, count)

		return int32(prefix)<<rice + int32(bins>>(uint(ahead-count)&31))&(1<<rice-1)
	}

	if prefix == ahead {
		s.consume(bins, ahead)

		for prefix < most && s.bypass() == 1 {
			prefix++
		}
	} else {
		s.consume(bins, prefix+1)
	}

	if bits := prefix - short + 1 + rice; bits <= 16 {
		return (1<<(prefix-short+1)+short-2)<<rice + int32(s.bypassBits(bits))
	}

	s.fail(corrupt("a coefficient of more than 16 bits in block %d", s.ctb))

	return 0
}
