package hevc

const largestBlock = 32 * 32

// residual has the coefficients of the current block, scaled if the block is not lossless.
type residual struct {
	coefficients [largestBlock]int32 // in raster order; zero between blocks
	samples      [largestBlock]int32
	columns      int // the coefficients behind are zero; a multiple of 4
	rows         int
	only         bool // whether only DC is not zero
	skip         bool // transform_skip_flag

	// The numbers between the steps of the kernels.
	pairs   [16][32]int32
	between [32][32]int16
}

// scanKind returns scanIdx for a block (clause 7.4.9.11).
func (s *segment) scanKind(component, log2, mode int) int {
	const from, to = 6, 14

	if log2 > 3 || log2 == 3 && component > 0 && s.chroma != Chroma444 {
		return scanDiagonal
	}

	switch {
	case mode >= from && mode <= to:
		return scanVertical
	case mode >= from+16 && mode <= to+16:
		return scanHorizontal
	default:
		return scanDiagonal
	}
}

// residualCoding decodes residual_coding (clause 7.3.8.11).
func (s *segment) residualCoding(component, log2, mode int) {
	r := &s.residual
	color := min(component, 1)

	r.columns, r.rows, r.skip = 0, 0, false

	if s.pps.transformSkip && !s.unit.bypass && log2 == 2 {
		r.skip = s.flag(ctxTransformSkip + color)
	}

	kind := s.scanKind(component, log2, mode)
	x, y := s.lastPosition(color, log2)

	if kind == scanVertical {
		x, y = y, x
	}

	scaling := s.newScaling(component, log2)
	inside, subs := scanOf(2, kind), scanOf(log2-2, kind)
	last := spot{uint8(x >> 2), uint8(y >> 2)}

	sub := 0
	for subs[sub] != last {
		sub++
	}

	at := spot{uint8(x & 3), uint8(y & 3)}

	pos := 0
	for inside[pos] != at {
		pos++
	}

	s.residual.only = sub == 0 && pos == 0

	s.subBlocks(&subBlocks{
		scaling: scaling, color: color, log2: log2, kind: kind, inside: inside, subs: subs, last: sub, lastPos: pos, greater: 1,
	})
}

// lastPosition decodes the position of the last coefficient (clause 7.4.9.11).
func (s *segment) lastPosition(color, log2 int) (x, y int) {
	offset, shift := 3*(log2-2)+(log2-1)>>2, (log2+1)>>2
	if color > 0 {
		offset, shift = 15, log2-2
	}

	prefix := func(context int) (n int) {
		for n < 2*log2-1 && s.flag(context+offset+n>>shift) {
			n++
		}

		return n
	}

	suffix := func(n int) int {
		if n <= 3 {
			return n
		}

		bits := n>>1 - 1

		return (2+n&1)<<bits + int(s.bypassBits(bits))
	}

	x = prefix(ctxLastX)
	y = prefix(ctxLastY)
	x = suffix(x)

	return x, suffix(y)
}
