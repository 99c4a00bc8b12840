package encoder

import (
	"context"
	"math"

	"triptych/picture/webp/vp8l"
)

// blockPixels is the number of pixels whose tokens are chosen together.
const blockPixels = 1 << 16

// sampledBlocks is the number of blocks whose tokens are counted for the first costs.
const sampledBlocks = 16

// tokens returns the tokens of an image. Costs depend on the tokens, and tokens on the
// costs: a first choice is made for the sake of the costs.
func (p *pixels) tokens(ctx context.Context) ([]token, error) {
	blocks := (len(p.values) + blockPixels - 1) / blockPixels
	every := (blocks + sampledBlocks - 1) / sampledBlocks

	sampled, err := p.parse(ctx, p.firstCosts(), every)
	if err != nil {
		return nil, err
	}

	return p.parse(ctx, p.costsOf(p.count(sampled)), 1)
}

// parse returns the tokens of every so manyth block.
func (p *pixels) parse(ctx context.Context, c *costs, every int) ([]token, error) {
	var (
		found  = newFinder(p)
		made   []token
		parser = parser{finder: found, costs: c, steps: make([]step, min(len(p.values), blockPixels)+1)}
	)

	for begin := 0; begin < len(p.values); begin += every * blockPixels {
		if err := ctx.Err(); err != nil {
			return nil, err
		}

		made = parser.block(made, begin, min(begin+blockPixels, len(p.values)))
	}

	return made, nil
}

// parser chooses the tokens of a block that have the lowest cost in all.
type parser struct {
	*finder
	*costs

	steps []step
}

// step is the cheapest way to a place: its cost, and the last token.
type step struct {
	token

	cost uint32
}

func (p *parser) block(made []token, begin, end int) []token {
	for i := range p.steps {
		p.steps[i].cost = math.MaxUint32
	}

	p.steps[0].cost = 0
	searchFrom := begin

	for at := begin; at < end; at++ {
		now := p.steps[at-begin].cost
		p.relax(at+1-begin, now+p.literals[p.values[at]], literal(p.values[at]))

		if at >= searchFrom {
			searchFrom = at + p.copies(at, begin, end)
		}

		p.add(at)
	}

	// Follow the steps back, and write them in order.
	first := len(made)

	for at := end - begin; at > 0; {
		t := p.steps[at].token
		made = append(made, t)

		if t.distance() == 0 {
			at--
		} else {
			at -= t.length()
		}
	}

	for i, j := first, len(made)-1; i < j; i, j = i+1, j-1 {
		made[i], made[j] = made[j], made[i]
	}

	return made
}

func (p *parser) relax(at int, cost uint32, t token) {
	if s := &p.steps[at]; cost < s.cost {
		*s = step{t, cost}
	}
}

// copies tries the copies at a place. It returns the number of pixels after which the
// search continues.
func (p *parser) copies(at, begin, end int) int {
	most := min(end-at, vp8l.LongestCopy)
	longest := 0

	for _, distance := range [...]int{1, p.width, p.width - 1, p.width + 1} {
		if distance > 0 && distance <= at {
			longest = max(longest, p.try(at, begin, p.common(at-distance, at, most), distance))
		}
	}

	if longest < enough {
		if length, distance := p.longest(at, most); length > longest {
			longest = max(longest, p.try(at, begin, length, distance))
		}
	}

	if longest < enough {
		return 1
	}

	return longest
}

// try adds a copy and its shorter versions.
func (p *parser) try(at, begin, length, distance int) int {
	const shortest, longestShort = 2, 40

	if length < shortest {
		return 0
	}

	base := p.steps[at-begin].cost + p.distanceCost(distance)

	for n := shortest; n <= min(length, longestShort); n++ {
		p.relax(at-begin+n, base+p.lengths[n], copyOf(n, distance))
	}

	if length > longestShort {
		p.relax(at-begin+length, base+p.lengths[length], copyOf(length, distance))
	}

	return length
}
