//go:build !purego

package hevc

// addKernel is [layer.addPlain] in assembly.
func (l *layer[T]) addKernel(at, size int, samples *[largestBlock]int32) {
	block := l.pix[at : at+(size-1)*l.stride+size]

	switch to := any(block).(type) {
	case []uint8:
		addBytes(&to[0], l.stride, &samples[0], size)
	case []uint16:
		addWords(&to[0], l.stride, &samples[0], size, int(l.most))
	}
}

// planarKernel is [layer.planar] in assembly, for blocks of 8 to 32 samples a side.
func (l *layer[T]) planarKernel(line *[4*largestSide + 1]int32, at, log2 int) {
	size := 1 << log2
	block := l.pix[at : at+(size-1)*l.stride+size]

	switch to := any(block).(type) {
	case []uint8:
		planarBytes(&to[0], l.stride, &line[2*size], log2)
	case []uint16:
		planarWords(&to[0], l.stride, &line[2*size], log2)
	}
}

// edgeKernel is [area.edgeRun] in assembly, for at least 16 samples of 8 bits. It returns
// false for deeper samples.
func edgeKernel[T sample](row, center, one, other []T, table *[5]int32) bool {
	to, ok := any(row).([]uint8)
	if !ok {
		return false
	}

	from, _ := any(center).([]uint8)
	before, _ := any(one).([]uint8)
	after, _ := any(other).([]uint8)

	var offsets [2][16]uint8 // the positive and the negative offsets, without sign

	for i, value := range table {
		offsets[0][i], offsets[1][i] = uint8(max(value, 0)), uint8(max(-value, 0))
	}

	edgeBytes(&to[0], &from[0], &before[0], &after[0], &offsets, len(to))

	return true
}

//go:noescape
func addBytes(to *uint8, stride int, samples *int32, size int)

//go:noescape
func addWords(to *uint16, stride int, samples *int32, size, most int)

//go:noescape
func planarBytes(to *uint8, stride int, corner *int32, log2 int)

//go:noescape
func planarWords(to *uint16, stride int, corner *int32, log2 int)

//go:noescape
func edgeBytes(to, center, one, other *uint8, offsets *[2][16]uint8, count int)
