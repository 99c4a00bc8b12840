package decoder

import "triptych/picture/webp/vp8"

// macroblock is the properties of a macroblock (RFC 6386, 10, 11.2 and 19.3).
type macroblock struct {
	segment uint8
	skipped bool
	luma    vp8.Mode
	chroma  vp8.Mode
	// subblocks are the modes of the luma subblocks, row by row, if luma is BySubblocks.
	subblocks [vp8.LumaBlocks]vp8.SubblockMode
}

// subblockModes are the modes of the subblocks next to a macroblock: the last row above it,
// or the last column to its left (RFC 6386, 11.3).
type subblockModes [vp8.BlockSide]vp8.SubblockMode

// readMacroblock reads the properties of a macroblock. above and left are the modes next to
// it, and become its own.
func (f *frame) readMacroblock(m *macroblock, above, left *subblockModes) {
	r := &f.modes
	m.segment, m.skipped = 0, false

	if f.mapped {
		switch {
		case !r.bit(f.probabilities[0]):
			m.segment = bit(r.bit(f.probabilities[1]))
		default:
			m.segment = 2 + bit(r.bit(f.probabilities[2]))
		}
	}

	if f.skips {
		m.skipped = r.bit(f.skipped)
	}

	m.luma = readLumaMode(r)

	if m.luma == vp8.BySubblocks {
		readSubblockModes(r, &m.subblocks, above, left)
	} else {
		implied := vp8.Implied[m.luma]
		*above = subblockModes{implied, implied, implied, implied}
		*left = *above
	}

	m.chroma = readChromaMode(r)
}

func readLumaMode(r *reader) vp8.Mode {
	p := &vp8.LumaModeProbabilities

	switch {
	case !r.bit(p[0]):
		return vp8.BySubblocks
	case !r.bit(p[1]):
		return vp8.DC + vp8.Mode(bit(r.bit(p[2])))
	default:
		return vp8.Horizontal + vp8.Mode(bit(r.bit(p[3])))
	}
}

func readChromaMode(r *reader) vp8.Mode {
	p := &vp8.ChromaModeProbabilities

	switch {
	case !r.bit(p[0]):
		return vp8.DC
	case !r.bit(p[1]):
		return vp8.Vertical
	default:
		return vp8.Horizontal + vp8.Mode(bit(r.bit(p[2])))
	}
}

// subblockTree is the tree of the modes of subblocks (RFC 6386, 11.2). An entry is the index
// of the next pair, or the complement of a mode. The pair at 2i has probability i.
var subblockTree = [2 * (vp8.SubblockModes - 1)]int8{
	^int8(vp8.SubDC), 2,
	^int8(vp8.SubTrueMotion), 4,
	^int8(vp8.SubVertical), 6,
	8, 12,
	^int8(vp8.SubHorizontal), 10,
	^int8(vp8.SubRightDown), ^int8(vp8.SubVerticalRight),
	^int8(vp8.SubLeftDown), 14,
	^int8(vp8.SubVerticalLeft), 16,
	^int8(vp8.SubHorizontalDown), ^int8(vp8.SubHorizontalUp),
}

func readSubblockModes(r *reader, modes *[vp8.LumaBlocks]vp8.SubblockMode, above, left *subblockModes) {
	value, span, count := r.value, r.span, r.count // The state of the reader: see reader.bit.

	for y := range vp8.BlockSide {
		before := left[y]

		for x := range vp8.BlockSide {
			probabilities := &vp8.SubblockProbabilities[above[x]][before]
			next := 0

			for {
				if count < 0 {
					r.value, r.count = value, count
					r.load()
					value, count = r.value, r.count
				}

				split := span * uint64(probabilities[next>>1]) >> 8

				if value>>top > split {
					value -= (split + 1) << top
					split = span - split - 1
					next = int(subblockTree[next+1])
				} else {
					next = int(subblockTree[next])
				}

				shift := shifts[uint8(split)]
				span, value, count = uint64(scaled[uint8(split)]), value<<(shift&(windowBits-1)), count-int(shift)

				if next <= 0 {
					break
				}
			}

			before = vp8.SubblockMode(^next)
			above[x], modes[vp8.BlockSide*y+x] = before, before
		}

		left[y] = before
	}

	r.value, r.span, r.count = value, span, count
}

// bit returns a decision as a number.
func bit(one bool) uint8 {
	if one {
		return 1
	}

	return 0
}
