//go:build !purego

package encoder

import "golang.org/x/sys/cpu"

// kernels says whether the assembly is used. Tests change it.
var kernels = cpu.X86.HasAVX2

// kernelBytes is the number of bytes in one step of the assembly.
const kernelBytes = 32

// filterAVX2 filters count × 32 bytes of a row with all filters. The samples left of row
// and above are step bytes before them. The results are stride bytes apart in out.
//
//go:noescape
func filterAVX2(row, above *byte, step int, out *byte, stride, count int, sums *[filters]uint64)

// accelerated filters the start of the current row, and returns the length of that.
func (r *rows) accelerated(sums *[filters]uint64) int {
	count := r.length / kernelBytes
	if !kernels || count == 0 {
		return 0
	}

	filterAVX2(&r.row[r.step], &r.above[r.step], r.step, &r.out[0], r.stride, count, sums)

	return count * kernelBytes
}
