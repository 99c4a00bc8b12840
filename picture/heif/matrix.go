package heif

import (
	"triptych/picture/failure"
	"triptych/picture/metadata"
)

// The numbers of matrices (ITU-T H.273, table 4).
const (
	matrixGBR          = 0
	matrixBT709        = 1
	matrixFCC          = 4
	matrixBT470BG      = 5
	matrixBT601        = 6
	matrixSMPTE240     = 7
	matrixYCgCo        = 8
	matrixBT2020       = 9
	matrixBT2020Const  = 10
	matrixYDzDx        = 11
	matrixDerived      = 12
	matrixDerivedConst = 13
	matrixICtCp        = 14
)

// weights are the weights of red and blue in luma, KR and KB.
type weights struct{ red, blue float64 }

// weightsOf returns the weights of a matrix (H.273, table 4). ok is false for a matrix
// without weights.
func weightsOf(matrix, primaries uint16) (w weights, ok bool) {
	switch matrix {
	case matrixBT709:
		return weights{0.2126, 0.0722}, true
	case matrixFCC:
		return weights{0.30, 0.11}, true
	case matrixSMPTE240:
		return weights{0.212, 0.087}, true
	case matrixBT2020, matrixBT2020Const:
		return weights{0.2627, 0.0593}, true
	case matrixDerived:
		return derived(primaries), true
	case matrixGBR, matrixYCgCo:
		return weights{}, false
	default: // BT.601 in both of its numbers, and all reserved numbers.
		return weights{0.299, 0.114}, true
	}
}

// derived returns the luminances of the primaries red and blue (H.273, equations 32 to
// 37).
func derived(primaries uint16) weights {
	const bt2020, displayP3 = 9, 12

	switch primaries {
	case bt2020:
		return weights{0.2627, 0.0593}
	case displayP3:
		return weights{0.22897, 0.07929}
	default:
		return weights{0.2126, 0.0722}
	}
}

// known rejects the matrix coefficients that this package does not support.
func known(coding metadata.Coding) error {
	switch coding.Matrix {
	case matrixYDzDx, matrixDerivedConst, matrixICtCp:
		return failure.New(failure.UnsupportedFormat, "HEIF with matrix coefficients %d of ITU-T H.273", coding.Matrix)
	default:
		return nil
	}
}

// toRGB returns the factors by which the two chroma values are added to luma for red,
// green and blue. Chroma values are from −½ to ½.
func toRGB(coding metadata.Coding) [3][2]float64 {
	w, ok := weightsOf(coding.Matrix, coding.Primaries)
	if !ok { // YCgCo: G = Y + Cg, R = Y − Cg + Co, B = Y − Cg − Co (H.273, equations 58 to 61).
		return [3][2]float64{{-1, 1}, {1, 0}, {-1, -1}}
	}

	green := 1 - w.red - w.blue
	red, blue := 2*(1-w.red), 2*(1-w.blue)

	return [3][2]float64{{0, red}, {-w.blue * blue / green, -w.red * red / green}, {blue, 0}}
}

// toJFIF returns the factors that convert luma and chroma of a matrix to those of BT.601,
// by way of red, green and blue. luma has the contribution of the chroma values to luma,
// blue and red their contribution to the new chroma values.
func toJFIF(coding metadata.Coding) (luma, blue, red [2]float64) {
	bt601 := weights{0.299, 0.114}

	rgb := toRGB(coding)
	for i := range luma {
		luma[i] = bt601.red*rgb[0][i] + (1-bt601.red-bt601.blue)*rgb[1][i] + bt601.blue*rgb[2][i]
		blue[i] = (rgb[2][i] - luma[i]) / (2 * (1 - bt601.blue))
		red[i] = (rgb[0][i] - luma[i]) / (2 * (1 - bt601.red))
	}

	return luma, blue, red
}
