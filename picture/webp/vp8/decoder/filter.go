package decoder

import "triptych/picture/webp/vp8"

// limits are the thresholds of the loop filter for a macroblock (RFC 6386, 15.2).
type limits struct {
	strength vp8.Strength
	// edge and inner limit the differences at edges of macroblocks and of blocks. inner is 0
	// if nothing is filtered.
	edge, inner uint8
	// outside and inside are for the kernels: at edges of macroblocks and of blocks.
	outside, inside thresholds
}

// newLimits returns the thresholds of a level, which may be out of range.
func newLimits(level, sharpness int) limits {
	level = min(max(level, 0), vp8.MostLevel)
	if level == 0 {
		return limits{}
	}

	l := limits{strength: vp8.NewStrength(level, sharpness)}
	edge, inner, interior, variance := l.strength.Thresholds()
	l.edge, l.inner = edge, inner
	l.outside, l.inside = newThresholds(edge, interior, variance), newThresholds(inner, interior, variance)

	return l
}

// filtered says how a macroblock is filtered.
type filtered struct {
	limits *limits
	inner  bool // between its blocks
}

// filterRow filters the macroblocks of row y, from left to right (RFC 6386, 15). at is the
// offset of the row in each plane.
func (d *decoder) filterRow(y int, at *[3]int) {
	if d.level == 0 {
		return
	}

	luma, u, v := &d.rolls[0], &d.rolls[1], &d.rolls[2]

	for x, how := range d.filters {
		l := how.limits
		if l.inner == 0 {
			continue
		}

		lumaAt, chromaAt := x*vp8.MacroblockSide, x*vp8.ChromaSide

		switch {
		case d.simple:
			l.filterSimply(luma.Pix, at[0]+lumaAt, luma.Stride, x > 0, y > 0, how.inner)
		case vectorized:
			l.filterLuma(luma.Pix, at[0]+lumaAt, luma.Stride, x > 0, y > 0, how.inner)
			l.filterChroma(u.Pix, v.Pix, at[1]+chromaAt, u.Stride, x > 0, y > 0, how.inner)
		default:
			l.strength.FilterBlock(luma.Pix, at[0]+lumaAt, luma.Stride, vp8.MacroblockSide, x > 0, y > 0, how.inner)
			l.strength.FilterBlock(u.Pix, at[1]+chromaAt, u.Stride, vp8.ChromaSide, x > 0, y > 0, how.inner)
			l.strength.FilterBlock(v.Pix, at[2]+chromaAt, v.Stride, vp8.ChromaSide, x > 0, y > 0, how.inner)
		}
	}
}

// filterSimply applies the simple filter to the luma of a macroblock (RFC 6386, 15.2). Chroma
// is not filtered.
func (l *limits) filterSimply(pix []byte, at, stride int, left, above, inner bool) {
	if left {
		filterSimpleEdge(pix, at, 1, stride, int32(l.edge))
	}

	if inner {
		for x := vp8.BlockSide; x < vp8.MacroblockSide; x += vp8.BlockSide {
			filterSimpleEdge(pix, at+x, 1, stride, int32(l.inner))
		}
	}

	if above {
		filterSimpleEdge(pix, at, stride, 1, int32(l.edge))
	}

	if inner {
		for y := vp8.BlockSide; y < vp8.MacroblockSide; y += vp8.BlockSide {
			filterSimpleEdge(pix, at+y*stride, stride, 1, int32(l.inner))
		}
	}
}

// filterSimpleEdge filters an edge. across is the offset from one side of the edge to the
// other, along the offset to the next samples of the edge.
func filterSimpleEdge(pix []byte, at, across, along int, limit int32) {
	for range vp8.MacroblockSide {
		p1, p0, q0, q1 := int32(pix[at-2*across]), int32(pix[at-across]), int32(pix[at]), int32(pix[at+across])

		if 2*distance(p0, q0)+distance(p1, q1)>>1 <= limit {
			a := signed(signed(p1-q1) + 3*(q0-p0))
			pix[at-across], pix[at] = clamp(p0+signed(a+3)>>3), clamp(q0-signed(a+4)>>3)
		}

		at += along
	}
}

func distance(a, b int32) int32 { return max(a-b, b-a) }

// signed limits a value to the range of a signed byte.
func signed(v int32) int32 { return min(max(v, -128), 127) }
