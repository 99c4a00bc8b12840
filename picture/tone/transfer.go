package tone

import "math"

// Encoded applies a transfer function to linear light, where 1 is white (H.273, table 3).
// An unknown function is treated as sRGB's.
func Encoded(part float64, transfer uint16) float64 {
	switch transfer {
	case 1, 6, 14, 15:
		if part < 0.018053968510807 { // β of the table. The constants below are 4.5, α and α − 1.
			return 4.5 * part
		}

		return 1.09929682680944*math.Pow(part, 0.45) - 0.09929682680944
	case gamma22:
		return math.Pow(part, 1/2.2)
	case gamma28:
		return math.Pow(part, 1/2.8)
	case light:
		return part
	case log100:
		return logarithm(part, decades100)
	case log316:
		return logarithm(part, decades316)
	case st428:
		return math.Pow(part*st428White, 1/2.6)
	case pq:
		return pqOf(part * pqMost)
	default:
		if part <= 0.0031308 {
			return 12.92 * part
		}

		return 1.055*math.Pow(part, 1/2.4) - 0.055
	}
}

// Linear is the inverse of [Encoded].
func Linear(part float64, transfer uint16) float64 {
	switch transfer {
	case 1, 6, 14, 15:
		if part < 4.5*0.018053968510807 {
			return part / 4.5
		}

		return math.Pow((part+0.09929682680944)/1.09929682680944, 1/0.45)
	case gamma22:
		return math.Pow(part, 2.2)
	case gamma28:
		return math.Pow(part, 2.8)
	case light:
		return part
	case log100:
		return exponential(part, decades100)
	case log316:
		return exponential(part, decades316)
	case st428:
		return math.Pow(part, 2.6) / st428White
	case pq:
		return lightOfPQ(part) / pqMost
	default:
		if part <= 0.04045 {
			return part / 12.92
		}

		return math.Pow((part+0.055)/1.055, 2.4)
	}
}

// The decades that logarithms span (H.273, table 3, 9 and 10), and white relative to the
// largest number of SMPTE ST 428.
const (
	decades100 = 2
	decades316 = 2.5
	st428White = 48 / 52.37
)

func logarithm(light, decades float64) float64 {
	if light <= 0 {
		return 0
	}

	return max(0, 1+math.Log10(light)/decades)
}

func exponential(part, decades float64) float64 {
	if part <= 0 {
		return 0
	}

	return math.Pow(10, (part-1)*decades)
}
