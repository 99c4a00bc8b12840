package encoder

import (
	"math"
	"math/bits"
	"slices"

	"triptych/picture/planes"
	"triptych/picture/webp/vp8"
)

// mostSegments is the number of segments of a frame (RFC 6386, 9.3).
const mostSegments = 4

// segmentBits is the number of decisions for the segment of a macroblock (RFC 6386, 10).
const segmentBits = 2

// segment is a set of macroblocks with a quantizer and a level of the loop filter.
type segment struct {
	index                int // of the quantizer
	y2                   steps
	luma, lumaAC, color  wordSteps
	lumaRate, chromaRate rate
}

// The differences of quantizer indices from that of a segment. Chroma has finer steps than
// luma. Its errors are as large as those that libwebp leaves at the same quality.
const chromaDC, chromaAC = -2, -3

func newSegment(index int) segment {
	sizes := vp8.Quantizer{Index: index, ChromaDC: chromaDC, ChromaAC: chromaAC}.Steps()

	return segment{
		index: index,
		y2:    newSteps(sizes.Y2),
		luma:  newWordSteps(sizes.Y1, 0), lumaAC: newWordSteps(sizes.Y1, 1), color: newWordSteps(sizes.Chroma, 0),
		lumaRate: newRate(sizes.Y1[1]), chromaRate: newRate(sizes.Chroma[1]),
	}
}

// Errors are less visible in texture than in flat areas. The steps of a segment are
// multiplied by the deviation of its samples to the power of 1 ÷ adaptation.
const adaptation = 5

// meanChange is added to the logarithm of the steps, in 1/256. It makes up for the coarser
// steps of active macroblocks, so that the error of a frame stays the same.
const meanChange = -32 // a factor of 0.92

// leastAdapted is the number of macroblocks from which segments are worth their bits.
// mostAdapted is the number up to which the first partition has room for them.
const (
	leastAdapted = 16
	mostAdapted  = 1 << 18
)

// segmentize assigns the macroblocks to segments of similar activity around a quantizer
// index. It uses integers only, so that the result is the same on every machine.
func (f *frame) segmentize(index int) {
	step := logarithm(uint32(vp8.ACSteps[index])) + meanChange

	if len(f.macroblocks) < leastAdapted || len(f.macroblocks) > mostAdapted {
		f.index = indexAt(step)
		f.segments = append(f.segments, newSegment(f.index))

		return
	}

	activities := make([]int, 0, len(f.macroblocks))
	mean := 0

	for i := range f.macroblocks {
		if !f.macroblocks[i].hidden {
			a := activity(&f.img.Planes[0], i%f.wide, i/f.wide)
			activities = append(activities, a)
			mean += a
		}
	}

	if len(activities) == 0 {
		activities = append(activities, 0)
	}

	mean /= len(activities)
	centers := clusters(activities)

	var segments [mostSegments]uint8 // by cluster

	for i, center := range centers {
		adapted := indexAt(step + (center-mean)/adaptation)
		if last := len(f.segments) - 1; last < 0 || f.segments[last].index != adapted {
			f.segments = append(f.segments, newSegment(adapted))
		}

		segments[i] = uint8(len(f.segments) - 1)
	}

	f.index = indexAt(step)
	if len(f.segments) == 1 {
		f.index = f.segments[0].index
	}

	at := 0

	for i := range f.macroblocks {
		if !f.macroblocks[i].hidden {
			f.macroblocks[i].segment = segments[nearest(centers, activities[at])]
			at++
		}
	}
}

// indexAt returns the quantizer index whose step has the nearest logarithm.
func indexAt(target int) int {
	steps := make([]int, vp8.QuantizerIndices)
	for i, size := range vp8.ACSteps {
		steps[i] = logarithm(uint32(size))
	}

	return nearest(steps, target)
}

// nearest returns the index of the nearest value. Of equal ones it is the first.
func nearest(values []int, target int) int {
	best := 0

	for i, v := range values {
		if distance(v, target) < distance(values[best], target) {
			best = i
		}
	}

	return best
}

func distance(a, b int) int { return max(a-b, b-a) }

// activity returns the binary logarithm of the deviation of the samples of a macroblock, in
// 1/256. It is the mean of its four quarters.
func activity(luma *planes.Plane, x, y int) int {
	const side, quarters, count, countLog = vp8.MacroblockSide / 2, 4, 64, 6

	sum := 0

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

		// The variance is divided by the square of count. A one is added to it.
		sum += logarithm(uint32(count*squared-total*total+count*count)) - 2*countLog*logarithmUnit
	}

	return sum / (2 * quarters)
}

const logarithmUnit = 256

// logarithms has the binary logarithm of 1 + i ÷ 256 in 1/256.
var logarithms = func() (table [256]int) {
	for i := range table {
		table[i] = int(math.Round(logarithmUnit * math.Log2(1+float64(i)/float64(len(table)))))
	}

	return table
}()

// logarithm returns the binary logarithm of a positive number in 1/256. It reads the eight
// bits after the highest one.
func logarithm(v uint32) int {
	const indexBits, highest = 8, 31

	whole := bits.Len32(v) - 1

	return whole*logarithmUnit + logarithms[v<<(highest-whole)<<1>>(highest+1-indexBits)]
}

// clusters returns the centers of up to four clusters of values, in ascending order (the
// algorithm of Lloyd).
func clusters(values []int) []int {
	const rounds = 8

	sorted := slices.Clone(values)
	slices.Sort(sorted)

	centers := make([]int, mostSegments)
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

			sum := 0
			for _, v := range sorted[begin:max(begin, end)] {
				sum += v
			}

			if end > begin {
				centers[i] = sum / (end - begin)
				begin = end
			}
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
