package hevc

// The values of SaoTypeIdx (table 7-8).
const (
	saoNone = iota
	saoBand
	saoEdge
)

// saoParameters are the parameters of sample adaptive offset for a component of a CTB.
type saoParameters struct {
	kind    uint8
	class   uint8 // sao_band_position or SaoEoClass
	offsets [4]int16
}

// parseSAO decodes sao (clause 7.3.8.3).
func (s *segment) parseSAO() {
	x, y := s.ctb%s.ctbsX, s.ctb/s.ctbsX
	target := &s.strip.sao[x]

	if x > 0 && s.left && s.flag(ctxSAOMerge) {
		*target = s.strip.sao[x-1]

		return
	}

	if y > 0 && s.top && s.flag(ctxSAOMerge) {
		*target = s.picture.strip(y - 1).sao[x]

		return
	}

	*target = [3]saoParameters{}

	for c := range s.components() {
		if s.slice.sao[c] {
			s.parseOffsets(target, c)
		}
	}
}

func (s *segment) parseOffsets(target *[3]saoParameters, c int) {
	one := &target[c]

	if c == 2 {
		one.kind = target[1].kind
	} else {
		one.kind = s.saoKind()
	}

	if one.kind == saoNone {
		return
	}

	// From version 2 of the standard on, the offsets are not scaled by the depth.
	most := 1<<(min(s.depth[c], 10)-5) - 1

	for i := range one.offsets {
		for int(one.offsets[i]) < most && s.bypass() == 1 {
			one.offsets[i]++
		}
	}

	if one.kind == saoBand {
		for i, value := range one.offsets {
			if value != 0 && s.bypass() == 1 {
				one.offsets[i] = -value
			}
		}

		one.class = uint8(s.bypassBits(5))
	} else {
		one.offsets[2], one.offsets[3] = -one.offsets[2], -one.offsets[3]

		if c == 2 {
			one.class = target[1].class
		} else {
			one.class = uint8(s.bypassBits(2))
		}
	}
}

// saoKind decodes sao_type_idx_luma or sao_type_idx_chroma.
func (s *segment) saoKind() uint8 {
	if !s.flag(ctxSAOType) {
		return saoNone
	}

	return saoBand + uint8(s.bypass())
}
