package encoder

import (
	"encoding/binary"
	"fmt"

	"triptych/picture/webp/vp8"
)

// write returns the frame after code.
func (f *frame) write() ([]byte, error) {
	first := f.writeFirst()
	if len(first) > longestFirst {
		return nil, fmt.Errorf("%d bytes of modes: %w", len(first), ErrTooLong)
	}

	f.writeTokens()

	return f.appendTokens(append(f.appendHeader(nil, len(first)), first...))
}

// appendHeader appends the part of the frame header that is not compressed (RFC 6386,
// 9.1): a key frame of version 0 that is shown, the start code and the size.
func (f *frame) appendHeader(data []byte, first int) []byte {
	const shown, lengthAt = 1 << 4, 5

	tag := shown | first<<lengthAt
	data = append(data, byte(tag), byte(tag>>8), byte(tag>>16), 0x9d, 0x01, 0x2a)
	data = binary.LittleEndian.AppendUint16(data, uint16(f.img.Width))

	return binary.LittleEndian.AppendUint16(data, uint16(f.img.Height))
}

// writeFirst returns the first partition (RFC 6386, 9.2 to 9.11 and 19.2).
func (f *frame) writeFirst() []byte {
	const colorSpace, clampingType, indexBits, deltaBits, probabilityBits = 0, 0, 7, 4, 8

	b := newBooleans(nil)
	b.literal(colorSpace, 1)
	b.literal(clampingType, 1)
	f.writeSegments(&b)
	f.writeFilter(&b)
	b.literal(bitOf(f.divided), 2) // one or two partitions of tokens

	b.literal(f.index, indexBits)

	for _, delta := range []int{0, 0, 0, chromaDC, chromaAC} { // Y1 DC, Y2 DC, Y2 AC
		b.optional(delta, deltaBits)
	}

	b.flag(false) // The probabilities are for this frame only.
	f.writeProbabilities(&b)

	skip := f.skipProbability()

	b.flag(true) // Macroblocks have a flag of whether they have tokens.
	b.literal(int(skip), probabilityBits)

	for y := range f.high {
		for x := range f.wide {
			f.writeModes(&b, x, y, skip)
		}
	}

	return b.finish()
}

// writeFilter writes the loop filter's type, level and sharpness (RFC 6386, 9.3 and 9.6).
func (f *frame) writeFilter(b *booleans) {
	const levelBits, sharpnessBits = 6, 3

	b.flag(false) // the normal filter
	b.literal(f.level, levelBits)
	b.literal(sharpness, sharpnessBits)
	b.flag(false) // Levels do not depend on modes.
}

// writeProbabilities writes the updates of the probabilities of tokens (RFC 6386, 13.4).
func (f *frame) writeProbabilities(b *booleans) {
	const probabilityBits = 8

	for kind := range f.probabilities {
		for band := range f.probabilities[kind] {
			for context := range f.probabilities[kind][band] {
				for node, p := range f.probabilities[kind][band][context] {
					updated := p != vp8.DefaultProbabilities[kind][band][context][node]
					b.write(updated, vp8.UpdateProbabilities[kind][band][context][node])

					if updated {
						b.literal(int(p), probabilityBits)
					}
				}
			}
		}
	}
}

// skipProbability is the probability that a macroblock has tokens.
func (f *frame) skipProbability() byte {
	tokens := 0

	for i := range f.macroblocks {
		if !f.macroblocks[i].skip {
			tokens++
		}
	}

	return share(tokens, len(f.macroblocks)-tokens)
}

// writeModes writes the modes of a macroblock (RFC 6386, 19.3).
func (f *frame) writeModes(b *booleans, x, y int, skip byte) {
	mb := &f.macroblocks[y*f.wide+x]
	f.writeSegment(b, mb.segment)
	b.write(mb.skip, skip)
	b.path(vp8.LumaModePaths[mb.luma], vp8.LumaModeProbabilities[:])

	if mb.luma == vp8.BySubblocks {
		for i, mode := range mb.subblocks {
			above, left := vp8.SubDC, vp8.SubDC

			switch {
			case i >= 4:
				above = mb.subblocks[i-4]
			case y > 0:
				above = f.macroblocks[(y-1)*f.wide+x].subblocks[i+12]
			}

			switch {
			case i%4 > 0:
				left = mb.subblocks[i-1]
			case x > 0:
				left = f.macroblocks[y*f.wide+x-1].subblocks[i+3]
			}

			b.path(vp8.SubblockModePaths[mode], vp8.SubblockProbabilities[above][left][:])
		}
	}

	b.path(vp8.ChromaModePaths[mb.chroma], vp8.ChromaModeProbabilities[:])
}
