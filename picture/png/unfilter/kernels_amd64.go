//go:build !purego

package unfilter

import "golang.org/x/sys/cpu"

// kernels says whether the assembly is used. Tests change it.
var kernels = cpu.X86.HasAVX2

// wordBytes is the number of bytes that the kernels load and store for each pixel. The
// bytes behind the pixel are replaced with the next one.
const wordBytes = 8

// The kernels undo the filters of count pixels of step bytes. They may write up to 7 bytes
// behind the last of these pixels.
//
//go:noescape
func subAVX(into, from *byte, step, count int)

//go:noescape
func averageAVX(into, from, above *byte, step, count int)

//go:noescape
func paethAVX(into, from, above *byte, step, count int)

// upAVX2 undoes filter 2 of count × 32 bytes.
//
//go:noescape
func upAVX2(into, from, above *byte, count int)

// accelerated undoes the filter of the start of a row, and returns the number of its bytes.
// It is 0 for filters without a kernel, and if the rows are in the same place, because a
// kernel writes over bytes that it has not read yet.
func accelerated(filter byte, into, from, above []byte, step int) int {
	const upBytes = 32

	if !kernels || len(from) < upBytes || &into[0] == &from[0] {
		return 0
	}

	if filter == Up {
		count := len(from) / upBytes
		upAVX2(&into[0], &from[0], &above[0], count)

		return count * upBytes
	}

	count := (len(from)-wordBytes)/step + 1

	switch {
	case filter == Sub && step > 2: // The loops of Go process several small pixels at a time.
		subAVX(&into[0], &from[0], step, count)
	case filter == Average:
		averageAVX(&into[0], &from[0], &above[0], step, count)
	case filter == Paeth:
		paethAVX(&into[0], &from[0], &above[0], step, count)
	default:
		return 0
	}

	return count * step
}
