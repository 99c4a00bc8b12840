//go:build !purego

package planes

import "golang.org/x/sys/cpu"

// kernels says whether the assembly is used. Tests change it.
var kernels = cpu.X86.HasAVX2

// premultiplyAVX2 multiplies count × 16 samples by alpha ÷ 255.
//
//go:noescape
func premultiplyAVX2(row, alpha *byte, count int)

// premultiplied multiplies the start of a row, and returns the number of its samples.
func premultiplied(row, alpha []byte) int {
	const each = 16

	count := len(row) / each
	if !kernels || count == 0 {
		return 0
	}

	premultiplyAVX2(&row[0], &alpha[0], count)

	return count * each
}
