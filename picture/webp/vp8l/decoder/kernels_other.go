//go:build !amd64 || purego

package decoder

// hasKernels returns false, because there are no kernels for this processor.
func hasKernels() bool { return false }

func predictKernel(uint8, []uint32, []uint32, int, int) bool { return false }

func addColorsKernel(block []uint32, multipliers uint32) { addColors(block, multipliers) }

func addGreenKernel(row []uint32) { addGreen(row) }
