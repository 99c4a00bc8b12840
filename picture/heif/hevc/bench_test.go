package hevc

import (
	"strconv"
	"testing"
)

// BenchmarkSampleKernels compares the kernels of the angular modes and of the deblocking
// filter with plain Go, for a block or a piece of an edge.
func BenchmarkSampleKernels(b *testing.B) {
	if !hasKernels {
		b.Skip("no kernels for this processor")
	}

	const stride, at = 80, 2000

	l := layer[uint8]{pix: make([]uint8, stride*stride), stride: stride, most: 255, depth: 8}
	for i := range l.pix {
		l.pix[i] = uint8(100 + i*7%13)
	}

	measure := func(name string, plain, kernel func()) {
		b.Run(name+"/plain", func(b *testing.B) {
			for b.Loop() {
				plain()
			}
		})
		b.Run(name+"/kernel", func(b *testing.B) {
			for b.Loop() {
				kernel()
			}
		})
	}

	var r reference

	for size := 8; size <= largestSide; size *= 2 {
		measure("vertical "+strconv.Itoa(size), func() { l.rows(&r, at, size, 13) }, func() { l.rowsKernel(&r, at, size, 13) })
		measure("horizontal "+strconv.Itoa(size), func() { l.columns(&r, at, size, 13) }, func() { l.columnsKernel(&r, at, size, 13) })
	}

	for name, how := range map[string]filtering{"weak": {moreP: true, moreQ: true}, "strong": {strong: true}} {
		measure(name, func() { l.filterLines(at, 1, stride, 4, how, edge{}) }, func() { l.lumaKernel(at, 1, 4, how) })
	}
}
