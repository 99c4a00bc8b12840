//go:build !amd64 || purego

package hevc

// hasKernels is false, because there are no kernels for this processor.
const hasKernels = false

func (r *residual) kernel(log2, depth int) { r.inverseDCT(log2, depth) }
