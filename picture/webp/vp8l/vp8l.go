// Package vp8l has the parts of lossless WebP (RFC 9649, 3) that an encoder and a decoder
// share.
package vp8l

// The sizes of alphabets (RFC 9649, 3.7.2).
const (
	Literals      = 256
	LengthCodes   = 24
	DistanceCodes = 40
)

// Limits of references (RFC 9649, 3.6.2.2).
const (
	LongestCopy = 1 << 12 // pixels
	// NearDistances is the number of distance codes that stand for pixels nearby. Higher
	// codes stand for distances in scan-line order.
	NearDistances = 120
	// FarthestCopy is the greatest distance that the prefix codes can express.
	FarthestCopy = 1<<20 - NearDistances
)

// Near has the places to which the lowest distance codes refer: columns to the left, and
// rows above (RFC 9649, 3.6.2.2).
var Near = [NearDistances][2]int8{
	{0, 1}, {1, 0}, {1, 1}, {-1, 1}, {0, 2}, {2, 0}, {1, 2}, {-1, 2}, {2, 1}, {-2, 1},
	{2, 2}, {-2, 2}, {0, 3}, {3, 0}, {1, 3}, {-1, 3}, {3, 1}, {-3, 1}, {2, 3}, {-2, 3},
	{3, 2}, {-3, 2}, {0, 4}, {4, 0}, {1, 4}, {-1, 4}, {4, 1}, {-4, 1}, {3, 3}, {-3, 3},
	{2, 4}, {-2, 4}, {4, 2}, {-4, 2}, {0, 5}, {3, 4}, {-3, 4}, {4, 3}, {-4, 3}, {5, 0},
	{1, 5}, {-1, 5}, {5, 1}, {-5, 1}, {2, 5}, {-2, 5}, {5, 2}, {-5, 2}, {4, 4}, {-4, 4},
	{3, 5}, {-3, 5}, {5, 3}, {-5, 3}, {0, 6}, {6, 0}, {1, 6}, {-1, 6}, {6, 1}, {-6, 1},
	{2, 6}, {-2, 6}, {6, 2}, {-6, 2}, {4, 5}, {-4, 5}, {5, 4}, {-5, 4}, {3, 6}, {-3, 6},
	{6, 3}, {-6, 3}, {0, 7}, {7, 0}, {1, 7}, {-1, 7}, {5, 5}, {-5, 5}, {7, 1}, {-7, 1},
	{4, 6}, {-4, 6}, {6, 4}, {-6, 4}, {2, 7}, {-2, 7}, {7, 2}, {-7, 2}, {3, 7}, {-3, 7},
	{7, 3}, {-7, 3}, {5, 6}, {-5, 6}, {6, 5}, {-6, 5}, {8, 0}, {4, 7}, {-4, 7}, {7, 4},
	{-7, 4}, {8, 1}, {8, 2}, {6, 6}, {-6, 6}, {8, 3}, {5, 7}, {-5, 7}, {7, 5}, {-7, 5},
	{8, 4}, {6, 7}, {-6, 7}, {7, 6}, {-7, 6}, {8, 5}, {7, 7}, {-7, 7}, {8, 6}, {8, 7},
}

// MostBits is the length of the longest prefix code, and MostLengthBits that of the codes
// of code lengths (RFC 9649, 3.7.2.1.2).
const (
	MostBits       = 15
	MostLengthBits = 7
)

// The symbols of code lengths that are not a length (RFC 9649, 3.7.2.1.2).
const (
	RepeatPrevious = 16 // 3 to 6 times the previous length that is not zero
	RepeatZero     = 17 // 3 to 10 zeros
	RepeatZeroLong = 18 // 11 to 138 zeros
	LengthSymbols  = 19
)

// LengthOrder is the order in which the lengths of the codes of code lengths are written.
var LengthOrder = [LengthSymbols]uint8{17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

// ColorIndexing is the transform that replaces colors by indices of a table (RFC 9649, 4.4).
const ColorIndexing = 3

// BundleBits returns the number of bits of an index in a bundle, by the size of the table.
// Pixels of 8 bits are not bundled.
func BundleBits(colors int) int {
	switch {
	case colors <= 2:
		return 1
	case colors <= 4:
		return 2
	case colors <= 16:
		return 4
	default:
		return 8
	}
}
