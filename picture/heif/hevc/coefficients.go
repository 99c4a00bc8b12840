package hevc

import (
	"math"
	mathbits "math/bits"
)

// Parts of a block for the contexts of sig_coeff_flag: by the flags of the sub-blocks to
// the right (1) and below (2), and by the position in the sub-block (clause 9.3.4.2.5).
var significantContexts = [4][16]uint8{
	{2, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0},
	{2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0},
	{2, 1, 0, 0, 2, 1, 0, 0, 2, 1, 0, 0, 2, 1, 0, 0},
	{2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2},
}

// significantContexts4 are those of a block of 4 × 4, ctxIdxMap (table 9-50).
var significantContexts4 = [16]uint8{0, 1, 4, 5, 2, 3, 4, 5, 6, 6, 8, 8, 7, 7, 8, 8}

// significantOffsets has the same parts of contexts, by the scan, and by the position in the
// scan: first for the flags of the neighbors, and at last for a block of 4 × 4.
var significantOffsets = func() (made [scans][5][16]uint8) {
	for kind := range made {
		for i, at := range scanOf(2, kind) {
			for neighbors := range significantContexts {
				made[kind][neighbors][i] = significantContexts[neighbors][at.y<<2|at.x]
			}

			made[kind][4][i] = significantContexts4[at.y<<2|at.x]
		}
	}

	return made
}()

// subBlocks is the state of decoding the sub-blocks of 4 × 4 coefficients of a block, from
// the last one to the first one.
type subBlocks struct {
	scaling scaling
	color   int // 0 for luma, 1 for chroma
	log2    int
	kind    int
	inside  []spot // the scan in a sub-block
	subs    []spot // the scan of the sub-blocks
	last    int    // the sub-block with the last coefficient
	lastPos int    // and its position in the scan
	greater int    // greater1Ctx after the sub-block before; 0 after a flag that was 1

	coded [9][9]bool // coded_sub_block_flag, with a border
}

func (s *segment) subBlocks(b *subBlocks) {
	var found [16]uint8 // positions of the coefficients in the scan

	for i := b.last; i >= 0; i-- {
		sub := b.subs[i]

		neighbors := 0
		if b.coded[sub.y][sub.x+1] {
			neighbors = 1
		}

		if b.coded[sub.y+1][sub.x] {
			neighbors |= 2
		}

		coded := true
		if i < b.last && i > 0 {
			coded = s.flag(ctxCodedSubBlock + 2*b.color + min(neighbors, 1))
		}

		if !coded {
			continue
		}

		b.coded[sub.y][sub.x] = true

		if count := s.significant(b, i, neighbors, &found); count > 0 {
			s.levels(b, i, &found, count)
		}
	}
}

// significantContext returns the first context of sig_coeff_flag for a sub-block (clause
// 9.3.4.2.5).
func (b *subBlocks) significantContext(i int) (context int) {
	context = ctxSignificant + 27*b.color

	switch {
	case b.log2 == 2:
		return context
	case b.color > 0 && b.log2 == 3:
		return context + 9
	case b.color > 0:
		return context + 12
	case b.log2 > 3:
		context += 21
	case b.kind == scanDiagonal:
		context += 9
	default:
		context += 15
	}

	if i > 0 {
		context += 3
	}

	return context
}

// significant decodes the flags sig_coeff_flag of a sub-block, and returns how many
// coefficients are not zero.
func (s *segment) significant(b *subBlocks, i, neighbors int, found *[16]uint8) (count int) {
	context, offsets := b.significantContext(i), &significantOffsets[b.kind][neighbors]
	if b.log2 == 2 {
		offsets = &significantOffsets[b.kind][4]
	}

	from, infer := 15, i < b.last && i > 0

	if i == b.last {
		found[0], count = uint8(b.lastPos), 1
		from = b.lastPos - 1
	}

	if from < 0 {
		return count
	}

	count = s.flags(context, offsets, from, found, count)

	first := context + int(offsets[0])
	if i == 0 { // DC
		first = ctxSignificant + 27*b.color
	}

	if infer && count == 0 || s.flag(first) {
		found[count&15] = 0
		count++
	}

	return count
}

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
		r.coefficients[at&(largestBlock-1)] = b.scaling.scale(at, (value^sign)-sign)
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
