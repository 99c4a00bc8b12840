package hevc

// surface has the samples of a row of CTBs. Samples of 8 bits are bytes, and deeper ones
// have two bytes. Positions are in samples of the component, from the top of the picture
// on.
type surface interface {
	// predict predicts a block from the samples around it (clause 8.4.4.2).
	predict(b *border, s *sps, component, x, y, log2, mode int, n neighbors)
	// add adds a residual to a block, and limits the sum (clause 8.6.7).
	add(component, x, y, log2 int, samples *[largestBlock]int32)
	// addFlat adds the same number to all samples of a block.
	addFlat(component, x, y, log2 int, value int32)
	// pcm reads the samples of a block (clause 8.4.4.1).
	pcm(component, x, y, width, height, depth int, in *bits)
	// pass copies the last line of a CTB to the surface below, for the predictions there.
	pass(below surface, component, x, width int)
	// deblock applies the deblocking filter to a row of CTBs, and to the last lines of the
	// row above, which is nil for the first row (clause 8.7.2).
	deblock(p *picture, row int, above surface)
	// offset applies sample adaptive offset to a row of CTBs, and stores the result (clause
	// 8.7.3). The row below, if there is one, has been deblocked.
	offset(p *picture, row int, to *output)
}

type sample interface{ ~uint8 | ~uint16 }

// canvas is a surface of one type of samples.
type canvas[T sample] struct {
	layers []layer[T]
}

// headLines is the number of lines before those of the row of CTBs itself. While the row
// is decoded, the last one of them has the samples above the row before the loop filters.
// While the row is filtered, they have the last lines of the row above. The deblocking
// filter reads four of them, and changes three.
const headLines = 4

// layer has the samples of one component: the head lines, the lines of the row of CTBs,
// and the first line of the row below, after the deblocking filter.
type layer[T sample] struct {
	pix    []T
	stride int // also the width
	lines  int // of a row of CTBs, a power of two
	height int // of the whole picture
	depth  int
	most   int32 // the largest sample
}

// at returns the index of a sample.
func (l *layer[T]) at(x, y int) int { return (y&(l.lines-1)+headLines)*l.stride + x }

// line returns a line of the row of CTBs; negative ones are head lines.
func (l *layer[T]) line(y int) []T {
	at := (y + headLines) * l.stride

	return l.pix[at : at+l.stride]
}

// linesOf returns the number of lines of a row of CTBs that are in the picture.
func (l *layer[T]) linesOf(row int) int { return min(l.lines, l.height-row*l.lines) }

func (s *sps) deep() bool {
	const byteDepth = 8

	return max(s.depth[0], s.depth[1]) > byteDepth
}

func newSurface(s *sps) surface {
	if s.deep() {
		return newCanvas[uint16](s)
	}

	return newCanvas[uint8](s)
}

func newCanvas[T sample](s *sps) *canvas[T] {
	c := &canvas[T]{}

	for i := range s.components() {
		shiftX, shiftY := s.shift(i)
		width, lines := s.width>>shiftX, 1<<s.log2CTB>>shiftY
		c.layers = append(c.layers, layer[T]{
			pix: make([]T, width*(headLines+lines+1)), stride: width, lines: lines, height: s.height >> shiftY,
			depth: s.depth[i], most: 1<<s.depth[i] - 1,
		})
	}

	return c
}

func (c *canvas[T]) add(component, x, y, log2 int, samples *[largestBlock]int32) {
	l := &c.layers[component]
	size, at := 1<<log2, l.at(x, y)

	if hasKernels {
		l.addKernel(at, size, samples)

		return
	}

	l.addPlain(at, size, samples)
}

// addPlain is [canvas.add] in plain Go.
func (l *layer[T]) addPlain(at, size int, samples *[largestBlock]int32) {
	for i := range size {
		row := l.pix[at : at+size]
		residual := samples[i*size : (i+1)*size]
		residual = residual[:len(row)]

		for k, value := range row {
			row[k] = T(min(max(int32(value)+residual[k], 0), l.most))
		}

		at += l.stride
	}
}

func (c *canvas[T]) addFlat(component, x, y, log2 int, value int32) {
	l := &c.layers[component]
	size, at := 1<<log2, l.at(x, y)

	for range size {
		row := l.pix[at : at+size]
		for k, sample := range row {
			row[k] = T(min(max(int32(sample)+value, 0), l.most))
		}

		at += l.stride
	}
}

func (c *canvas[T]) pcm(component, x, y, width, height, depth int, in *bits) {
	l := &c.layers[component]
	at := l.at(x, y)

	for range height {
		row := l.pix[at : at+width]
		for k := range row {
			row[k] = T(in.uint(depth) << (l.depth - depth))
		}

		at += l.stride
	}
}

func (c *canvas[T]) pass(below surface, component, x, width int) {
	l := &c.layers[component]
	end := min(x+width, l.stride)

	to, ok := below.(*canvas[T])
	if !ok {
		return // All surfaces of a picture have the same type.
	}

	copy(to.layers[component].line(-1)[x:end], l.line(l.lines - 1)[x:end])
}
