// Package vp8 has the parts of VP8 key frames that an encoder and a decoder share: the
// tables, predictions, inverse transforms and the loop filter of RFC 6386. Their results
// are defined bit by bit.
package vp8

// Sizes of blocks and macroblocks (RFC 6386, 2).
const (
	MacroblockSide = 16
	ChromaSide     = 8
	BlockSide      = 4
	BlockSize      = BlockSide * BlockSide
	// LumaBlocks is the number of luma blocks of a macroblock, and ChromaBlocks that of
	// each chroma plane.
	LumaBlocks   = 16
	ChromaBlocks = 4
)

// Block is the 16 samples of a block, row by row.
type Block = [BlockSize]byte

// Coefficients is the 16 coefficients of a block, row by row.
type Coefficients = [BlockSize]int16

// Kind is the kind of a block for the probabilities of its tokens (RFC 6386, 13.3).
type Kind uint8

// The kinds of blocks.
const (
	LumaAfterY2 Kind = iota // luma without DC, which is in Y2
	Y2
	Chroma
	LumaWithDC
)

// Kinds is the number of kinds.
const Kinds = 4

// Probabilities has a probability for each kind of block, band of coefficients, context
// and node of the tree of tokens (RFC 6386, 13.3).
type Probabilities [Kinds][BandCount][Contexts][Nodes]byte

// The dimensions of [Probabilities].
const (
	BandCount = 8
	Contexts  = 3
	Nodes     = 11
)

// Bands are the bands of the coefficients in zigzag order (RFC 6386, 13.3).
var Bands = [BlockSize]uint8{0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7}

// Zigzag has the place in the block of each coefficient in the order of the bitstream
// (RFC 6386, 13).
var Zigzag = [BlockSize]uint8{0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15}

// Category is a range of levels that one token stands for. Extra bits with the given
// probabilities follow, the highest first. They are added to the base (RFC 6386, 13.2).
type Category struct {
	Base          int
	Probabilities []byte
}

// Categories are DCT_CAT1 to DCT_CAT6.
var Categories = [6]Category{
	{5, []byte{159}},
	{7, []byte{165, 145}},
	{11, []byte{173, 148, 140}},
	{19, []byte{176, 155, 140, 135}},
	{35, []byte{180, 157, 141, 134, 130}},
	{67, []byte{254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}},
}

// Mode is a prediction mode of the luma or the chroma of a macroblock (RFC 6386, 8.2 and
// 8.4).
type Mode uint8

// The modes. BySubblocks is for luma only: each subblock has its own mode.
const (
	DC Mode = iota
	Vertical
	Horizontal
	TrueMotion
	BySubblocks
)

// PlaneModes is the number of modes without BySubblocks.
const PlaneModes = 4

// SubblockMode is a prediction mode of a luma subblock (RFC 6386, 8.3).
type SubblockMode uint8

// The modes of subblocks.
const (
	SubDC SubblockMode = iota
	SubTrueMotion
	SubVertical
	SubHorizontal
	SubLeftDown
	SubRightDown
	SubVerticalRight
	SubVerticalLeft
	SubHorizontalDown
	SubHorizontalUp
)

// SubblockModes is the number of modes of subblocks.
const SubblockModes = 10

// Implied is the mode of the subblocks of a macroblock whose luma has one mode. It is the
// context of the neighbors' modes (RFC 6386, 11.3).
var Implied = [PlaneModes]SubblockMode{SubDC, SubVertical, SubHorizontal, SubTrueMotion}

// The samples outside the frame from which the first row and column are predicted
// (RFC 6386, 12.2 and 12.3). The corner of the first row of macroblocks is AboveFrame.
const (
	AboveFrame = 127
	LeftFrame  = 129
)
