package encoder

import "triptych/picture/webp/vp8"

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
