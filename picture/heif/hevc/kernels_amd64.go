//go:build !purego

package hevc

import "golang.org/x/sys/cpu"

// hasKernels reports whether the processor and the operating system support AVX2.
var hasKernels = cpu.X86.HasAVX2

// leftFactors have the matrices of 8 to 32 samples by log2 − 3, transposed: a row has the
// factors of a result.
var leftFactors = func() (made [3][32][32]int16) {
	for i := range made {
		for result := range 8 << i {
			for k := range 8 << i {
				made[i][result][k] = factor(8<<i, k, result)
			}
		}
	}

	return made
}()

// rightFactors have the same matrices. Two neighboring rows are in the lower and in the
// upper 16 bits.
var rightFactors = func() (made [3][16][32]int32) {
	for i := range made {
		for pair := range 4 << i {
			for result := range 8 << i {
				lower, upper := factor(8<<i, 2*pair, result), factor(8<<i, 2*pair+1, result)
				made[i][pair][result] = int32(upper)<<16 | int32(uint16(lower))
			}
		}
	}

	return made
}()

// factor returns the factor of coefficient k in a result of a transform of a size. It is
// the coefficient 32 ÷ size × k of the largest transform.
func factor(size, k, result int) int16 {
	const turn, largest = 128, 32

	angle := (2*result + 1) * k * (largest / size) % turn
	if angle > turn/2 {
		angle = turn - angle
	}

	if angle > largest {
		return int16(-cosines[2*largest-angle])
	}

	return int16(cosines[angle])
}

// kernel is [residual.inverseDCT] in assembly, for blocks of 8 to 32 samples a side.
func (r *residual) kernel(log2, depth int) {
	const columnsOfGroup = 8

	size, groups, pairs := 1<<log2, (r.columns+columnsOfGroup-1)/columnsOfGroup, (r.rows+1)/2

	pack(&r.pairs, &r.coefficients[0], pairs, groups, size)
	columns(&r.between, &leftFactors[log2-3], &r.pairs, pairs, groups, size)
	rows(&r.samples[0], &r.between, &rightFactors[log2-3], (r.columns+1)/2, size, secondShift-depth)
}

//go:noescape
func pack(pairs *[16][32]int32, coefficients *int32, count, groups, size int)

//go:noescape
func columns(out, left *[32][32]int16, right *[16][32]int32, count, groups, size int)

//go:noescape
func rows(out *int32, left *[32][32]int16, right *[16][32]int32, count, size, shift int)
