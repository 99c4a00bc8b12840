package hevc

// samples decodes pcm_sample: the samples of a coding unit without compression (clauses
// 7.3.8.7 and 8.4.4.1).
func (s *segment) samples() {
	u := &s.unit
	in := &bits{data: s.data, at: 8 * s.nextByte(), part: "PCM samples"}

	from := *in

	for c := range s.components() {
		shiftX, shiftY := s.shift(c)
		in.skip(1 << u.log2 >> shiftX << u.log2 >> shiftY * s.pcmDepth[c])
	}

	switch {
	case in.err != nil:
		s.fail(in.err)
	case s.tape != nil:
		s.tape.blocks = append(s.tape.blocks, tapedBlock{kind: tapedPCM})
		s.tape.raw = append(s.tape.raw, rawBlock{unit: *u, in: from})
	default:
		s.copySamples(&from)
	}

	s.start((in.at + 7) / 8)
	s.setModes(u.x, u.y, u.log2, modeDC)
	s.markEdges(u.x, u.y, u.log2)
}

// copySamples stores the samples of the current coding unit.
func (s *segment) copySamples(in *bits) {
	u := &s.unit

	for c := range s.components() {
		shiftX, shiftY := s.shift(c)
		width, height := 1<<u.log2>>shiftX, 1<<u.log2>>shiftY

		s.strip.surface.pcm(c, u.x>>shiftX, u.y>>shiftY, width, height, s.pcmDepth[c], in)
	}
}
