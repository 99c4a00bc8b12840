//go:build !purego

package encoder

import (
	"golang.org/x/sys/cpu"

	"triptych/picture/webp/vp8"
)

// accelerated says whether the assembly is used. Tests change it. All processors with BMI2
// also have LZCNT.
var accelerated = cpu.X86.HasAVX2 && cpu.X86.HasBMI2

//go:noescape
func planesAVX2(k *constants, a *planeArguments)

//go:noescape
func sketchesAVX2(c *constants, samples *vp8.Block, e *[vp8.BlockSize]byte, s *sketches)

//go:noescape
func forwardAVX2(k *constants, c *vp8.Coefficients, samples, predictions *vp8.Block, blocks int)

//go:noescape
func quantizeAVX2(k *constants, a *quantizeArguments)

// quantizeArguments are the arguments of quantizePlain.
type quantizeArguments struct {
	s                    *wordSteps
	blocks               *codedBlock
	c                    *vp8.Coefficients
	samples, predictions *vp8.Block
	dc                   *int16
	count                int
}

// planeArguments are the arguments of sketchPlanePlain. The DC prediction is an input.
type planeArguments struct {
	samples                              *vp8.Block
	edges                                *vp8.Edges
	dc, vertical, horizontal, trueMotion *vp8.Block
	wide                                 int // blocks
	magnitudes                           magnitudes
}

// sketchPlane predicts a plane of a macroblock in all modes, and sums the magnitudes of each.
func sketchPlane(samples []vp8.Block, predictions *[vp8.PlaneModes][]vp8.Block, edges *vp8.Edges) magnitudes {
	if !accelerated {
		return sketchPlanePlain(samples, predictions, edges)
	}

	a := planeArguments{samples: &samples[0], edges: edges, wide: 2}
	if len(samples) == vp8.LumaBlocks {
		a.wide = vp8.LumaBlocks / vp8.BlockSide
	}

	for i := range predictions {
		_ = predictions[i][len(samples)-1] // The assembly does not check bounds.
	}

	vp8.Predict(predictions[vp8.DC], vp8.DC, edges)
	a.dc, a.vertical = &predictions[vp8.DC][0], &predictions[vp8.Vertical][0]
	a.horizontal, a.trueMotion = &predictions[vp8.Horizontal][0], &predictions[vp8.TrueMotion][0]
	planesAVX2(&assembly, &a)

	return a.magnitudes
}

// sketch predicts a subblock in all modes, and sums the magnitudes of each.
func (s *sketches) sketch(samples *vp8.Block, e *vp8.SubblockEdges) {
	if !accelerated {
		s.sketchPlain(samples, e)

		return
	}

	var edges [vp8.BlockSize]byte // The assembly reads whole registers.

	copy(edges[:], e[:])
	sketchesAVX2(&assembly, samples, &edges, s)
}

// forward transforms the differences of blocks.
func forward(c []vp8.Coefficients, samples, predictions []vp8.Block) {
	if !accelerated {
		forwardPlain(c, samples, predictions)

		return
	}

	_, _ = samples[len(c)-1], predictions[len(c)-1]

	forwardAVX2(&assembly, &c[0], &samples[0], &predictions[0], len(c))
}

// quantize rounds coefficients to levels, and reconstructs the blocks.
func (s *wordSteps) quantize(blocks []codedBlock, c []vp8.Coefficients, samples, predictions []vp8.Block, dc []int16) {
	if !accelerated {
		s.quantizePlain(blocks, c, samples, predictions, dc)

		return
	}

	_, _ = c[len(blocks)-1], dc[len(blocks)-1]
	_, _ = samples[len(blocks)-1], predictions[len(blocks)-1]

	a := quantizeArguments{s, &blocks[0], &c[0], &samples[0], &predictions[0], &dc[0], len(blocks)}
	quantizeAVX2(&assembly, &a)
}

// constants is the input of the assembly. Each array fills a register, or half of it.
type constants struct {
	twice                    [16]int16
	rowEven, rowOdd          [16]int16
	columnOdd                [16]int16
	rowHalf, columnHalf      [8]int32
	eight, sine, cosine      [16]int16
	four                     [16]int16 // in the first row
	most                     [16]uint16
	transpose, zigzag        [32]uint8
	doubleWords              [8]uint32
	neighbors, ones          [16]uint8
	above, left, corner      [16]uint8
	rows                     [16]uint8
	extend                   [16]uint8
	straight, down           [32]uint8
	vertical2, vertical3     [32]uint8
	horizontal2, horizontal3 [32]uint8
}

