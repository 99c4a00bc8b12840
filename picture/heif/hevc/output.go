package hevc

// Part has finished rows of a picture, as wide as the picture.
type Part struct {
	// Picture describes the whole picture. Its planes have only the rows of the part.
	Picture

	// Top is the first row, in luma samples. It is even, unless the height of chroma is
	// that of luma.
	Top int
}

// output receives the rows of a picture after all filters: either those of the whole
// picture, or those of one row of CTBs at a time.
type output struct {
	planes []outputPlane
	top    int // the first row of CTBs
}

// outputPlane has the samples of a component. One of pix and deep is nil.
type outputPlane struct {
	stride int
	pix    []uint8
	deep   []uint16
}

// newOutput allocates room for a number of rows of CTBs.
func newOutput(s *sps, rows int) *output {
	made := &output{}

	for i := range s.components() {
		x, y := s.shift(i)
		plane := outputPlane{stride: s.width >> x}

		samples := plane.stride * (min(rows<<s.log2CTB, s.height) >> y)
		if s.deep() {
			plane.deep = make([]uint16, samples)
		} else {
			plane.pix = make([]uint8, samples)
		}

		made.planes = append(made.planes, plane)
	}

	return made
}

// samplesOf returns the samples of a plane. T must be the type of its samples.
func samplesOf[T sample](plane *outputPlane) (samples []T) {
	switch to := any(&samples).(type) {
	case *[]uint8:
		*to = plane.pix
	case *[]uint16:
		*to = plane.deep
	}

	return samples
}

// shown returns the lines from top to bottom that are inside of the crop, in luma samples,
// as a part of the picture. It returns false if there are none.
func (o *output) shown(s *sps, top, bottom int) (Part, bool) {
	crop := &s.crop
	from, to := max(top, crop.top), min(bottom, s.height-crop.bottom)

	made := Part{
		Picture: Picture{
			Width: s.width - crop.left - crop.right, Height: s.height - crop.top - crop.bottom,
			Chroma: s.chroma, Depth: s.depth[0], DepthOfColor: s.depth[1],
		},
		Top: from - crop.top,
	}

	if from >= to {
		return made, false
	}

	first := o.top << s.log2CTB

	for i := range o.planes {
		x, y := s.shift(i)
		plane := &o.planes[i]
		part := Plane{Width: made.Width >> x, Height: (to - from) >> y, Stride: plane.stride}
		start := (from-first)>>y*plane.stride + crop.left>>x
		end := start + (part.Height-1)*plane.stride + part.Width

		if plane.deep != nil {
			part.Deep = plane.deep[start:end:end]
		} else {
			part.Pix = plane.pix[start:end:end]
		}

		made.Planes = append(made.Planes, part)
	}

	return made, true
}
