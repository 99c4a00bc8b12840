package hevc

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
