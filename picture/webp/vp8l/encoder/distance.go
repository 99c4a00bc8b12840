package encoder

import (
	"math/bits"

	"triptych/picture/webp/vp8l"
)

// prefixOf returns the prefix code of a length or a distance code, with its extra bits (RFC
// 9649, 3.6.2.2).
func prefixOf(value int) (symbol int, extra uint32, width uint) {
	const single = 4 // Values up to this one have a code of their own.

	if value <= single {
		return value - 1, 0, 0
	}

	value--
	width = uint(bits.Len(uint(value))) - 2 //nolint:mnd // The two highest bits are in the symbol.

	return 2*int(width) + value>>width, uint32(value) & (1<<width - 1), width
}

// The rows and columns of nearby pixels.
const (
	nearRows    = 8
	nearColumns = 16 // 8 to the left, the same column, and 7 to the right
	nearLeft    = 8
)

// nearCodes has the distance codes of nearby pixels, by row and column.
var nearCodes = func() (codes [nearRows][nearColumns]uint8) {
	for i, at := range vp8l.Near {
		codes[at[1]][nearLeft-at[0]] = uint8(i + 1)
	}

	return codes
}()

// distanceCode returns the code of a distance in an image of a width (RFC 9649, 3.6.2.2).
func distanceCode(distance, width int) int {
	row, column := distance/width, distance%width

	switch {
	case column <= nearLeft && row < nearRows && nearCodes[row][nearLeft-column] > 0:
		return int(nearCodes[row][nearLeft-column])
	case width-column < nearColumns-nearLeft && row+1 < nearRows:
		return int(nearCodes[row+1][nearLeft+width-column])
	default:
		return distance + vp8l.NearDistances
	}
}
