//go:build !amd64 || purego

package planes

// kernels is used on amd64. Here it is false, so tests have nothing to compare.
var kernels = false

// premultiplied multiplies nothing, because there are no kernels for this processor.
func premultiplied(_, _ []byte) int { return 0 }
