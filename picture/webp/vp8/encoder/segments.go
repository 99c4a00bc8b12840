package encoder

import (
	"math"
	"slices"

	"triptych/picture/planes"
	"triptych/picture/webp/vp8"
)

// mostSegments is the number of segments of a frame (RFC 6386, 9.3).
const mostSegments = 4

// segment is a set of macroblocks with a quantizer and a level of the loop filter.
type segment struct {
	index                int // of the quantizer
	y1, y2, chroma       steps
	lumaRate, chromaRate rate
}

// The differences of quantizer indices from that of a segment. Chroma has finer steps than
// luma. Its errors are as large as those that libwebp leaves at the same quality.
const chromaDC, chromaAC = -2, -3

func newSegment(index int) segment {
	sizes := vp8.Quantizer{Index: index, ChromaDC: chromaDC, ChromaAC: chromaAC}.Steps()

	return segment{
		index: index,
		y1:    newSteps(sizes.Y1), y2: newSteps(sizes.Y2), chroma: newSteps(sizes.Chroma),
		lumaRate: newRate(sizes.Y1[1]), chromaRate: newRate(sizes.Chroma[1]),
	}
}

// adaptation is the exponent of the activity of a macroblock by which the steps of its
// segment are multiplied. Errors are less visible in texture than in flat areas.
const adaptation = 0.2

// leastAdapted is the number of macroblocks from which segments are worth their bits.
const leastAdapted = 16

// segmentize assigns the macroblocks to segments of similar activity around a quantizer
// index.
func (f *frame) segmentize(index int) {
	activities := make([]float64, len(f.macroblocks))
	mean := 0.

	if len(f.macroblocks) >= leastAdapted {
		for y := range f.high {
			for x := range f.wide {
				activities[y*f.wide+x] = activity(&f.img.Planes[0], x, y)
				mean += activities[y*f.wide+x]
			}
		}
	}

	mean /= float64(len(activities))
	centers := clusters(activities)
	f.segments = f.segments[:0]

	for _, center := range centers {
		step := float64(vp8.ACSteps[index]) * math.Exp2(adaptation*(center-mean))
		adapted, _ := slices.BinarySearch(vp8.ACSteps[:], int32(math.Round(step)))
		f.segments = append(f.segments, newSegment(min(adapted, vp8.QuantizerIndices-1)))
	}

	f.segments = slices.CompactFunc(f.segments, func(a, b segment) bool { return a.index == b.index })

	for i, a := range activities {
		step := float64(vp8.ACSteps[index]) * math.Exp2(adaptation*(a-mean))
		f.macroblocks[i].segment = 0

		for at := range f.segments {
			if off(&f.segments[at], step) < off(&f.segments[f.macroblocks[i].segment], step) {
				f.macroblocks[i].segment = uint8(at)
			}
		}
	}
}

// off is the distance of the steps of a segment from a step.
func off(s *segment, step float64) float64 { return math.Abs(float64(s.y1.size[1]) - step) }

// activity returns the binary logarithm of the mean deviation of the samples of a
// macroblock. It is the mean of the logarithms of its four quarters.
func activity(luma *planes.Plane, x, y int) float64 {
	const side, quarters = vp8.MacroblockSide / 2, 4

	sum := 0.

	for quarter := range quarters {
		left, top := x*vp8.MacroblockSide+quarter%2*side, y*vp8.MacroblockSide+quarter/2*side
		total, squared := 0, 0

		for row := range side {
			samples := luma.Row(min(top+row, luma.Height-1))
			for column := range side {
				sample := int(samples[min(left+column, luma.Width-1)])
				total += sample
				squared += sample * sample
			}
		}

		const count = side * side

		variance := float64(count*squared-total*total) / (count * count)
		sum += math.Log2(variance+1) / 2
	}

	return sum / quarters
}

// clusters returns the centers of up to four clusters of values, in ascending order (the
// algorithm of Lloyd).
func clusters(values []float64) []float64 {
	const rounds = 8

	sorted := slices.Clone(values)
	slices.Sort(sorted)

	centers := make([]float64, mostSegments)
	for i := range centers {
		centers[i] = sorted[(2*i+1)*len(sorted)/(2*mostSegments)]
	}

	centers = slices.Compact(centers)

	for range rounds {
		begin := 0

		for i := range centers {
			end := len(sorted)
			if i+1 < len(centers) {
				end, _ = slices.BinarySearch(sorted, (centers[i]+centers[i+1])/2)
			}

			sum := 0.
			for _, v := range sorted[begin:end] {
				sum += v
			}

			if end > begin {
				centers[i] = sum / float64(end-begin)
			}

			begin = max(begin, end)
		}
	}

	return centers
}

// filterLevel returns the level of the loop filter of a segment. Coarser steps leave
// larger artifacts. No macroblock is filtered if the level of the frame is 0.
func (f *frame) filterLevel(s *segment, level int) int {
	if level == 0 {
		return 0
	}

	return min(max(level+(s.index-f.index)/2, 0), vp8.MostLevel)
}

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
		b.optional(f.filterLevel(&f.segments[min(i, len(f.segments)-1)], f.level), levelBits)
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
