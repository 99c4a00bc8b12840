//go:build !purego

package deinterleave

import "golang.org/x/sys/cpu"

// kernels says whether the assembly is used. Tests change it.
var kernels = cpu.X86.HasAVX2

// kernelPixels is the number of pixels in one step of the assembly.
const kernelPixels = 32

// The kernels process count × 32 pixels or samples.
//
//go:noescape
func threeAVX2(first, second, third, from *byte, count int)

//go:noescape
func fourAVX2(first, second, third, fourth, from *byte, count int)

//go:noescape
func wordsAVX2(first, second, third, fourth *byte, from *uint32, count int)

//go:noescape
func highAVX2(into, from *byte, count int)

// threeKernel distributes the first pixels, and returns their number.
func threeKernel(first, second, third, from []byte) int {
	count := len(first) / kernelPixels
	if !kernels || count == 0 {
		return 0
	}

	threeAVX2(&first[0], &second[0], &third[0], &from[0], count)

	return count * kernelPixels
}

func fourKernel(first, second, third, fourth, from []byte) int {
	count := len(first) / kernelPixels
	if !kernels || count == 0 {
		return 0
	}

	fourAVX2(&first[0], &second[0], &third[0], &fourth[0], &from[0], count)

	return count * kernelPixels
}

func wordsKernel(first, second, third, fourth []byte, from []uint32) int {
	count := len(first) / kernelPixels
	if !kernels || count == 0 {
		return 0
	}

	wordsAVX2(&first[0], &second[0], &third[0], &fourth[0], &from[0], count)

	return count * kernelPixels
}

func highKernel(into, from []byte) int {
	count := len(into) / kernelPixels
	if !kernels || count == 0 {
		return 0
	}

	highAVX2(&into[0], &from[0], count)

	return count * kernelPixels
}
