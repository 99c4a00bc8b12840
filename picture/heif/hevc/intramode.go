package hevc

// Intra prediction modes (table 8-1). Modes 2 to 34 are angles.
const (
	modePlanar     = 0
	modeDC         = 1
	modeHorizontal = 10
	modeVertical   = 26
	modeLast       = 34
)

// Values of intra_chroma_pred_mode.
const chromaAsLuma = 4

// intraModes decodes the modes of the prediction blocks of a coding unit (clause 7.3.8.5).
func (s *segment) intraModes() {
	u := &s.unit
	parts, log2 := 1, u.log2

	if u.split {
		parts, log2 = 4, u.log2-1
	}

	var listed [4]bool

	for i := range parts {
		listed[i] = s.flag(ctxPrevIntraLuma)
	}

	for i := range parts {
		x, y := u.x+i&1<<log2, u.y+i>>1<<log2
		candidates := s.candidates(x, y)

		if listed[i] {
			u.luma[i] = candidates[s.candidate()]
		} else {
			u.luma[i] = remaining(candidates, int(s.bypassBits(5)))
		}

		s.setModes(x, y, log2, u.luma[i])
	}

	for i := parts; i < len(u.luma); i++ {
		u.luma[i] = u.luma[0]
	}

	s.chromaModes(parts)
}

// candidate decodes mpm_idx.
func (s *segment) candidate() int {
	if s.bypass() == 0 {
		return 0
	}

	return 1 + int(s.bypass())
}

// candidates returns the most probable modes of a block, from those of the blocks to the
// left and above (clause 8.4.2). Outside of the slice, the tile, and above the CTB the
// mode is DC.
func (s *segment) candidates(x, y int) [3]int {
	mask := 1<<s.log2CTB - 1
	at := s.square(x, y)
	a, b := modeDC, modeDC

	if x&mask > 0 || s.left {
		a = int(s.strip.modes[at-1])
	}

	if y&mask > 0 {
		b = int(s.strip.modes[at-s.stride4])
	}

	switch {
	case a == b && a <= modeDC:
		return [3]int{modePlanar, modeDC, modeVertical}
	case a == b:
		return [3]int{a, 2 + (a+29)%32, 2 + (a-1)%32}
	case a != modePlanar && b != modePlanar:
		return [3]int{a, b, modePlanar}
	case a != modeDC && b != modeDC:
		return [3]int{a, b, modeDC}
	default:
		return [3]int{a, b, modeVertical}
	}
}

// remaining returns the mode with a number among the modes that are not candidates.
func remaining(candidates [3]int, mode int) int {
	a, b, c := candidates[0], candidates[1], candidates[2]
	if a > b {
		a, b = b, a
	}

	if a > c {
		a, c = c, a
	}

	if b > c {
		b, c = c, b
	}

	for _, candidate := range [3]int{a, b, c} {
		if mode >= candidate {
			mode++
		}
	}

	return mode
}

// setModes stores the mode of a prediction block.
func (s *segment) setModes(x, y, log2, mode int) {
	at, count := s.square(x, y), 1<<(log2-2)

	for range count {
		for i := at; i < at+count; i++ {
			s.strip.modes[i] = uint8(mode)
		}

		at += s.stride4
	}
}

// chromaModes decodes the modes of chroma (clause 8.4.3). With 4:4:4 each prediction
// block has a mode of its own.
func (s *segment) chromaModes(parts int) {
	u := &s.unit

	if s.chroma == Gray {
		return
	}

	if s.chroma != Chroma444 {
		parts = 1
	}

	for i := range parts {
		mode := u.luma[i]
		if coded := s.chromaMode(); coded != chromaAsLuma {
			if fixed := [...]int{modePlanar, modeVertical, modeHorizontal, modeDC}[coded]; fixed != mode {
				mode = fixed
			} else {
				mode = modeLast
			}
		}

		if s.chroma == Chroma422 {
			mode = int(modes422[mode])
		}

		u.chroma[i] = mode
	}

	for i := parts; i < len(u.chroma); i++ {
		u.chroma[i] = u.chroma[0]
	}
}

// chromaMode decodes intra_chroma_pred_mode (table 9-46).
func (s *segment) chromaMode() int {
	if !s.flag(ctxIntraChroma) {
		return chromaAsLuma
	}

	return int(s.bypassBits(2))
}

// modes422 are the modes of chroma of 4:2:2, whose samples are twice as wide as high
// (table 8-3).
var modes422 = [modeLast + 1]uint8{
	0, 1, 2, 2, 2, 2, 3, 5, 7, 8, 10, 12, 13, 15, 17, 18, 19, 20,
	21, 22, 23, 23, 24, 24, 25, 25, 26, 27, 27, 28, 28, 29, 29, 30, 31,
}
