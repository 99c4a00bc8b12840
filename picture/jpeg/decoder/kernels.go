package decoder

// vectorised says whether the vector kernels run. It is a variable so that tests
// run both.
var vectorised = hasKernels()

// put turns a block's coefficients into samples. Coefficients behind the zigzag
// index last are zero.
func put(block, divisors *coefficients, last, side int, samples []byte, stride int) {
	switch {
	case last == 0 || side == 1:
		flat(block[0], divisors[0], samples, stride, side)
	case side == 2:
		transform2(block, divisors, samples, stride)
	case side == 4 && vectorised:
		kernel4(block, divisors, samples, stride)
	case side == 4:
		transform4(block, divisors, samples, stride)
	case vectorised:
		kernel8(block, divisors, samples, stride)
	case last <= lastOfCorner:
		transform8Corner(block, divisors, samples, stride)
	default:
		transform8(block, divisors, samples, stride)
	}
}
