package encoder

import "triptych/picture/webp/vp8"

// partitions is the number of partitions of tokens of all but small and large images. A row
// of macroblocks belongs to each of them in turn (RFC 6386, 9.5). They are written at the
// same time, because the decisions of one depend on each other.
const partitions = 2

// leastDivided and mostDivided are the numbers of macroblocks of images with two
// partitions. A small image is not worth the three bytes. In a large one, the first
// partition could be longer than its length can tell, which is 24 bits.
const (
	leastDivided = 256
	mostDivided  = 1 << 14
)

// coder keeps the decisions of a frame and the state that the costs depend on.
type coder struct {
	costs         costs
	probabilities vp8.Probabilities
	counts        tokenCounts
	tapes         [partitions]tape
	tape          *tape      // of the present row
	divided       bool       // there are two partitions
	above         []contexts // by macroblock of the row
	left          contexts
	coded, next   int // the number of macroblocks, and that at which costs are updated
	every         int

	fixed    bool                 // the probabilities do not change any more
	written  [partitions]booleans // the decisions that are not kept, if fixed
	mostKept int                  // decisions

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
	c.counts = tokenCounts{}
	c.tapes = [partitions]tape{}
	c.tape = &c.tapes[0]
	c.fixed = false
	c.above = make([]contexts, wide)
	c.coded = 0
	c.every = max(least, macroblocks/updates)
	c.next = first
}

// beginRow begins row y of macroblocks.
func (c *coder) beginRow(y int) {
	c.left = contexts{}

	if c.divided {
		c.tape = &c.tapes[y%partitions]
	}
}

// mostKept is the number of decisions that are kept to choose the probabilities from all of
// them. They take 64 MiB. The probabilities of a frame with more decisions are chosen from
// its first ones.
const mostKept = 1 << 25

// kept is the number of decisions that are kept.
func (c *coder) kept() int { return c.tapes[0].length() + c.tapes[1].length() }

// endRow limits the decisions that are kept.
func (c *coder) endRow() {
	if c.kept() <= c.mostKept {
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
	c.probabilities = optimal(c.counts.nodes())
	c.costs.set(&c.probabilities)

	for i := range c.written {
		c.written[i] = newBooleans(nil)
	}
}

// refresh updates the costs from time to time.
func (c *coder) refresh() {
	if c.coded++; c.coded < c.next || c.fixed {
		return
	}

	c.next = min(2*c.next, c.next+c.every)
	c.probabilities = optimal(c.counts.nodes())
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
