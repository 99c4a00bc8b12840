//go:build !purego

package decoder

import "golang.org/x/sys/cpu"

// hasKernels reports whether the processor and the operating system support AVX2.
func hasKernels() bool { return cpu.X86.HasAVX2 }

// pairs holds the factors for two neighboring coefficients, repeated for each of the
// eight columns in a vector.
type pairs [16]int16

// factors has the factors of the kernels, in the order of use. The names are those of
// idct.go.
var factors = [12]pairs{
	pair(one, one), pair(one, -one), // X[0] and X[4]
	pair(cos2, cos6), pair(cos6, -cos2), // X[2] and X[6]
	pair(cos1, cos3), pair(cos5, cos7), // X[1] and X[3], X[5] and X[7] for n = 0 and 7
	pair(cos3, -cos7), pair(-cos1, -cos5), // for n = 1 and 6
	pair(cos5, -cos1), pair(cos7, cos3), // for n = 2 and 5
	pair(cos7, -cos5), pair(cos3, -cos1), // for n = 3 and 4
}

func pair(first, second int16) (p pairs) {
	for i := range p {
		p[i] = [2]int16{first, second}[i%2]
	}

	return p
}

// kernel8 is [transform8] in assembly. The bounds check of the last sample covers all
// samples.
func kernel8(block, quants *coefficients, samples []byte, stride int) {
	_ = samples[7*stride+7]
	inverse8x8(block, quants, &factors, &samples[0], stride)
}

// kernel4 is [transform4] in assembly.
func kernel4(block, quants *coefficients, samples []byte, stride int) {
	_ = samples[3*stride+3]
	inverse4x4(block, quants, &factors, &samples[0], stride)
}

//go:noescape
func inverse8x8(block, quants *coefficients, factors *[12]pairs, samples *byte, stride int)

//go:noescape
func inverse4x4(block, quants *coefficients, factors *[12]pairs, samples *byte, stride int)
