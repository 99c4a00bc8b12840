//go:build !amd64 || purego

package encoder

import "triptych/picture/webp/vp8"

// accelerated is used on amd64. Here it is false, so tests have nothing to compare.
var accelerated = false

// sketchPlane predicts a plane of a macroblock in all modes, and sums the magnitudes of each.
func sketchPlane(samples []vp8.Block, predictions *[vp8.PlaneModes][]vp8.Block, edges *vp8.Edges) magnitudes {
	return sketchPlanePlain(samples, predictions, edges)
}

// sketch predicts a subblock in all modes, and sums the magnitudes of each.
func (s *sketches) sketch(samples *vp8.Block, e *vp8.SubblockEdges) { s.sketchPlain(samples, e) }

// forward transforms the differences of blocks.
func forward(c []vp8.Coefficients, samples, predictions []vp8.Block) {
	forwardPlain(c, samples, predictions)
}

// quantize rounds coefficients to levels, and reconstructs the blocks.
func (s *wordSteps) quantize(blocks []codedBlock, c []vp8.Coefficients, samples, predictions []vp8.Block, dc []int16) {
	s.quantizePlain(blocks, c, samples, predictions, dc)
}

// writeBoth writes decisions to each of the partitions. Both have the same number.
func writeBoth(written *[partitions]booleans, first, second []byte, table *probabilityTable) {
	writeBothPlain(written, first, second, table)
}
