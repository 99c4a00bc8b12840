//go:build !amd64 || purego

package hevc

// hasKernels is false, because there are no kernels for this processor.
const hasKernels = false

func (r *residual) kernel(log2, depth int) { r.inverseDCT(log2, depth) }

func (l *layer[T]) addKernel(at, size int, samples *[largestBlock]int32) {
	l.addPlain(at, size, samples)
}

func (l *layer[T]) planarKernel(line *[4*largestSide + 1]int32, at, log2 int) {
	l.planar(line, at, log2)
}

func (l *layer[T]) rowsKernel(r *reference, at, size, angle int) { l.rows(r, at, size, angle) }

func (l *layer[T]) columnsKernel(r *reference, at, size, angle int) { l.columns(r, at, size, angle) }

func (l *layer[T]) lumaKernel(at, across int, tc int32, how filtering) {
	l.filterLines(at, across, l.stride+1-across, tc, how, edge{})
}

func edgeKernel[T sample](_, _, _, _ []T, _ *[5]int32) bool { return false }
