package hevc

import mathbits "math/bits"

// lessProbable is added to a state for the less probable symbol in nextStates.
const lessProbable = 128

// nextStates are the states after a more and a less probable symbol (table 9-53). A state
// is pStateIdx × 2 + valMps.
var nextStates = transitions()

func transitions() (next [256]uint8) {
	for state := range uint8(64) {
		for symbol := range uint8(2) {
			next[state<<1|symbol] = min(state+1, 62)<<1 | symbol
			next[lessProbable|state<<1|symbol] = lessStates[state]<<1 | symbol
		}
	}

	next[63<<1], next[63<<1|1] = 63<<1, 63<<1|1
	next[lessProbable], next[lessProbable|1] = 1, 0 // At pStateIdx 0 the symbols change places.

	return next
}

// shifts are the numbers of bits by which a range grows to at least 256, by range ÷ 8. The
// smallest range is 6.
var shifts = func() (made [64]uint8) {
	for i := range made {
		made[i] = uint8(mathbits.LeadingZeros32(uint32(max(8*i, 6))) - 23)
	}

	return made
}()

// lessStates is transIdxLps.
var lessStates = [64]uint8{
	0, 0, 1, 2, 2, 4, 4, 5, 6, 7, 8, 9, 9, 11, 11, 12,
	13, 13, 15, 15, 16, 16, 18, 18, 19, 19, 21, 21, 22, 22, 23, 24,
	24, 25, 26, 26, 27, 27, 28, 29, 29, 30, 30, 30, 31, 32, 32, 33,
	33, 33, 34, 34, 35, 35, 35, 36, 36, 36, 37, 37, 37, 38, 38, 63,
}

// lowRanges is rangeTabLps (table 9-52).
var lowRanges = [128][4]uint8{
	{128, 176, 208, 240}, {128, 167, 197, 227}, {128, 158, 187, 216}, {123, 150, 178, 205},
	{116, 142, 169, 195}, {111, 135, 160, 185}, {105, 128, 152, 175}, {100, 122, 144, 166},
	{95, 116, 137, 158}, {90, 110, 130, 150}, {85, 104, 123, 142}, {81, 99, 117, 135},
	{77, 94, 111, 128}, {73, 89, 105, 122}, {69, 85, 100, 116}, {66, 80, 95, 110},
	{62, 76, 90, 104}, {59, 72, 86, 99}, {56, 69, 81, 94}, {53, 65, 77, 89},
	{51, 62, 73, 85}, {48, 59, 69, 80}, {46, 56, 66, 76}, {43, 53, 63, 72},
	{41, 50, 59, 69}, {39, 48, 56, 65}, {37, 45, 54, 62}, {35, 43, 51, 59},
	{33, 41, 48, 56}, {32, 39, 46, 53}, {30, 37, 43, 50}, {29, 35, 41, 48},
	{27, 33, 39, 45}, {26, 31, 37, 43}, {24, 30, 35, 41}, {23, 28, 33, 39},
	{22, 27, 32, 37}, {21, 26, 30, 35}, {20, 24, 29, 33}, {19, 23, 27, 31},
	{18, 22, 26, 30}, {17, 21, 25, 28}, {16, 20, 23, 27}, {15, 19, 22, 25},
	{14, 18, 21, 24}, {14, 17, 20, 23}, {13, 16, 19, 22}, {12, 15, 18, 21},
	{12, 14, 17, 20}, {11, 14, 16, 19}, {11, 13, 15, 18}, {10, 12, 15, 17},
	{10, 12, 14, 16}, {9, 11, 13, 15}, {9, 11, 12, 14}, {8, 10, 12, 14},
	{8, 9, 11, 13}, {7, 9, 11, 12}, {7, 9, 10, 12}, {7, 8, 10, 11},
	{6, 8, 9, 11}, {6, 7, 9, 10}, {6, 7, 8, 9}, {2, 2, 2, 2},
}
