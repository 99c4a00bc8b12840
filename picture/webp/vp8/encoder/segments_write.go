package encoder

// writeSegments writes the quantizers and the levels of segments (RFC 6386, 9.3), and the
// probabilities of the segments of macroblocks.
func (f *frame) writeSegments(b *booleans) {
	b.flag(len(f.segments) > 1)

	if len(f.segments) == 1 {
		return
	}

	const indexBits, levelBits, probabilityBits = 7, 6, 8

	b.flag(true) // Each macroblock has a segment.
	b.flag(true) // Quantizers and levels follow.
	b.flag(true) // They are values, not differences.

	for i := range mostSegments {
		b.optional(f.segments[min(i, len(f.segments)-1)].index, indexBits)
	}

	for i := range mostSegments {
		b.optional(filterLevel(f.segments[min(i, len(f.segments)-1)].index), levelBits)
	}

	f.segmentProbabilities = f.countSegments()

	for _, p := range f.segmentProbabilities {
		b.flag(true)
		b.literal(int(p), probabilityBits)
	}
}

// countSegments returns the probabilities of the tree of segments: of 0 or 1, of 0 among
// these, and of 2 among the others (RFC 6386, 9.3 and 10).
func (f *frame) countSegments() [mostSegments - 1]byte {
	var counts [mostSegments]int

	for i := range f.macroblocks {
		counts[f.macroblocks[i].segment]++
	}

	return [mostSegments - 1]byte{
		share(counts[0]+counts[1], counts[2]+counts[3]), share(counts[0], counts[1]), share(counts[2], counts[3]),
	}
}

// writeSegment writes the segment of a macroblock (RFC 6386, 10).
func (f *frame) writeSegment(b *booleans, s uint8) {
	if len(f.segments) == 1 {
		return
	}

	b.write(s > 1, f.segmentProbabilities[0])
	b.write(s&1 != 0, f.segmentProbabilities[1+s/2])
}

// share returns the probability of a zero of which there are so many, besides ones.
func share(zeros, ones int) byte {
	const units = 256

	total := zeros + ones
	if total == 0 {
		return units - 1
	}

	return byte(min(max((zeros*units+total/2)/total, 1), units-1))
}
