//go:build !amd64 || purego

package encoder

// kernels is used on amd64. Here it is false, so tests have nothing to compare.
var kernels = false

// accelerated filters nothing.
func (r *rows) accelerated(*[filters]uint64) int { return 0 }
