package encoder

import "triptych/picture/webp/vp8"

// class is a token of a level (RFC 6386, 13.2).
type class = uint8

const (
	firstCategory class = 5 // of six; the classes below are levels
	endOfBlock    class = 11
	classes             = 12
	// classesBits is the width of a class.
	classesBits = 4
)

// classOf returns the class of a level.
func classOf(level int) class {
	if category := categoryOf(level); category >= 0 {
		return firstCategory + class(category)
	}

	return class(level)
}

// levelClasses has the class of each level. All levels from the last on have the same.
var levelClasses = func() (all [sameFrom + 1]class) {
	for level := range all {
		all[level] = classOf(level)
	}

	return all
}()

// classPaths are the decisions for each class after the one that the block does not end
// here (RFC 6386, 13.2).
var classPaths = [classes][]vp8.Branch{
	0:          {{Node: 1, Bit: false}},
	1:          {{Node: 1, Bit: true}, {Node: 2, Bit: false}},
	2:          {{Node: 1, Bit: true}, {Node: 2, Bit: true}, {Node: 3, Bit: false}, {Node: 4, Bit: false}},
	3:          {{Node: 1, Bit: true}, {Node: 2, Bit: true}, {Node: 3, Bit: false}, {Node: 4, Bit: true}, {Node: 5, Bit: false}},
	4:          {{Node: 1, Bit: true}, {Node: 2, Bit: true}, {Node: 3, Bit: false}, {Node: 4, Bit: true}, {Node: 5, Bit: true}},
	5:          {{Node: 1, Bit: true}, {Node: 2, Bit: true}, {Node: 3, Bit: true}, {Node: 6, Bit: false}, {Node: 7, Bit: false}},
	6:          {{Node: 1, Bit: true}, {Node: 2, Bit: true}, {Node: 3, Bit: true}, {Node: 6, Bit: false}, {Node: 7, Bit: true}},
	7:          categoryPath(false, false),
	8:          categoryPath(false, true),
	9:          categoryPath(true, false),
	10:         categoryPath(true, true),
	endOfBlock: {},
}

// categoryPath is the path of DCT_CAT3 to DCT_CAT6.
func categoryPath(high, odd bool) []vp8.Branch {
	last := uint8(9)
	if high {
		last = 10
	}

	return []vp8.Branch{
		{Node: 1, Bit: true}, {Node: 2, Bit: true}, {Node: 3, Bit: true}, {Node: 6, Bit: true},
		{Node: 8, Bit: high}, {Node: last, Bit: odd},
	}
}

// places is the number of the combinations of a kind, a band and a context.
const places = vp8.Kinds * vp8.BandCount * vp8.Contexts

// probabilityCount is the number of the probabilities of a frame.
const probabilityCount = places * vp8.Nodes

// tokenCounts has how often each token occurs. The index is that of [tokenAt].
type tokenCounts [places * 2 << classesBits]uint32

// tokenAt returns the index of a token. after is 1 if the level before it is zero, and
// otherwise 0.
func tokenAt(place, after int, c class) int { return (place*2+after)<<classesBits | int(c) }

// nodes counts the zeros and ones of each node of the tree of tokens. The first node is not
// coded after a zero (RFC 6386, 13.2).
func (t *tokenCounts) nodes() (all [probabilityCount][2]uint32) {
	for place := range places {
		counts := all[place*vp8.Nodes:][:vp8.Nodes]

		for after := range 2 {
			for c, path := range classPaths {
				n := t[tokenAt(place, after, class(c))]
				if n == 0 {
					continue
				}

				if after == 0 {
					counts[0][bitOf(class(c) != endOfBlock)] += n
				}

				for _, branch := range path {
					counts[branch.Node][bitOf(branch.Bit)] += n
				}
			}
		}
	}

	return all
}

func bitOf(set bool) int {
	if set {
		return 1
	}

	return 0
}
