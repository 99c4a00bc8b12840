package hevc

import "math"

// scaling multiplies coefficients by their scaling factors (clause 8.6.4.2).
type scaling struct {
	factors []uint8 // by position; nil if all are equal
	factor  int64   // of the QP, with the equal factor
	add     int64
	shift   uint
	raw     bool // lossless: the coefficients are the residual
}

func (s *segment) newScaling(component, log2 int) scaling {
	if s.unit.bypass {
		return scaling{raw: true}
	}

	qp := s.blockQP(component)
	shift := uint(s.depth[component] + log2 - 5)
	made := scaling{factor: int64(levelScale[qp%6]) << (qp / 6), add: 1 << (shift - 1), shift: shift}

	if s.factors != nil && (!s.residual.skip || log2 == 2) {
		made.factors = s.factors[log2-2][component]
	} else {
		made.factor *= flatFactor
	}

	return made
}

func (c *scaling) scale(at int, value int32) int32 {
	if c.raw {
		return value
	}

	factor := c.factor
	if c.factors != nil {
		factor *= int64(c.factors[at])
	}

	scaled := (int64(value)*factor + c.add) >> c.shift

	return int32(min(max(scaled, math.MinInt16), math.MaxInt16))
}
