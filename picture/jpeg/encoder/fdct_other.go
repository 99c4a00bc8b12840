//go:build !amd64 || purego

package encoder

import "triptych/picture/jpeg/t81"

// accelerated is used on amd64. Here it is false, so tests have nothing to compare.
var accelerated = false

// atOnce is the number of neighboring blocks in one step.
const atOnce = 2

// forward transforms and quantizes neighboring blocks.
func forward(src []byte, stride int, q *quantizer, blocks [][t81.BlockSize]int16, masks []uint64) {
	forwardEach(src, stride, q, blocks, masks)
}
