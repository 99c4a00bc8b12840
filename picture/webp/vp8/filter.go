package vp8

// Strength is the thresholds of the normal loop filter for a macroblock (RFC 6386, 15.2
// to 15.4).
type Strength struct {
	edge, inner int32 // limits of the differences at edges of macroblocks and of blocks
	interior    int32
	variance    int32 // above this threshold, only the samples next to the edge change
}

// MostLevel is the highest level of the loop filter (RFC 6386, 9.3).
const MostLevel = 63

// NewStrength returns the thresholds of a level of 1 to MostLevel and a sharpness of 0 to
// 7 in a key frame.
func NewStrength(level, sharpness int) Strength {
	interior := level

	if sharpness > 0 {
		interior >>= 1
		if sharpness > 4 {
			interior >>= 1
		}

		interior = min(interior, 9-sharpness)
	}

	interior = max(interior, 1)
	variance := 0

	switch {
	case level >= 40:
		variance = 2
	case level >= 15:
		variance = 1
	}

	return Strength{
		edge: int32((level+2)*2 + interior), inner: int32(level*2 + interior),
		interior: int32(interior), variance: int32(variance),
	}
}

// FilterBlock filters the edges of one plane of a macroblock in the order of RFC 6386, 15:
// its left edge, the vertical edges within, its upper edge, the horizontal edges within.
// The plane has its first sample of the macroblock at offset at. side is 16 for luma and 8
// for chroma. The edges within are filtered if inner is set.
func (s *Strength) FilterBlock(pix []byte, at, stride, side int, left, above, inner bool) {
	if left {
		s.filterEdge(pix, at, 1, stride, side)
	}

	if inner {
		for x := BlockSide; x < side; x += BlockSide {
			s.filterInner(pix, at+x, 1, stride, side)
		}
	}

	if above {
		s.filterEdge(pix, at, stride, 1, side)
	}

	if inner {
		for y := BlockSide; y < side; y += BlockSide {
			s.filterInner(pix, at+y*stride, stride, 1, side)
		}
	}
}

// edgeSamples are the four samples before an edge and the four after it.
type edgeSamples struct{ p3, p2, p1, p0, q0, q1, q2, q3 int32 }

func load(pix []byte, at, across int) edgeSamples {
	return edgeSamples{
		p3: int32(pix[at-4*across]), p2: int32(pix[at-3*across]), p1: int32(pix[at-2*across]), p0: int32(pix[at-across]),
		q0: int32(pix[at]), q1: int32(pix[at+across]), q2: int32(pix[at+2*across]), q3: int32(pix[at+3*across]),
	}
}

// filters reports whether the differences are small enough to be an artifact (15.3).
func (e *edgeSamples) filters(limit, interior int32) bool {
	return 2*distance(e.p0, e.q0)+distance(e.p1, e.q1)>>1 <= limit &&
		distance(e.p3, e.p2) <= interior && distance(e.p2, e.p1) <= interior && distance(e.p1, e.p0) <= interior &&
		distance(e.q1, e.q0) <= interior && distance(e.q2, e.q1) <= interior && distance(e.q3, e.q2) <= interior
}

func (e *edgeSamples) varies(threshold int32) bool {
	return distance(e.p1, e.p0) > threshold || distance(e.q1, e.q0) > threshold
}

// filterEdge filters an edge between macroblocks (15.3). across is the offset from one
// side of the edge to the other, along the offset to the next samples of the edge.
func (s *Strength) filterEdge(pix []byte, at, across, along, count int) {
	for range count {
		e := load(pix, at, across)

		switch {
		case !e.filters(s.edge, s.interior):
		case e.varies(s.variance):
			common(pix, at, across, &e)
		default:
			w := signed(signed(e.p1-e.q1) + 3*(e.q0-e.p0))
			a := (27*w + 63) >> 7
			pix[at-across], pix[at] = clamp(e.p0+a), clamp(e.q0-a)
			a = (18*w + 63) >> 7
			pix[at-2*across], pix[at+across] = clamp(e.p1+a), clamp(e.q1-a)
			a = (9*w + 63) >> 7
			pix[at-3*across], pix[at+2*across] = clamp(e.p2+a), clamp(e.q2-a)
		}

		at += along
	}
}

// filterInner filters an edge between blocks of a macroblock (15.3).
func (s *Strength) filterInner(pix []byte, at, across, along, count int) {
	for range count {
		e := load(pix, at, across)

		switch {
		case !e.filters(s.inner, s.interior):
		case e.varies(s.variance):
			common(pix, at, across, &e)
		default:
			a := signed(3 * (e.q0 - e.p0))
			before, after := signed(a+3)>>3, signed(a+4)>>3
			pix[at-across], pix[at] = clamp(e.p0+before), clamp(e.q0-after)
			after = (after + 1) >> 1
			pix[at-2*across], pix[at+across] = clamp(e.p1+after), clamp(e.q1-after)
		}

		at += along
	}
}

// common changes the two samples next to an edge (15.2).
func common(pix []byte, at, across int, e *edgeSamples) {
	a := signed(signed(e.p1-e.q1) + 3*(e.q0-e.p0))
	pix[at-across], pix[at] = clamp(e.p0+signed(a+3)>>3), clamp(e.q0-signed(a+4)>>3)
}

func distance(a, b int32) int32 { return max(a-b, b-a) }

// signed limits a value to the range of a signed byte.
func signed(v int32) int32 { return min(max(v, -128), 127) }

// Thresholds returns the limits of the differences at edges of macroblocks, at edges of blocks
// and between other samples, and the threshold of the variance, for kernels.
func (s *Strength) Thresholds() (edge, inner, interior, variance uint8) {
	return uint8(s.edge), uint8(s.inner), uint8(s.interior), uint8(s.variance)
}
