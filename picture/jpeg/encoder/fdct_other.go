//go:build !amd64 || purego

package encoder

import "triptych/picture/jpeg/t81"

// accelerated is for amd64: here tests find nothing to compare.
var accelerated = false

// atOnce is how many blocks lie side by side in one step.
const atOnce = 2

// forward transforms and quantizes blocks that lie side by side.
func forward(src []byte, stride int, q *quantizer, blocks [][t81.BlockSize]int16, masks []uint64) {
	forwardEach(src, stride, q, blocks, masks)
}
