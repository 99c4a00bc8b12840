package heif

import (
	"math"

	"triptych/shared/metadata"
)

// constant is the constant luminance system of BT.2020 (ITU-T H.273, matrix 10, equations
// 62 to 71): luma is that of linear light, so that green follows from linear light.
type constant struct {
	weights       weights
	coding        metadata.Coding
	minusB, plusB float32
	minusR, plusR float32
}

func newConstant(coding metadata.Coding) *constant {
	w, _ := weightsOf(coding.Matrix, coding.Primaries)
	made := &constant{weights: w, coding: coding}

	// NB = (1 − KB)′, PB = 1 − (KB)′, and so for red.
	made.minusB = float32(2 * encoded(1-w.blue, coding.Transfer))
	made.plusB = float32(2 * (1 - encoded(w.blue, coding.Transfer)))
	made.minusR = float32(2 * encoded(1-w.red, coding.Transfer))
	made.plusR = float32(2 * (1 - encoded(w.red, coding.Transfer)))

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

	light := func(part float32) float64 { return linearOf(float64(max(0, min(part, 1))), c.coding.Transfer) }
	green := (light(y) - c.weights.red*light(red) - c.weights.blue*light(blue)) / (1 - c.weights.red - c.weights.blue)

	return [3]float32{red, float32(encoded(max(0, green), c.coding.Transfer)), blue}
}

// encoded applies a transfer function to linear light, of which 1 is white (H.273, table
// 3). One that is not known is taken for sRGB's.
func encoded(light float64, transfer uint16) float64 {
	switch transfer {
	case 1, 6, 14, 15: //nolint:mnd // BT.709, BT.601, BT.2020.
		if light < 0.018053968510807 { //nolint:mnd // β, and α − 1 below.
			return 4.5 * light
		}

		return 1.09929682680944*math.Pow(light, 0.45) - 0.09929682680944
	case 4: //nolint:mnd // Gamma 2.2.
		return math.Pow(light, 1/2.2)
	case 8: //nolint:mnd // Linear.
		return light
	case transferPQ:
		return pqOf(light * pqMost)
	default:
		if light <= 0.0031308 { //nolint:mnd // IEC 61966-2-1.
			return 12.92 * light
		}

		return 1.055*math.Pow(light, 1/2.4) - 0.055
	}
}

// linearOf is the inverse of encoded.
func linearOf(part float64, transfer uint16) float64 {
	switch transfer {
	case 1, 6, 14, 15: //nolint:mnd // As above.
		if part < 4.5*0.018053968510807 { //nolint:mnd // As above.
			return part / 4.5
		}

		return math.Pow((part+0.09929682680944)/1.09929682680944, 1/0.45)
	case 4: //nolint:mnd // As above.
		return math.Pow(part, 2.2)
	case 8: //nolint:mnd // As above.
		return part
	case transferPQ:
		return lightOfPQ(part) / pqMost
	default:
		if part <= 0.04045 { //nolint:mnd // As above.
			return part / 12.92
		}

		return math.Pow((part+0.055)/1.055, 2.4)
	}
}
