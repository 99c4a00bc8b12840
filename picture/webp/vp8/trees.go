package vp8

// The fixed probabilities of modes in key frames, and those of nothing known (RFC 6386,
// 11.2, 11.4 and 7.3).
var (
	LumaModeProbabilities   = [4]byte{145, 156, 163, 128}
	ChromaModeProbabilities = [3]byte{142, 114, 183}
)

// Even is the probability of a bit of which nothing is known.
const Even = 128

// Branch is a decision on the way to a leaf of a tree: the index of its probability, and
// the bit.
type Branch struct {
	Node uint8
	Bit  bool
}

// LumaModePaths are the decisions for each luma mode (RFC 6386, 11.2).
var LumaModePaths = [PlaneModes + 1][]Branch{
	DC:          {{0, true}, {1, false}, {2, false}},
	Vertical:    {{0, true}, {1, false}, {2, true}},
	Horizontal:  {{0, true}, {1, true}, {3, false}},
	TrueMotion:  {{0, true}, {1, true}, {3, true}},
	BySubblocks: {{0, false}},
}

// ChromaModePaths are the decisions for each chroma mode (RFC 6386, 11.4).
var ChromaModePaths = [PlaneModes][]Branch{
	DC:         {{0, false}},
	Vertical:   {{0, true}, {1, false}},
	Horizontal: {{0, true}, {1, true}, {2, false}},
	TrueMotion: {{0, true}, {1, true}, {2, true}},
}

// SubblockModePaths are the decisions for each mode of a subblock (RFC 6386, 11.2).
var SubblockModePaths = [SubblockModes][]Branch{
	SubDC:             {{0, false}},
	SubTrueMotion:     {{0, true}, {1, false}},
	SubVertical:       {{0, true}, {1, true}, {2, false}},
	SubHorizontal:     {{0, true}, {1, true}, {2, true}, {3, false}, {4, false}},
	SubRightDown:      {{0, true}, {1, true}, {2, true}, {3, false}, {4, true}, {5, false}},
	SubVerticalRight:  {{0, true}, {1, true}, {2, true}, {3, false}, {4, true}, {5, true}},
	SubLeftDown:       {{0, true}, {1, true}, {2, true}, {3, true}, {6, false}},
	SubVerticalLeft:   {{0, true}, {1, true}, {2, true}, {3, true}, {6, true}, {7, false}},
	SubHorizontalDown: {{0, true}, {1, true}, {2, true}, {3, true}, {6, true}, {7, true}, {8, false}},
	SubHorizontalUp:   {{0, true}, {1, true}, {2, true}, {3, true}, {6, true}, {7, true}, {8, true}},
}
