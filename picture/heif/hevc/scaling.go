package hevc

// Numbers of scaling lists: one for each size of transform blocks, component and kind of
// prediction. The first three of a size are for intra prediction.
const (
	listSizes   = 4
	listKinds   = 6
	listLength  = 64
	flatFactor  = 16
	size4       = 0
	size16      = 2
	size32      = 3
	defaultDC   = 16
	intraFactor = 3 // lists of a size that an intra picture uses
)

// scalingLists are the lists as they are coded, in the order of the diagonal scan (clause
// 7.3.4). Lists for 4 × 4 blocks have 16 entries. Larger blocks have 64, and a DC entry
// from 16 × 16 on.
type scalingLists struct {
	entries [listSizes][listKinds][listLength]uint8
	dc      [listSizes][listKinds]uint8
}

// scalingFactors are the factors of intra blocks by size, component, and position in
// raster order (clause 7.4.5).
type scalingFactors [listSizes][intraFactor][]uint8

// defaultIntra and defaultInter are the lists of table 7-6.
var (
	defaultIntra = [listLength]uint8{
		16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 17, 16, 17, 16, 17, 18,
		17, 18, 18, 17, 18, 21, 19, 20, 21, 20, 19, 21, 24, 22, 22, 24,
		24, 22, 22, 24, 25, 25, 27, 30, 27, 25, 25, 29, 31, 35, 35, 31,
		29, 36, 41, 44, 41, 36, 47, 54, 54, 47, 65, 70, 65, 88, 88, 115,
	}
	defaultInter = [listLength]uint8{
		16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 17, 17, 17, 17, 17, 18,
		18, 18, 18, 18, 18, 20, 20, 20, 20, 20, 20, 20, 24, 24, 24, 24,
		24, 24, 24, 24, 25, 25, 25, 25, 25, 25, 25, 28, 28, 28, 28, 28,
		28, 33, 33, 33, 33, 33, 41, 41, 41, 41, 54, 54, 54, 71, 71, 91,
	}
)

func (l *scalingLists) setDefault(size, kind int) {
	l.dc[size][kind] = defaultDC

	switch {
	case size == size4:
		for i := range l.entries[size][kind] {
			l.entries[size][kind][i] = flatFactor
		}
	case kind < intraFactor:
		l.entries[size][kind] = defaultIntra
	default:
		l.entries[size][kind] = defaultInter
	}
}

func defaultLists() *scalingLists {
	l := &scalingLists{}

	for size := range listSizes {
		for kind := range listKinds {
			l.setDefault(size, kind)
		}
	}

	return l
}

// parseScalingLists reads scaling_list_data. The lists of 32 × 32 blocks of chroma are
// not coded. With 4:4:4 they are those of 16 × 16 blocks (clause 7.4.5).
func parseScalingLists(in *bits, chroma Chroma) *scalingLists {
	l := defaultLists()

	for size := range listSizes {
		step := 1
		if size == size32 {
			step = 3
		}

		for kind := 0; kind < listKinds; kind += step {
			l.parse(in, size, kind, step)
		}
	}

	if chroma == Chroma444 {
		for _, kind := range [...]int{1, 2, 4, 5} {
			l.entries[size32][kind], l.dc[size32][kind] = l.entries[size16][kind], l.dc[size16][kind]
		}
	}

	return l
}

func (l *scalingLists) parse(in *bits, size, kind, step int) {
	if !in.flag() { // scaling_list_pred_mode_flag
		delta := in.limited("scaling_list_pred_matrix_id_delta", kind/step) * step
		if delta == 0 {
			l.setDefault(size, kind)
		} else {
			l.entries[size][kind], l.dc[size][kind] = l.entries[size][kind-delta], l.dc[size][kind-delta]
		}

		return
	}

	next := 8

	if size >= size16 {
		next = in.signed("scaling_list_dc_coef_minus8", -7, 247) + 8
		l.dc[size][kind] = uint8(next)
	}

	for i := range min(listLength, 1<<(4+size<<1)) {
		next = (next + in.signed("scaling_list_delta_coef", -128, 127) + 256) % 256
		l.entries[size][kind][i] = uint8(next)
	}
}

// factors expands the lists of intra blocks. A list of 64 entries covers a larger block
// with squares of equal factors.
func (l *scalingLists) factors() *scalingFactors {
	made := &scalingFactors{}

	for size := range listSizes {
		side := 4 << size

		for kind := range intraFactor {
			factors := make([]uint8, side*side)
			coded, repeat := scanOf(3, scanDiagonal), side/8

			if size == size4 {
				coded, repeat = scanOf(2, scanDiagonal), 1
			}

			for i, at := range coded {
				for y := range repeat {
					for x := range repeat {
						factors[(int(at.y)*repeat+y)*side+int(at.x)*repeat+x] = l.entries[size][kind][i]
					}
				}
			}

			if size >= size16 {
				factors[0] = l.dc[size][kind]
			}

			made[size][kind] = factors
		}
	}

	return made
}
