package hevc

// mostQP is the largest QP of luma.
const mostQP = 51

// qpState has the QPs of the current quantization group (clause 8.6.1).
type qpState struct {
	qp        int  // QpY of the current coding unit, or of the last one
	predicted int  // qPY_PRED of the group
	delta     int  // CuQpDeltaVal
	coded     bool // IsCuQpDeltaCoded
	fresh     bool // a group starts with the next coding unit
	groupX    int
	groupY    int
}

// startGroup starts a quantization group.
func (s *segment) startGroup(x, y int) {
	s.delta, s.coded, s.fresh = 0, false, true
	s.groupX, s.groupY = x, y
}

// predictQP computes the QP of a coding unit before its delta is known. The prediction of
// a group is the mean of the QPs to the left and above, within the CTB, or that of the
// coding unit before the group.
func (s *segment) predictQP() {
	if !s.pps.deltaQP {
		return
	}

	if s.fresh {
		s.fresh = false
		mask := 1<<s.log2CTB - 1
		left, above := s.qp, s.qp

		if s.groupX&mask > 0 {
			left = int(s.qps[s.groupY>>s.log2MinCB*s.strideCB+(s.groupX-1)>>s.log2MinCB])
		}

		if s.groupY&mask > 0 {
			above = int(s.qps[(s.groupY-1)>>s.log2MinCB*s.strideCB+s.groupX>>s.log2MinCB])
		}

		s.predicted = (left + above + 1) >> 1
	}

	s.setQP()
}

// setQP computes QpY from its prediction and its delta (clause 8.6.1).
func (s *segment) setQP() {
	below := 6 * (s.depth[0] - 8)
	s.qp = (s.predicted+s.delta+mostQP+1+2*below)%(mostQP+1+below) - below
}

// deltaQP decodes cu_qp_delta_abs and cu_qp_delta_sign_flag (clause 7.3.8.14).
func (s *segment) deltaQP() {
	const prefix = 5

	value, context := 0, ctxDeltaQP
	for value < prefix && s.flag(context) {
		value++
		context = ctxDeltaQP + 1
	}

	if value == prefix {
		value += s.exponential()
	}

	half := 3 * (s.depth[0] - 8)
	if value > mostQP/2+1+half {
		s.fail(corrupt("a QP delta of %d in block %d", value, s.ctb))

		value = 0
	}

	if value > 0 && s.bypass() == 1 {
		value = -value
	}

	s.coded, s.delta = true, value
	s.setQP()
}

// exponential decodes an Exp-Golomb code of order 0 (clause 9.3.3.5). It stops at a value
// that no field has.
func (s *segment) exponential() (value int) {
	const most = 16

	order := 0
	for order < most && s.bypass() == 1 {
		value += 1 << order
		order++
	}

	return value + int(s.bypassBits(order))
}

// sparseQP has the QPs of chroma for 4:2:0, from 30 on (table 8-10).
var sparseQP = [...]int{29, 30, 31, 32, 33, 33, 34, 34, 35, 35, 36, 36, 37, 37}

// chromaQP returns QpC for an index qPi.
func (s *sps) chromaQP(index int) int {
	const from = 30

	switch {
	case s.chroma != Chroma420:
		return min(index, mostQP)
	case index < from:
		return index
	case index < from+len(sparseQP):
		return sparseQP[index-from]
	default:
		return index - 6
	}
}

// blockQP returns the QP of a component for scaling, qP (clauses 8.6.1 and 8.6.2). It
// is not negative.
func (s *segment) blockQP(component int) int {
	const most = 57

	below := 6 * (s.depth[component] - 8)
	if component == 0 {
		return s.qp + below
	}

	index := min(max(s.qp+s.slice.offset[component], -below), most)

	return s.chromaQP(index) + below
}

// levelScale are the scaling factors of the QPs 0 to 5 (clause 8.6.4.2).
var levelScale = [6]int{40, 45, 51, 57, 64, 72}
