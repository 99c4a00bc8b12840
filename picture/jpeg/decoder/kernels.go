package decoder

// vectorized says whether the vector kernels run. It is a variable so that tests can run
// both variants.
var vectorized = hasKernels()

// put turns the coefficients of a block into samples. Coefficients after the zigzag index
// last are zero.
func put(block, quants *coefficients, last, side int, samples []byte, stride int) {
	switch {
	case last == 0 || side == 1:
		flat(block[0], quants[0], samples, stride, side)
	case side == 2:
		transform2(block, quants, samples, stride)
	case side == 4 && vectorized:
		kernel4(block, quants, samples, stride)
	case side == 4:
		transform4(block, quants, samples, stride)
	case vectorized:
		kernel8(block, quants, samples, stride)
	case last <= lastOfCorner:
		transform8Corner(block, quants, samples, stride)
	default:
		transform8(block, quants, samples, stride)
	}
}
