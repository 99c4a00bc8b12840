//go:build !purego

package hevc

// rowsKernel is [layer.rows] in assembly.
func (l *layer[T]) rowsKernel(r *reference, at, size, angle int) {
	block := l.pix[at : at+(size-1)*l.stride+size]

	switch to := any(block).(type) {
	case []uint8:
		angularBytes(&to[0], l.stride, &r[largestSide+1], size, angle)
	case []uint16:
		angularWords(&to[0], l.stride, &r[largestSide+1], size, angle)
	}
}

// columnsKernel is [layer.columns] in assembly, for blocks of 8 to 32 samples a side.
func (l *layer[T]) columnsKernel(r *reference, at, size, angle int) {
	block := l.pix[at : at+(size-1)*l.stride+size]

	switch to := any(block).(type) {
	case []uint8:
		var turned [largestSide * largestSide]uint8

		angularBytes(&turned[0], size, &r[largestSide+1], size, angle)
		transposeBytes(&to[0], l.stride, &turned[0], size)
	case []uint16:
		var turned [largestSide * largestSide]uint16

		angularWords(&turned[0], size, &r[largestSide+1], size, angle)
		transposeWords(&to[0], l.stride, &turned[0], size)
	}
}

//go:noescape
func angularBytes(to *uint8, stride int, from *int32, size, angle int)

//go:noescape
func angularWords(to *uint16, stride int, from *int32, size, angle int)

//go:noescape
func transposeBytes(to *uint8, stride int, from *uint8, size int)

//go:noescape
func transposeWords(to *uint16, stride int, from *uint16, size int)
