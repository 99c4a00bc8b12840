package hevc

// angles are intraPredAngle by mode (table 8-5).
var angles = [modeLast + 1]int{
	2: 32, 26, 21, 17, 13, 9, 5, 2, 0, -2, -5, -9, -13, -17, -21, -26,
	-32, -26, -21, -17, -13, -9, -5, -2, 0, 2, 5, 9, 13, 17, 21, 26, 32,
}

// inverseAngles are invAngle by mode (table 8-6).
var inverseAngles = [modeLast + 1]int{
	11: -4096, -1638, -910, -630, -482, -390, -315, -256,
	-315, -390, -482, -630, -910, -1638, -4096,
}

// reference is ref of clause 8.4.4.2.6: entry largestSide + i is for index i. The weight of
// the last entry is always 0.
type reference [3*largestSide + 2]int32

// project fills the reference of a mode. The side from which the mode predicts runs from
// the corner in steps of 1 or -1, and the other side in the opposite direction.
func (r *reference) project(line *[4*largestSide + 1]int32, size, mode, step int) {
	corner, angle := 2*size, angles[mode]

	count := 2 * size
	if angle < 0 {
		count = size
	}

	at := corner
	for i := range count + 1 {
		r[largestSide+i] = line[at]
		at += step
	}

	if last := size * angle >> 5; angle < 0 && last < -1 {
		inverse := inverseAngles[mode]
		for i := -1; i >= last; i-- {
			r[largestSide+i] = line[corner-step*((i*inverse+128)>>8)]
		}
	}
}

// vertical has the modes 18 to 34, which predict from the top.
func (l *layer[T]) vertical(line *[4*largestSide + 1]int32, x, y, size, mode int, edges bool) {
	var r reference

	r.project(line, size, mode, 1)

	corner, start := 2*size, l.at(x, y)

	if hasKernels {
		l.rowsKernel(&r, start, size, angles[mode])
	} else {
		l.rows(&r, start, size, angles[mode])
	}

	if mode == modeVertical && edges {
		for j := range size {
			value := line[corner+1] + (line[corner-1-j]-line[corner])>>1
			l.pix[start+j*l.stride] = T(min(max(value, 0), l.most))
		}
	}
}

// rows predicts the rows of a block from the reference at the top.
func (l *layer[T]) rows(r *reference, start, size, angle int) {
	for j := range size {
		whole, part := (j+1)*angle>>5, int32((j+1)*angle&31)
		row := l.pix[start+j*l.stride : start+j*l.stride+size]
		from := r[largestSide+whole+1 : largestSide+whole+1+size]

		if part == 0 {
			for i := range row {
				row[i] = T(from[i])
			}

			continue
		}

		next := r[largestSide+whole+2 : largestSide+whole+2+size]
		for i := range row {
			row[i] = T(((32-part)*from[i] + part*next[i] + 16) >> 5)
		}
	}
}

// horizontal has the modes 2 to 17, which predict from the left.
func (l *layer[T]) horizontal(line *[4*largestSide + 1]int32, x, y, size, mode int, edges bool) {
	var r reference

	r.project(line, size, mode, -1)

	corner, start := 2*size, l.at(x, y)

	if hasKernels && size > 4 {
		l.columnsKernel(&r, start, size, angles[mode])
	} else {
		l.columns(&r, start, size, angles[mode])
	}

	if mode == modeHorizontal && edges {
		for i := range size {
			value := line[corner-1] + (line[corner+1+i]-line[corner])>>1
			l.pix[start+i] = T(min(max(value, 0), l.most))
		}
	}
}

// columns predicts the columns of a block from the reference at the left.
func (l *layer[T]) columns(r *reference, start, size, angle int) {
	for i := range size {
		whole, part := (i+1)*angle>>5, int32((i+1)*angle&31)
		from := r[largestSide+whole+1 : largestSide+whole+1+size]
		next := r[largestSide+whole+2 : largestSide+whole+2+size]

		at := start + i
		for j := range size {
			l.pix[at] = T(((32-part)*from[j] + part*next[j] + 16) >> 5)
			at += l.stride
		}
	}
}
