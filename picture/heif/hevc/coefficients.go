package hevc

import "math"

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
			s.levels(b, i, found[:count])
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
	context, table := b.significantContext(i), &significantContexts[neighbors]
	if b.log2 == 2 {
		table = &significantContexts4
	}

	from, infer := 15, i < b.last && i > 0

	if i == b.last {
		found[0], count = uint8(b.lastPos), 1
		from = b.lastPos - 1
	}

	for n := from; n > 0; n-- {
		at := b.inside[n]
		if s.flag(context + int(table[at.y<<2|at.x])) {
			found[count] = uint8(n)
			count++
		}
	}

	if from < 0 {
		return count
	}

	first := context + int(table[0])
	if i == 0 { // DC
		first = ctxSignificant + 27*b.color
	}

	if infer && count == 0 || s.flag(first) {
		found[count] = 0
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

// levels decodes the values of the coefficients of a sub-block.
func (s *segment) levels(b *subBlocks, i int, found []uint8) {
	const mostFlags = 8

	var values [16]int32

	first := s.greaterFlags(b, i, values[:min(len(found), mostFlags)])

	hidden := s.pps.signHiding && !s.unit.bypass && found[0]-found[len(found)-1] > 3

	signs := len(found)
	if hidden {
		signs--
	}

	negative := s.bypassBits(signs) << (16 - signs)

	rice, sum := 0, int32(0)

	for k := range found {
		most := int32(2) // the largest value that the flags can say

		switch {
		case k >= mostFlags:
			values[k], most = 1, 1
		case k == first:
			most = 3
		}

		if values[k] == most {
			values[k] += s.remaining(rice)

			if values[k] > 3<<rice {
				rice = min(rice+1, 4)
			}

			if values[k] > math.MaxInt16 {
				s.fail(corrupt("a coefficient of %d in block %d", values[k], s.ctb))
			}
		}

		sum += values[k]

		value := values[k]
		if negative>>(15-k)&1 == 1 || hidden && k == len(found)-1 && sum&1 == 1 {
			value = -value
		}

		s.put(b, i, found[k], value)
	}
}

// remaining decodes coeff_abs_level_remaining (clause 9.3.3.11).
func (s *segment) remaining(rice int) int32 {
	const short, most = 4, 32

	prefix := 0
	for prefix < most && s.bypass() == 1 {
		prefix++
	}

	if prefix < short {
		return int32(prefix)<<rice + int32(s.bypassBits(rice))
	}

	if bits := prefix - short + 1 + rice; bits <= 16 {
		return (1<<(prefix-short+1)+short-2)<<rice + int32(s.bypassBits(bits))
	}

	s.fail(corrupt("a coefficient of more than 16 bits in block %d", s.ctb))

	return 0
}

// put scales a coefficient, and stores it.
func (s *segment) put(b *subBlocks, i int, pos uint8, value int32) {
	r := &s.residual
	x := int(b.subs[i].x<<2 | b.inside[pos].x)
	y := int(b.subs[i].y<<2 | b.inside[pos].y)
	at := y<<b.log2 + x

	r.coefficients[at] = b.scaling.scale(at, value)
	r.columns, r.rows = max(r.columns, x+1), max(r.rows, y+1)
}
