package hevc

// neighbors says which samples around a block are available.
type neighbors struct {
	left, top, corner bool
	below, right      int // samples below the left side, and to the right of the top side
}

// largestSide is the largest side of a block.
const largestSide = 32

// border has the samples around a block in one line: from the lowest one on the left,
// upwards, over the corner, and to the right. The corner has index 2 × side.
type border struct {
	line     [4*largestSide + 1]int32
	filtered [4*largestSide + 1]int32
}

func (c *canvas[T]) predict(b *border, s *sps, component, x, y, log2, mode int, n neighbors) {
	l := &c.layers[component]
	size := 1 << log2

	l.gather(&b.line, x, y, size, n)

	line := &b.line

	if component == 0 || s.chroma == Chroma444 {
		strong := s.strongSmoothing && component == 0 && log2 == 5
		line = b.filter(size, mode, strong, l.depth)
	}

	edges := component == 0 && log2 < 5

	switch mode {
	case modePlanar:
		if hasKernels && log2 > 2 {
			l.planarKernel(line, l.at(x, y), log2)
		} else {
			l.planar(line, l.at(x, y), log2)
		}
	case modeDC:
		l.dc(line, x, y, log2, edges)
	default:
		if mode < 18 {
			l.horizontal(line, x, y, size, mode, edges)
		} else {
			l.vertical(line, x, y, size, mode, edges)
		}
	}
}

// gather copies the samples around a block, and substitutes those that are not available
// (clause 8.4.4.2.2).
func (l *layer[T]) gather(line *[4*largestSide + 1]int32, x, y, size int, n neighbors) {
	corner, whole := 2*size, 4*size+1
	first := whole // the first available sample

	if n.right > 0 || n.top {
		at := l.at(x, y) - l.stride
		from, to := 0, size+n.right

		if !n.top {
			from = size
		}

		for i, value := range l.pix[at+from : at+to] {
			line[corner+1+from+i] = int32(value)
		}

		for i := to; i < 2*size; i++ {
			line[corner+1+i] = line[corner+to]
		}

		first = corner + 1 + from
	}

	if n.corner {
		line[corner] = int32(l.pix[l.at(x, y)-l.stride-1])
		first = min(first, corner)
	}

	if n.left {
		at := l.at(x, y) - 1
		for i := range size + n.below {
			line[corner-1-i] = int32(l.pix[at])
			at += l.stride
		}

		first = corner - size - n.below
	}

	if first == whole {
		for i := range line[:whole] {
			line[i] = 1 << (l.depth - 1)
		}

		return
	}

	substitute(line, first, size, n)
}

// substitute fills the samples that are not available. first is the first available one.
func substitute(line *[4*largestSide + 1]int32, first, size int, n neighbors) {
	corner := 2 * size

	for i := range line[:first] {
		line[i] = line[first]
	}

	if n.left && !n.corner {
		line[corner] = line[corner-1]
	}

	switch {
	case n.top, !n.left && !n.corner:
	case n.right > 0:
		for i := range size {
			line[corner+1+i] = line[corner]
		}
	default:
		for i := range 2 * size {
			line[corner+1+i] = line[corner]
		}
	}
}

// filterDistances are the smallest distances from the horizontal and vertical modes for
// filtering, by the logarithm of the side (table 8-4). Blocks of 4 are not filtered.
var filterDistances = [6]int{3: 7, 4: 1, 5: 0}

// filter smooths the samples around a block (clause 8.4.4.2.3).
func (b *border) filter(size, mode int, strong bool, depth int) *[4*largestSide + 1]int32 {
	if mode == modeDC || size == 4 {
		return &b.line
	}

	log2 := 3
	for 1<<log2 < size {
		log2++
	}

	distance := min(abs(mode-modeVertical), abs(mode-modeHorizontal))
	if distance <= filterDistances[log2] {
		return &b.line
	}

	from, to := &b.line, &b.filtered
	last, corner := 4*size, 2*size
	to[0], to[last] = from[0], from[last]

	if limit := int32(1) << (depth - 5); strong &&
		abs(from[corner]+from[last]-2*from[corner+size]) < limit &&
		abs(from[corner]+from[0]-2*from[corner-size]) < limit {
		to[corner] = from[corner]

		for i := int32(1); i < 64; i++ {
			to[i] = ((64-i)*from[0] + i*from[corner] + 32) >> 6
			to[64+i] = ((64-i)*from[corner] + i*from[last] + 32) >> 6
		}

		return to
	}

	for i := 1; i < last; i++ {
		to[i] = (from[i-1] + 2*from[i] + from[i+1] + 2) >> 2
	}

	return to
}

func abs[N int | int32](n N) N {
	if n < 0 {
		return -n
	}

	return n
}

// planar is the mode of clause 8.4.4.2.4.
func (l *layer[T]) planar(line *[4*largestSide + 1]int32, at, log2 int) {
	size := 1 << log2
	corner := 2 * size
	top := line[corner+1 : corner+1+size]
	right, below := line[corner+1+size], line[corner-1-size]

	for j := range size {
		left := line[corner-1-j]
		row := l.pix[at : at+size]

		for i := range row {
			sum := int32(size-1-i)*left + int32(i+1)*right + int32(size-1-j)*top[i] + int32(j+1)*below
			row[i] = T((sum + int32(size)) >> (uint(log2) + 1))
		}

		at += l.stride
	}
}

// dc is the mode of clause 8.4.4.2.5.
func (l *layer[T]) dc(line *[4*largestSide + 1]int32, x, y, log2 int, edges bool) {
	size := 1 << log2
	corner := 2 * size
	sum := int32(size)

	for i := 1; i <= size; i++ {
		sum += line[corner-i] + line[corner+i]
	}

	value := sum >> (uint(log2) + 1)
	start := l.at(x, y)
	row := l.pix[start : start+size]

	for i := range row {
		row[i] = T(value)
	}

	for i := 1; i < size; i++ {
		copy(l.pix[start+i*l.stride:][:size], row)
	}

	if !edges {
		return
	}

	for i := 1; i < size; i++ {
		l.pix[start+i] = T((line[corner+1+i] + 3*value + 2) >> 2)
		l.pix[start+i*l.stride] = T((line[corner-1-i] + 3*value + 2) >> 2)
	}

	l.pix[start] = T((line[corner-1] + 2*value + line[corner+1] + 2) >> 2)
}
