//go:build !amd64 || purego

package decoder

// hasKernels is false: there are none for this processor.
func hasKernels() bool { return false }

func kernel8(block, divisors *coefficients, samples []byte, stride int) {
	transform8(block, divisors, samples, stride)
}

func kernel4(block, divisors *coefficients, samples []byte, stride int) {
	transform4(block, divisors, samples, stride)
}
