//go:build !purego

package hevc

// lumaKernel is [layer.filterLines] in assembly.
func (l *layer[T]) lumaKernel(at, across int, tc int32, how filtering) {
	first := at - 4*across // p3 of the first line
	block := l.pix[first : at+3*l.stride+4]
	flags := 0

	for i, set := range []bool{how.strong, how.moreP, how.moreQ} {
		if set {
			flags |= 1 << i
		}
	}

	switch to := any(block).(type) {
	case []uint8:
		if across == 1 {
			deblockLeftBytes(&to[at-first], l.stride, int(tc), flags)
		} else {
			deblockTopBytes(&to[at-first], l.stride, int(tc), flags)
		}
	case []uint16:
		if across == 1 {
			deblockLeftWords(&to[at-first], l.stride, int(tc), flags, int(l.most))
		} else {
			deblockTopWords(&to[at-first], l.stride, int(tc), flags, int(l.most))
		}
	}
}

//go:noescape
func deblockTopBytes(to *uint8, stride, tc, flags int)

//go:noescape
func deblockTopWords(to *uint16, stride, tc, flags, most int)

//go:noescape
func deblockLeftBytes(to *uint8, stride, tc, flags int)

//go:noescape
func deblockLeftWords(to *uint16, stride, tc, flags, most int)
