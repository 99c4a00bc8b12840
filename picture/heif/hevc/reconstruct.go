package hevc

// reconstruct adds the residual of the current block to its prediction (clauses 8.6.2 and
// 8.6.4.1), and clears the coefficients.
func (s *segment) reconstruct(component, x, y, log2 int) {
	r := &s.residual
	size, depth := 1<<log2, s.depth[component]

	switch {
	case s.unit.bypass:
		copy(r.samples[:size*size], r.coefficients[:size*size])
	case r.skip:
		r.skipTransform(size*size, depth)
	case component == 0 && log2 == 2:
		r.inverse4(true, depth)
	case r.only:
		s.strip.surface.addFlat(component, x, y, log2, r.flat(depth))

		r.coefficients[0] = 0

		return
	case hasKernels && log2 > 2:
		r.kernel(log2, depth)
	case log2 == 2:
		r.inverse4(false, depth)
	default:
		r.inverseDCT(log2, depth)
	}

	s.strip.surface.add(component, x, y, log2, &r.samples)

	for i := range r.rows {
		clear(r.coefficients[i<<log2 : i<<log2+r.columns])
	}
}

// skipTransform scales coefficients that are samples: rotation and shifts of clause
// 8.6.4.2 for 4 × 4 blocks.
func (r *residual) skipTransform(count, depth int) {
	const up, whole = 7, 20

	down := uint(whole - depth)
	for i, value := range r.coefficients[:count] {
		r.samples[i] = (value<<up + 1<<(down-1)) >> down
	}
}
