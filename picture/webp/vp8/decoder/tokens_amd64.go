//go:build !purego

package decoder

import (
	"golang.org/x/sys/cpu"

	"triptych/picture/webp/vp8"
)

// quickTokens says whether the assembly reads the tokens. It is a variable so that tests can run
// both variants.
var quickTokens = cpu.X86.HasBMI2

// tokenTables are the tables of the assembly.
type tokenTables struct {
	scaled, shifts [256]uint8
	zigzag         [vp8.BlockSize]uint8
	// extra has the probabilities of the extra bits of each category, zeros, and at 12 the base.
	extra [6][16]uint8
}

var tablesOfTokens = func() (t tokenTables) {
	const baseAt = 12

	t.scaled, t.shifts, t.zigzag = scaled, shifts, vp8.Zigzag

	for i, category := range vp8.Categories {
		copy(t.extra[i][:baseAt], category.Probabilities)
		t.extra[i][baseAt] = uint8(category.Base)
	}

	return t
}()

// tokenRun is the state of a reader, and the blocks of a square whose tokens it reads.
type tokenRun struct {
	data         *byte // the next byte to load
	used         int   // bytes that were loaded
	value, span  uint64
	count        int
	nodes        *nodes // of the first coefficient
	first        int
	steps        [2]int32
	coefficients *vp8.Coefficients // of the first block
	ends         *uint8            // the index after the last token of each block
	above, left  *uint8            // the contexts of the columns and the rows
	shift        int               // 1 << shift blocks are side by side
	block        int               //nolint:unused // The assembly counts the blocks.
	blocks       int
	category     *uint8 //nolint:unused // Of the assembly, of the current level.
	sizes        uint32
}

//go:noescape
func tokensBMI2(t *tokenRun, tables *tokenTables)

// readBlocks reads the tokens of the blocks of a square, if the data cannot end before. Otherwise
// it returns false. It sets the contexts.
func (r *reader) readBlocks(
	b *bands, first int, steps *[2]int32, c []vp8.Coefficients, ends []uint8, above, left []uint8, large *uint32,
) bool {
	if !quickTokens || len(r.data)-r.at <= len(c)*longestBlock+windowBits/8 {
		return false
	}

	const twoByTwo, luma, chroma = 4, 2, 1

	t := tokenRun{
		data: &r.data[r.at], value: r.value, span: r.span, count: r.count,
		nodes: &b[first&15][0], first: first, steps: *steps,
		coefficients: &c[0], shift: luma, blocks: len(c),
	}

	if len(c) == twoByTwo {
		t.shift = chroma
	}

	side := 1 << t.shift
	ends, above, left = ends[:len(c)], above[:side], left[:side] // The assembly does not check bounds.
	t.ends, t.above, t.left = &ends[0], &above[0], &left[0]

	tokensBMI2(&t, &tablesOfTokens)

	r.at += t.used
	r.value, r.span, r.count = t.value, t.span, t.count
	*large |= t.sizes

	return true
}
