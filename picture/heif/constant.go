package heif

import (
	"triptych/picture/metadata"
	"triptych/picture/tone"
)

// constant is the constant luminance system of BT.2020 (ITU-T H.273, matrix 10, equations
// 62 to 71). Its luma is computed from linear light, so green is also computed in linear
// light.
type constant struct {
	weights       weights
	coding        metadata.Coding
	minusB, plusB float32
	minusR, plusR float32
}

func newConstant(coding metadata.Coding) *constant {
	w, _ := weightsOf(coding.Matrix, coding.Primaries)
	made := &constant{weights: w, coding: coding}

	// NB = (1 − KB)′, PB = 1 − (KB)′, and the same for red.
	made.minusB = float32(2 * tone.Encoded(1-w.blue, coding.Transfer))
	made.plusB = float32(2 * (1 - tone.Encoded(w.blue, coding.Transfer)))
	made.minusR = float32(2 * tone.Encoded(1-w.red, coding.Transfer))
	made.plusR = float32(2 * (1 - tone.Encoded(w.red, coding.Transfer)))

	return made
}

func (c *constant) pixel(y, cb, cr float32) [3]float32 {
	blue, red := y, y

	if cb <= 0 {
		blue += cb * c.minusB
	} else {
		blue += cb * c.plusB
	}

	if cr <= 0 {
		red += cr * c.minusR
	} else {
		red += cr * c.plusR
	}

	light := func(part float32) float64 { return tone.Linear(float64(max(0, min(part, 1))), c.coding.Transfer) }
	green := (light(y) - c.weights.red*light(red) - c.weights.blue*light(blue)) / (1 - c.weights.red - c.weights.blue)

	return [3]float32{red, float32(tone.Encoded(max(0, green), c.coding.Transfer)), blue}
}
