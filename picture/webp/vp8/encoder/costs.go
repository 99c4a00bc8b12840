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

// variableLevels is the number of levels whose cost depends on the probabilities of a
// frame in different ways. All levels from the last on are in DCT_CAT6.
const variableLevels = 68

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

// levelPaths are the decisions for each level after the one that the block does not end
// here (RFC 6386, 13.2).
var levelPaths = func() (paths [variableLevels][]vp8.Branch) {
	for level := range paths {
		paths[level] = levelPath(level)
	}

	return paths
}()

func levelPath(level int) []vp8.Branch {
	switch level {
	case 0:
		return []vp8.Branch{{Node: 1, Bit: false}}
	case 1:
		return []vp8.Branch{{Node: 1, Bit: true}, {Node: 2, Bit: false}}
	}

	path := []vp8.Branch{{Node: 1, Bit: true}, {Node: 2, Bit: true}}
	category := categoryOf(level)

	if category < 0 { // 2, 3 and 4
		path = append(path, vp8.Branch{Node: 3, Bit: false}, vp8.Branch{Node: 4, Bit: level > 2})
		if level > 2 {
			path = append(path, vp8.Branch{Node: 5, Bit: level > 3})
		}

		return path
	}

	path = append(path, vp8.Branch{Node: 3, Bit: true}, vp8.Branch{Node: 6, Bit: category >= 2})
	if category < 2 {
		return append(path, vp8.Branch{Node: 7, Bit: category == 1})
	}

	high := category >= 4
	last := uint8(9)

	if high {
		last = 10
	}

	return append(path, vp8.Branch{Node: 8, Bit: high}, vp8.Branch{Node: last, Bit: category&1 != 0})
}

// contextCosts are the costs of the tokens of a band in one context.
type contextCosts struct {
	end  int // the block ends here
	more int // the block does not end here
	// levels has the cost of each level. That of the last one is without its extra bits and
	// its sign. It includes more, except in context 0: a block does not end after a zero.
	levels [variableLevels]uint16
}

// costs are the costs of all tokens.
type costs [vp8.Kinds][vp8.BandCount][vp8.Contexts]contextCosts

func (c *costs) set(p *vp8.Probabilities) {
	for kind := range c {
		for band := range c[kind] {
			for context := range c[kind][band] {
				at, nodes := &c[kind][band][context], &p[kind][band][context]
				at.end, at.more = cost(false, nodes[0]), cost(true, nodes[0])

				base := 0
				if context > 0 {
					base = at.more
				}

				for level, path := range levelPaths {
					at.levels[level] = uint16(base + pathCost(path, nodes[:]))
					if level < variableLevels-1 {
						at.levels[level] += extraCosts[level]
					}
				}
			}
		}
	}
}

// block returns the cost of the levels of a block from first on. end is the number of
// levels up to the last that is not zero.
func (c *costs) block(kind vp8.Kind, context, first int, levels *vp8.Coefficients, end int) int {
	bands := &c[kind]

	if end == 0 {
		return bands[vp8.Bands[first]][context].end
	}

	sum := 0
	if context == 0 {
		sum = bands[vp8.Bands[first]][0].more
	}

	for n := first; n < end; n++ {
		level := magnitude(int32(levels[n&(vp8.BlockSize-1)]))
		costs := &bands[vp8.Bands[n&(vp8.BlockSize-1)]][context]

		if level < variableLevels-1 {
			sum += int(costs.levels[level])
		} else {
			sum += int(costs.levels[variableLevels-1]) + int(extraCosts[level&mostLevel])
		}

		context = int(min(level, 2))
	}

	if end < vp8.BlockSize {
		sum += bands[vp8.Bands[end&(vp8.BlockSize-1)]][context].end
	}

	return sum
}
