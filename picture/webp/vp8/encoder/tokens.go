package encoder

import "triptych/picture/webp/vp8"

// decision is a bit to encode:
//
//	bits  0 – 10   the index of its probability in those of the frame
//	bits  0 –  7   its probability, if bit 14 is set
//	bit  14        the probability is fixed
//	bit  15        the bit
type decision uint16

const (
	fixed decision = 1 << 14
	one   decision = 1 << 15

	probabilityCount = vp8.Kinds * vp8.BandCount * vp8.Contexts * vp8.Nodes
)

// decisionOf returns a decision without its probability.
func decisionOf(bit bool) decision {
	if bit {
		return one
	}

	return 0
}

// coder keeps the decisions of a frame and the state that the costs depend on.
type coder struct {
	costs         costs
	probabilities vp8.Probabilities
	counts        [probabilityCount][2]uint32 // of zeros and ones
	tape          tape
	above         []contexts // by macroblock of the row
	left          contexts
	coded, next   int // the number of macroblocks, and that at which costs are updated
	every         int

	fixed    bool     // the probabilities do not change any more
	written  booleans // the decisions that are not kept, if fixed
	mostKept int      // decisions

	// The results of the functions that choose modes, and the ones that they compare.
	whole            [2]wholeLuma
	wholePredictions [vp8.PlaneModes][vp8.LumaBlocks]vp8.Block
	colorPredictions [vp8.PlaneModes][2 * vp8.ChromaBlocks]vp8.Block
	subblocks        subblockLuma
	tried            [subblocksTried]codedBlock
	sketches         sketches
	colors           [2]codedChroma
}

func (c *coder) begin(wide, macroblocks int) {
	// The first updates come early for the sake of small images. More than about ten do not
	// pay.
	const first, least, updates = 24, 64, 8

	c.probabilities = vp8.DefaultProbabilities
	c.costs.set(&c.probabilities)
	c.counts = [probabilityCount][2]uint32{}
	c.tape = tape{}
	c.fixed = false
	c.above = make([]contexts, wide)
	c.coded = 0
	c.every = max(least, macroblocks/updates)
	c.next = first
}

func (c *coder) beginRow() { c.left = contexts{} }

// mostKept is the number of decisions that are kept to choose the probabilities from all of
// them. They take 64 MiB. The probabilities of a frame with more decisions are chosen from
// its first ones.
const mostKept = 1 << 25

// endRow limits the decisions that are kept.
func (c *coder) endRow() {
	if c.tape.length() <= c.mostKept {
		return
	}

	c.fix()
	c.writeTokens()
}

// fix chooses the final probabilities.
func (c *coder) fix() {
	if c.fixed {
		return
	}

	c.fixed = true
	c.probabilities = optimal(&c.counts)
	c.costs.set(&c.probabilities)
	c.written = newBooleans(nil)
}

// refresh updates the costs from time to time.
func (c *coder) refresh() {
	if c.coded++; c.coded < c.next || c.fixed {
		return
	}

	c.next = min(2*c.next, c.next+c.every)
	c.probabilities = optimal(&c.counts)
	c.costs.set(&c.probabilities)
}

func (c *coder) recordY2(levels *vp8.Coefficients, end int, nz neighbors) {
	context := int(nz.above[y2Context] + nz.left[y2Context])
	c.record(vp8.Y2, context, 0, levels, end)
	nz.above[y2Context] = nonzero(int32(end))
	nz.left[y2Context] = nz.above[y2Context]
}

func (c *coder) recordLuma(blocks *[vp8.LumaBlocks]codedBlock, kind vp8.Kind, nz neighbors) {
	first := 0
	if kind == vp8.LumaAfterY2 {
		first = 1
	}

	for i := range blocks {
		b, above, left := &blocks[i], &nz.above[i%4], &nz.left[i/4]
		c.record(kind, int(*above+*left), first, &b.levels, int(b.end))
		*above, *left = nonzero(b.end), nonzero(b.end)
	}
}

func (c *coder) recordChroma(coded *codedChroma, nz neighbors) {
	for i := range coded.blocks {
		b := &coded.blocks[i]
		a, l := chromaPlace(i)
		above, left := &nz.above[a], &nz.left[l]
		c.record(vp8.Chroma, int(*above+*left), 0, &b.levels, int(b.end))
		*above, *left = nonzero(b.end), nonzero(b.end)
	}
}

// mostDecisions is the highest number of decisions of a block. A level has one on the end,
// eight in the tree of tokens, 11 extra bits and a sign.
const mostDecisions = vp8.BlockSize * 21

// record keeps and counts the decisions of a block (RFC 6386, 13.2 and 13.3).
func (c *coder) record(kind vp8.Kind, context, first int, levels *vp8.Coefficients, end int) {
	out := c.tape.room(mostDecisions)

	decide := func(node int, bit bool) {
		d := decisionOf(bit)
		c.counts[node][d>>15]++

		out = append(out, decision(node)|d)
	}

	afterZero := false

	for n := first; n < vp8.BlockSize; n++ {
		base := ((int(kind)*vp8.BandCount+int(vp8.Bands[n]))*vp8.Contexts + context) * vp8.Nodes

		if !afterZero {
			decide(base, n < end)
		}

		if n >= end {
			break
		}

		level := int(magnitude(int32(levels[n])))
		for _, branch := range levelPaths[min(level, variableLevels-1)] {
			decide(base+int(branch.Node), branch.Bit)
		}

		if level > 0 {
			out = appendExtra(out, level, levels[n] < 0)
		}

		afterZero = level == 0
		context = min(level, 2)
	}

	c.tape.last = out
}

// appendExtra appends the extra bits and the sign of a level.
func appendExtra(out []decision, level int, negative bool) []decision {
	if category := categories[min(level, variableLevels-1)]; category >= 0 {
		c := &vp8.Categories[category]
		extra, width := level-c.Base, len(c.Probabilities)

		for i, p := range c.Probabilities {
			out = append(out, fixed|decision(p)|decisionOf(extra>>(width-1-i)&1 != 0))
		}
	}

	return append(out, fixed|vp8.Even|decisionOf(negative))
}

// categories has the category of each level.
var categories = func() (all [variableLevels]int8) {
	for level := range all {
		all[level] = int8(categoryOf(level))
	}

	return all
}()

// tape keeps decisions in pieces, so that none is ever moved.
type tape struct {
	full [][]decision
	last []decision
}

const pieceDecisions = 1 << 16

// room returns the last piece, with room for the given number of further decisions.
func (t *tape) room(more int) []decision {
	if cap(t.last)-len(t.last) < more {
		if len(t.last) > 0 {
			t.full = append(t.full, t.last)
		}

		t.last = make([]decision, 0, pieceDecisions)
	}

	return t.last
}

// length is the number of decisions.
func (t *tape) length() int { return len(t.full)*pieceDecisions + len(t.last) }

// each calls do with all decisions, piece by piece.
func (t *tape) each(do func(decisions []decision)) {
	for _, piece := range t.full {
		do(piece)
	}

	do(t.last)
}
