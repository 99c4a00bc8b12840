//go:build !amd64 || purego

package unfilter

// kernels is used on amd64. Here it is false, so tests have nothing to compare.
var kernels = false

// accelerated undoes no filter, because there are no kernels for this processor.
func accelerated(_ byte, _, _, _ []byte, _ int) int { return 0 }
