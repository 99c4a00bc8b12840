//go:build !amd64 || purego

package deinterleave

// kernels is used on amd64. Here it is false, so tests have nothing to compare.
var kernels = false

// There are no kernels for this processor.

func threeKernel(_, _, _, _ []byte) int { return 0 }

func fourKernel(_, _, _, _, _ []byte) int { return 0 }

func wordsKernel(_, _, _, _ []byte, _ []uint32) int { return 0 }

func highKernel(_, _ []byte) int { return 0 }
