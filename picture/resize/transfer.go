package resize

import "math"

// linearBits is the precision of linear light: 14 fractional bits. The two darkest levels
// of sRGB differ by five units, so each level has its own value.
const (
	linearBits = 14
	linearOne  = 1 << linearBits
)

// toLinear has the linear light of each level of sRGB (IEC 61966-2-1, 5.2), and fromLinear
// the nearest level of each linear value.
var toLinear, fromLinear = func() (to [256]int32, from [linearOne + 1]uint8) {
	const levels = 255

	for i := range to {
		to[i] = int32(math.Round(linearOne * expand(float64(i)/levels)))
	}

	for i := range from {
		from[i] = uint8(math.Round(levels * compress(float64(i)/linearOne)))
	}

	return to, from
}()

// expand undoes the gamma of sRGB.
func expand(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}

	return math.Pow((v+0.055)/1.055, 2.4)
}

// compress applies the gamma of sRGB.
func compress(v float64) float64 {
	if v <= 0.0031308 {
		return 12.92 * v
	}

	return 1.055*math.Pow(v, 1/2.4) - 0.055
}