var assembly = constants{
	twice:   words(2, 0, 2, 0, 2, 0, 2, 0),
	rowEven: words(8, 8, -8, 8, 8, 8, -8, 8),
	rowOdd:  words(cosine, sine, cosine, -sine, cosine, sine, cosine, -sine),
	columnOdd: [16]int16{
		cosine, sine, cosine, sine, cosine, sine, cosine, sine,
		cosine, -sine, cosine, -sine, cosine, -sine, cosine, -sine,
	},
	rowHalf:    doubles(1 << (unit - fraction - 1)),
	columnHalf: doubles(1 << (unit + fraction)),
	eight:      words(8, 8, 8, 8, 8, 8, 8, 8),
	sine:       words(inverseSine, inverseSine, inverseSine, inverseSine, inverseSine, inverseSine, inverseSine, inverseSine),
	cosine:     words(inverseCosine, inverseCosine, inverseCosine, inverseCosine, inverseCosine, inverseCosine, inverseCosine, inverseCosine),
	four:       [16]int16{4, 4, 4, 4},
	most: [16]uint16{
		mostLevel, mostLevel, mostLevel, mostLevel, mostLevel, mostLevel, mostLevel, mostLevel,
		mostLevel, mostLevel, mostLevel, mostLevel, mostLevel, mostLevel, mostLevel, mostLevel,
	},
	transpose:   wordShuffle([16]uint8{0, 4, 1, 5, 2, 6, 3, 7, 0, 4, 1, 5, 2, 6, 3, 7}),
	zigzag:      wordShuffle([16]uint8{0, 1, 4, none, 5, 2, 3, 6, 1, 4, 5, 2, none, 3, 6, 7}),
	doubleWords: [8]uint32{0, 4, 1, 5, 2, 6, 3, 7},

	neighbors: [16]uint8{255, 255, 255, 255, 0, 255, 255, 255, 255},
	ones:      [16]uint8{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
	above:     [16]uint8{5, 6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8},
	left:      [16]uint8{3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0},
	rows:      [16]uint8{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3},
	corner:    [16]uint8{4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4},
	extend:    [16]uint8{0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12, 12},

	// Means of three by the edge in their middle.
	straight: [32]uint8{
		5, 6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8, // Vertical
		3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0, // Horizontal
	},
	down: [32]uint8{
		6, 7, 8, 9, 7, 8, 9, 10, 8, 9, 10, 11, 9, 10, 11, 12, // LeftDown
		4, 5, 6, 7, 3, 4, 5, 6, 2, 3, 4, 5, 1, 2, 3, 4, // RightDown
	},
	vertical3: [32]uint8{
		none, none, none, none, 4, 5, 6, 7, 3, none, none, none, 2, 4, 5, 6, // VerticalRight
		none, none, none, none, 6, 7, 8, 9, none, none, none, 10, 7, 8, 9, 11, // VerticalLeft
	},
	horizontal3: [32]uint8{
		none, 4, 5, 6, none, 3, none, 4, none, 2, none, 3, none, 1, none, 2, // HorizontalDown
		none, 2, none, 1, none, 1, none, 0, none, 0, none, none, none, none, none, none, // HorizontalUp
	},
	// Means of two by the upper, or right, one of the edges.
	vertical2: [32]uint8{
		5, 6, 7, 8, none, none, none, none, none, 5, 6, 7, none, none, none, none,
		6, 7, 8, 9, none, none, none, none, 7, 8, 9, none, none, none, none, none,
	},
	horizontal2: [32]uint8{
		4, none, none, none, 3, none, 4, none, 2, none, 3, none, 1, none, 2, none,
		3, none, 2, none, 2, none, 1, none, 1, none, 0, 0, 0, 0, 0, 0,
	},
}

// none yields a zero in a shuffle.
const none = 0x80

// The factors of the inverse transform, less 65536.
const (
	inverseSine   = 35468 - 1<<16
	inverseCosine = 85627 - 1<<16
)

// words repeats eight words.
func words(w ...int16) (all [16]int16) {
	copy(all[:], w)
	copy(all[len(w):], w)

	return all
}

func doubles(v int32) (all [8]int32) {
	for i := range all {
		all[i] = v
	}

	return all
}

// wordShuffle returns the shuffle of bytes that selects words.
func wordShuffle(from [16]uint8) (shuffle [32]uint8) {
	for i, w := range from {
		shuffle[2*i], shuffle[2*i+1] = none, none
		if w != none {
			shuffle[2*i], shuffle[2*i+1] = 2*w, 2*w+1
		}
	}

	return shuffle
}
