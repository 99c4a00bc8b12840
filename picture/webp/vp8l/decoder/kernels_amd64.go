//go:build !purego

package decoder

import "golang.org/x/sys/cpu"

// hasKernels reports whether the processor has the instructions of the kernels.
func hasKernels() bool { return cpu.X86.HasAVX2 }

// predictKernel is [transform.predictRun] in assembly. It returns false for a mode without a
// kernel. The checks of the first and the last pixels cover all pixels.
func predictKernel(mode uint8, row, above []uint32, x, end int) bool {
	_, _ = row[x-1], row[end-1]
	_, _ = above[x-1], above[end]
	count := end - x

	switch mode {
	case 1:
		addLeftAVX2(&row[x], count)
	case 2:
		addAVX2(&row[x], &above[x], count)
	case 3:
		addAVX2(&row[x], &above[x+1], count)
	case 4:
		addAVX2(&row[x], &above[x-1], count)
	case 5:
		addLeftMeansAVX2(&row[x], &above[x+1], &above[x], count)
	case 6:
		addLeftMeanAVX2(&row[x], &above[x-1], count)
	case 7:
		addLeftMeanAVX2(&row[x], &above[x], count)
	case 8:
		addAverageAVX2(&row[x], &above[x-1], &above[x], count)
	case 9:
		addAverageAVX2(&row[x], &above[x], &above[x+1], count)
	case 10:
		addMeanOfFourAVX2(&row[x], &above[x], count)
	case 11:
		addSelectedAVX2(&row[x], &above[x], count)
	case 12:
		addSumWithoutAVX2(&row[x], &above[x], count)
	case 13:
		addHalfSumAVX2(&row[x], &above[x], count)
	default:
		return false
	}

	return true
}

func addColorsKernel(block []uint32, multipliers uint32) {
	addColorsAVX2(&block[0], len(block), multipliers)
}

func addGreenKernel(row []uint32) { addGreenAVX2(&row[0], len(row)) }

//go:noescape
func addAVX2(row, first *uint32, count int)

//go:noescape
func addAverageAVX2(row, first, second *uint32, count int)

//go:noescape
func addLeftAVX2(row *uint32, count int)

//go:noescape
func addLeftMeanAVX2(row, first *uint32, count int)

//go:noescape
func addLeftMeansAVX2(row, first, second *uint32, count int)

//go:noescape
func addMeanOfFourAVX2(row, first *uint32, count int)

//go:noescape
func addSelectedAVX2(row, first *uint32, count int)

//go:noescape
func addSumWithoutAVX2(row, first *uint32, count int)

//go:noescape
func addHalfSumAVX2(row, first *uint32, count int)

//go:noescape
func addColorsAVX2(row *uint32, count int, multipliers uint32)

//go:noescape
func addGreenAVX2(row *uint32, count int)
