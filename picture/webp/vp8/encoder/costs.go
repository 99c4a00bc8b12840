package encoder

import (
	"math"

	"triptych/picture/webp/vp8"
)

// bit is the unit of rates: costs are in 1/256 of a bit.
const bit = 256

// zeroCosts has the cost of a zero by its probability in units of 1/256. A one with
// probability p costs as much as a zero with 256 − p.
var zeroCosts = func() (costs [257]uint16) {
	costs[0] = 8 * bit

	for p := 1; p <= 256; p++ {
		costs[p] = uint16(math.Round(bit * (8 - math.Log2(float64(p)))))
	}

	return costs
}()

func cost(one bool, probability byte) int {
	if one {
		return int(zeroCosts[256-int(probability)])
	}

	return int(zeroCosts[probability])
}

func pathCost(path []vp8.Branch, probabilities []byte) int {
	sum := 0
	for _, branch := range path {
		sum += cost(branch.Bit, probabilities[branch.Node])
	}

	return sum
}

// The costs of modes. Those of subblocks depend on the modes above and at the left.
var (
	lumaModeCosts = func() (costs [vp8.PlaneModes + 1]int) {
		for mode, path := range vp8.LumaModePaths {
			costs[mode] = pathCost(path, vp8.LumaModeProbabilities[:])
		}

		return costs
	}()

	chromaModeCosts = func() (costs [vp8.PlaneModes]int) {
		for mode, path := range vp8.ChromaModePaths {
			costs[mode] = pathCost(path, vp8.ChromaModeProbabilities[:])
		}

		return costs
	}()

	subblockModeCosts = func() (costs [vp8.SubblockModes][vp8.SubblockModes][vp8.SubblockModes]uint16) {
		for above := range costs {
			for left := range costs[above] {
				for mode, path := range vp8.SubblockModePaths {
					costs[above][left][mode] = uint16(pathCost(path, vp8.SubblockProbabilities[above][left][:]))
				}
			}
		}

		return costs
	}()
)

// mostLevel is the highest level that the encoder writes. DCT_CAT6 has 11 extra bits
// (RFC 6386, 13.2).
const mostLevel = 2047

// sameFrom is the first level of DCT_CAT6. The tokens of higher levels differ in their extra
// bits only.
const sameFrom = 67

// extraCosts has the cost of the extra bits and the sign of a level.
var extraCosts = func() (costs [mostLevel + 1]uint16) {
	for level := 1; level <= mostLevel; level++ {
		costs[level] = bit

		if category := categoryOf(level); category >= 0 {
			c := &vp8.Categories[category]
			for i, p := range c.Probabilities {
				one := (level-c.Base)>>(len(c.Probabilities)-1-i)&1 != 0
				costs[level] += uint16(cost(one, p))
			}
		}
	}

	return costs
}()

// categoryOf returns the index of a level's category, or -1 if the level has a token of
// its own.
func categoryOf(level int) int {
	category := -1
	for category+1 < len(vp8.Categories) && vp8.Categories[category+1].Base <= level {
		category++
	}

	return category
}

// lowLevels is the number of levels whose costs are in one table. There are few others.
const lowLevels = 14

// contextCosts are the costs of the tokens at a place of a block in one context.
type contextCosts struct {
	// levels has the cost of each low level. It includes more, except in context 0: a block
	// does not end after a zero.
	levels    [lowLevels]uint16
	end, more uint16 // the block ends here, or does not
}

// costs are the costs of all tokens.
type costs struct {
	// contexts are indexed by kind, and by place in a block and context.
	contexts [vp8.Kinds][vp8.BlockSize << contextBits]contextCosts
	// classes are the costs of high levels without their extra bits and signs.
	classes [places][classes]uint16
}

func (c *costs) set(p *vp8.Probabilities) {
	var each [places]contextCosts

	for kind := range p {
		for band := range p[kind] {
			for context := range p[kind][band] {
				place := (kind*vp8.BandCount+band)*vp8.Contexts + context
				each[place].set(&c.classes[place], &p[kind][band][context], context > 0)
			}
		}
	}

	for kind := range c.contexts {
		for n := range vp8.BlockSize {
			for context := range vp8.Contexts {
				at := n<<contextBits | context
				c.contexts[kind][at] = each[placesAt[kind][at]]
			}
		}
	}
}

// set computes the costs of a place. If follows is set, the costs of levels include the one
// that the block does not end.
func (c *contextCosts) set(all *[classes]uint16, nodes *[vp8.Nodes]byte, follows bool) {
	c.end, c.more = uint16(cost(false, nodes[0])), uint16(cost(true, nodes[0]))

	base := uint16(0)
	if follows {
		base = c.more
	}

	for is, path := range classPaths {
		all[is] = base + uint16(pathCost(path, nodes[:]))
	}

	for level := range c.levels {
		c.levels[level] = all[levelClasses[level]] + extraCosts[level]
	}
}

// block returns the cost of the levels of a block from first on. end is the number of
// levels up to the last that is not zero.
func (c *costs) block(kind vp8.Kind, context, first int, levels *vp8.Coefficients, end int) int {
	const last = vp8.BlockSize<<contextBits - 1

	contexts := &c.contexts[kind&(vp8.Kinds-1)]
	at := first<<contextBits | context

	if end == 0 {
		return int(contexts[at&last].end)
	}

	sum := 0
	if context == 0 {
		sum = int(contexts[at&last].more)
	}

	for n := first; n < end; n++ {
		level := uint(magnitude(int32(levels[n&(vp8.BlockSize-1)])))

		if level < lowLevels {
			sum += int(contexts[at&last].levels[level])
		} else {
			sum += c.high(kind, at, level)
		}

		at = (n+1)<<contextBits | int(min(level, 2))
	}

	if end < vp8.BlockSize {
		sum += int(contexts[at&last].end)
	}

	return sum
}

// high returns the cost of a level from lowLevels on.
func (c *costs) high(kind vp8.Kind, at int, level uint) int {
	return int(c.classes[placesAt[kind][at]][levelClasses[min(level, sameFrom)]]) + int(extraCosts[level&mostLevel])
}
