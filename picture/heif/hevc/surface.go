package hevc

// surface has the samples of a picture. Samples of 8 bits are bytes, and deeper ones have
// two bytes.
type surface interface {
	// predict predicts a block from the samples around it (clause 8.4.4.2).
	predict(s *sps, component, x, y, log2, mode int, n neighbors)
	// add adds a residual to a block, and limits the sum (clause 8.6.7).
	add(component, x, y, log2 int, samples *[largestBlock]int32)
	// addFlat adds the same number to all samples of a block.
	addFlat(component, x, y, log2 int, value int32)
	// pcm reads the samples of a block (clause 8.4.4.1).
	pcm(component, x, y, width, height, depth int, in *bits)
	// deblock and offset are the loop filters (clauses 8.7.2 and 8.7.3).
	deblock(p *picture)
	offset(p *picture)
	// plane returns a part of a component.
	plane(component, x, y, width, height int) Plane
}

type sample interface{ ~uint8 | ~uint16 }

// canvas is a surface of one type of samples.
type canvas[T sample] struct {
	layers []layer[T]
	border border
}

// layer has the samples of one component.
type layer[T sample] struct {
	pix           []T
	stride        int
	width, height int
	depth         int
	most          int32 // the largest sample
}

func newSurface(s *sps) surface {
	const byteDepth = 8

	if max(s.depth[0], s.depth[1]) > byteDepth {
		return newCanvas[uint16](s)
	}

	return newCanvas[uint8](s)
}

func newCanvas[T sample](s *sps) *canvas[T] {
	c := &canvas[T]{}

	for i := range s.components() {
		shiftX, shiftY := s.shift(i)
		width, height := s.width>>shiftX, s.height>>shiftY
		c.layers = append(c.layers, layer[T]{
			pix: make([]T, width*height), stride: width, width: width, height: height,
			depth: s.depth[i], most: 1<<s.depth[i] - 1,
		})
	}

	return c
}

func (c *canvas[T]) add(component, x, y, log2 int, samples *[largestBlock]int32) {
	l := &c.layers[component]
	size, at := 1<<log2, y*l.stride+x

	for i := range size {
		row := l.pix[at : at+size]
		residual := samples[i<<log2 : i<<log2+size]
		residual = residual[:len(row)]

		for k, value := range row {
			row[k] = T(min(max(int32(value)+residual[k], 0), l.most))
		}

		at += l.stride
	}
}

func (c *canvas[T]) addFlat(component, x, y, log2 int, value int32) {
	l := &c.layers[component]
	size, at := 1<<log2, y*l.stride+x

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
	at := y*l.stride + x

	for range height {
		row := l.pix[at : at+width]
		for k := range row {
			row[k] = T(in.uint(depth) << (l.depth - depth))
		}

		at += l.stride
	}
}

func (c *canvas[T]) plane(component, x, y, width, height int) Plane {
	l := &c.layers[component]
	made := Plane{Width: width, Height: height, Stride: l.stride}
	from := y*l.stride + x
	to := from + (height-1)*l.stride + width

	switch pix := any(l.pix).(type) {
	case []uint8:
		made.Pix = pix[from:to:to]
	case []uint16:
		made.Deep = pix[from:to:to]
	}

	return made
}
