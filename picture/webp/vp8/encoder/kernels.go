package encoder

import "triptych/picture/webp/vp8"

// The functions of this file are those that the assembly replaces.

// codedBlock is a block as it is coded.
type codedBlock struct {
	levels vp8.Coefficients // in zigzag order
	block  vp8.Block        // the reconstruction
	end    int32            // the number of levels up to the last one that is not zero
	errors int32            // the sum of squared errors
}

// sketches are the predictions of a subblock in all modes, and the sums of magnitudes of the
// differences after a Hadamard transform.
type sketches struct {
	predictions [vp8.SubblockModes]vp8.Block
	magnitudes  [vp8.SubblockModes]int32
}

func (s *sketches) sketchPlain(samples *vp8.Block, e *vp8.SubblockEdges) {
	for mode := range s.predictions {
		vp8.PredictSubblock(&s.predictions[mode], vp8.SubblockMode(mode), e)
		s.magnitudes[mode] = int32(hadamard(samples, &s.predictions[mode]))
	}
}

// magnitudes are the sums of magnitudes of the modes of a plane.
type magnitudes [vp8.PlaneModes]int32

func sketchPlanePlain(
	samples []vp8.Block, predictions *[vp8.PlaneModes][]vp8.Block, edges *vp8.Edges,
) (sums magnitudes) {
	for mode, made := range predictions {
		vp8.Predict(made, vp8.Mode(mode), edges)

		for i := range made {
			sums[mode] += int32(hadamard(&samples[i], &made[i]))
		}
	}

	return sums
}

func forwardPlain(c []vp8.Coefficients, samples, predictions []vp8.Block) {
	for i := range c {
		forwardDCT(&c[i], &samples[i], &predictions[i])
	}
}

// wordSteps quantizes the coefficients of a block, row by row, with words of 16 bits.
type wordSteps struct {
	size, reciprocal, round [vp8.BlockSize]uint16
}

// newWordSteps returns the steps of the coefficients from first on. The DC coefficient has a
// level of zero if it is not the first.
func newWordSteps(dcAndAC [2]int32, first int) (w wordSteps) {
	// A level is rounded up if the fraction exceeds 0.6. Higher levels have more bits, so
	// that rounding down pays.
	const tenths, up, reciprocalUnit = 10, 4, 1 << 16

	for i := first; i < vp8.BlockSize; i++ {
		size := dcAndAC[min(i, 1)]
		w.size[i] = uint16(size)
		w.reciprocal[i] = uint16((reciprocalUnit + size - 1) / size)
		w.round[i] = uint16(size * up / tenths)
	}

	return w
}

// quantizePlain rounds coefficients to levels, and reconstructs the blocks. The values of dc
// are added to the DC coefficients.
func (s *wordSteps) quantizePlain(blocks []codedBlock, c []vp8.Coefficients, samples, predictions []vp8.Block, dc []int16) {
	for i := range blocks {
		b := &blocks[i]
		b.end = 0

		var found vp8.Coefficients

		for n, at := range vp8.Zigzag {
			sign := int32(c[i][at]) >> 31
			size := uint32((int32(c[i][at])^sign)-sign) + uint32(s.round[at])
			level := (int32(min(size*uint32(s.reciprocal[at])>>16, mostLevel)) ^ sign) - sign
			b.levels[n] = int16(level)
			found[at] = int16(level * int32(s.size[at]))

			if level != 0 {
				b.end = int32(n) + 1
			}
		}

		found[0] += dc[i]

		vp8.InverseDCT(&b.block, &predictions[i], &found)
		b.errors = int32(squares(&b.block, &samples[i]))
	}
}
