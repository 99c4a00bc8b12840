//go:build !purego

package encoder

import (
	"golang.org/x/sys/cpu"

	"triptych/picture/jpeg/t81"
)

// accelerated says whether the assembly is used. Tests change it.
var accelerated = cpu.X86.HasAVX2

// atOnce is the number of neighboring blocks in one step of the assembly.
const atOnce = 2

// forwardAVX2 is forwardPlain for pairs × 2 blocks that lie side by side.
//
//go:noescape
func forwardAVX2(src *byte, stride int, q *quantizer, c *constants, blocks *[t81.BlockSize]int16, masks *uint64, pairs int)

// forward transforms and quantizes an even number of neighboring blocks.
func forward(src []byte, stride int, q *quantizer, blocks [][t81.BlockSize]int16, masks []uint64) {
	if !accelerated {
		forwardEach(src, stride, q, blocks, masks)

		return
	}

	_, _ = src[(t81.BlockSide-1)*stride+len(blocks)*t81.BlockSide-1], masks[len(blocks)-1] // The assembly does not check bounds.

	forwardAVX2(&src[0], stride, q, &assembly, &blocks[0], &masks[0], len(blocks)/atOnce)
}

// constants is the input of the assembly. Each array fills a register.
type constants struct {
	// A pair of factors, repeated: VPMADDWD multiplies neighboring words by the pair and
	// adds the products.
	x2, x6                [16]int16 // of b3 and b2
	x1a, x3a, x5a, x7a    [16]int16 // of d0 and d1
	x1b, x3b, x5b, x7b    [16]int16 // of d2 and d3
	columnsHalf, rowsHalf [8]int32
	levels, spareHalf     [16]int16
	shuffles              [16][32]uint8
}

var assembly = constants{
	x2: repeat(r2, r6), x6: repeat(r6, -r2),
	x1a: repeat(r1, r3), x1b: repeat(r5, r7),
	x3a: repeat(r3, -r7), x3b: repeat(-r1, -r5),
	x5a: repeat(r5, -r1), x5b: repeat(r7, r3),
	x7a: repeat(r7, -r5), x7b: repeat(r3, -r1),

	columnsHalf: [8]int32{half11, half11, half11, half11, half11, half11, half11, half11},
	rowsHalf:    [8]int32{half15, half15, half15, half15, half15, half15, half15, half15},
	levels:      repeat(t81.BlockSide*level, t81.BlockSide*level),
	spareHalf:   repeat(1<<(spareBits-1), 1<<(spareBits-1)),
	shuffles:    zigzagShuffles(),
}

const (
	half11 = 1 << (columnsShift - 1)
	half15 = 1 << (rowsShift - 1)
)

func repeat(even, odd int16) (all [16]int16) {
	for i := range all {
		all[i] = even
		if i%2 == 1 {
			all[i] = odd
		}
	}

	return all
}

// zigzagShuffles returns the shuffles that bring the bytes of a block, one byte per
// coefficient, from the order of storage into zigzag order. VPSHUFB selects any bytes of
// one register of 16. Therefore quarter `to` of the result is assembled from the bytes of
// each quarter `from` of the block: shuffle 4×to+from, in which 0x80 yields a zero. Both
// halves of a register do the same, for two blocks.
func zigzagShuffles() (shuffles [16][32]uint8) {
	const quarter, none = 16, 0x80

	for to := range 4 {
		for from := range 4 {
			shuffle := &shuffles[4*to+from]

			for i := range quarter {
				shuffle[i] = none
				if at := int(place[to*quarter+i]); at/quarter == from {
					shuffle[i] = uint8(at % quarter)
				}

				shuffle[quarter+i] = shuffle[i]
			}
		}
	}

	return shuffles
}
