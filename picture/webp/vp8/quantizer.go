package vp8

// QuantizerIndices is the number of quantizer indices (RFC 6386, 9.6).
const QuantizerIndices = 128

// DCSteps are the steps of DC coefficients by quantizer index (RFC 6386, 14.1).
var DCSteps = [QuantizerIndices]int32{
	4, 5, 6, 7, 8, 9, 10, 10,
	11, 12, 13, 14, 15, 16, 17, 17,
	18, 19, 20, 20, 21, 21, 22, 22,
	23, 23, 24, 25, 25, 26, 27, 28,
	29, 30, 31, 32, 33, 34, 35, 36,
	37, 37, 38, 39, 40, 41, 42, 43,
	44, 45, 46, 46, 47, 48, 49, 50,
	51, 52, 53, 54, 55, 56, 57, 58,
	59, 60, 61, 62, 63, 64, 65, 66,
	67, 68, 69, 70, 71, 72, 73, 74,
	75, 76, 76, 77, 78, 79, 80, 81,
	82, 83, 84, 85, 86, 87, 88, 89,
	91, 93, 95, 96, 98, 100, 101, 102,
	104, 106, 108, 110, 112, 114, 116, 118,
	122, 124, 126, 128, 130, 132, 134, 136,
	138, 140, 143, 145, 148, 151, 154, 157,
}

// ACSteps are the steps of AC coefficients by quantizer index (RFC 6386, 14.1).
var ACSteps = [QuantizerIndices]int32{
	4, 5, 6, 7, 8, 9, 10, 11,
	12, 13, 14, 15, 16, 17, 18, 19,
	20, 21, 22, 23, 24, 25, 26, 27,
	28, 29, 30, 31, 32, 33, 34, 35,
	36, 37, 38, 39, 40, 41, 42, 43,
	44, 45, 46, 47, 48, 49, 50, 51,
	52, 53, 54, 55, 56, 57, 58, 60,
	62, 64, 66, 68, 70, 72, 74, 76,
	78, 80, 82, 84, 86, 88, 90, 92,
	94, 96, 98, 100, 102, 104, 106, 108,
	110, 112, 114, 116, 119, 122, 125, 128,
	131, 134, 137, 140, 143, 146, 149, 152,
	155, 158, 161, 164, 167, 170, 173, 177,
	181, 185, 189, 193, 197, 201, 205, 209,
	213, 217, 221, 225, 229, 234, 239, 245,
	249, 254, 259, 264, 269, 274, 279, 284,
}

// Steps are the quantization steps of a segment: of the DC coefficient, and of the AC
// coefficients of a block.
type Steps struct {
	Y1, Y2, Chroma [2]int32
}

// Quantizer is the quantizer indices of a frame or a segment (RFC 6386, 9.6): that of Y1's
// AC coefficients, and the differences of the others.
type Quantizer struct {
	Index                                int
	Y1DC, Y2DC, Y2AC, ChromaDC, ChromaAC int
}

// Steps returns the quantization steps (RFC 6386, 9.6 and 14.1).
func (q Quantizer) Steps() Steps {
	const mostChromaDC, leastY2AC = 132, 8

	return Steps{
		Y1: [2]int32{step(&DCSteps, q.Index+q.Y1DC), step(&ACSteps, q.Index)},
		Y2: [2]int32{
			2 * step(&DCSteps, q.Index+q.Y2DC),
			max(155*step(&ACSteps, q.Index+q.Y2AC)/100, leastY2AC),
		},
		Chroma: [2]int32{
			min(step(&DCSteps, q.Index+q.ChromaDC), mostChromaDC),
			step(&ACSteps, q.Index+q.ChromaAC),
		},
	}
}

func step(steps *[QuantizerIndices]int32, index int) int32 {
	return steps[min(max(index, 0), QuantizerIndices-1)]
}
