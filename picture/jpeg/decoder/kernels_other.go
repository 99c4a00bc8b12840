//go:build !amd64 || purego

package decoder

// hasKernels returns false, because there are no kernels for this processor.
func hasKernels() bool { return false }

func kernel8(block, quants *coefficients, samples []byte, stride int) {
	transform8(block, quants, samples, stride)
}

func kernel4(block, quants *coefficients, samples []byte, stride int) {
	transform4(block, quants, samples, stride)
}
