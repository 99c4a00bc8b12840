// Package t81 defines the constants of the JPEG standard, ITU-T T.81, that decoders and
// encoders share: the marker codes and the zigzag order.
package t81

// BlockSide is the side of a block in samples. BlockSize is its number of samples (A.1).
const (
	BlockSide = 8
	BlockSize = BlockSide * BlockSide
)

// Markers: the byte that follows 0xFF (B.1.1.3, table B.1).
const (
	SOF0 = 0xc0 // start of frame: baseline DCT
	SOF1 = 0xc1 // extended sequential DCT
	SOF2 = 0xc2 // progressive DCT
	DHT  = 0xc4 // define Huffman tables
	DAC  = 0xcc // define arithmetic coding conditioning
	RST0 = 0xd0 // restart interval ended, modulo 8: RST0 to RST7
	RST7 = 0xd7
	SOI  = 0xd8 // start of image
	EOI  = 0xd9 // end of image
	SOS  = 0xda // start of scan
	DQT  = 0xdb // define quantization tables
	DNL  = 0xdc // define number of lines
	DRI  = 0xdd // define restart interval
	APP0 = 0xe0 // application segments: APP0 to APP15
	APP2 = 0xe2
	COM  = 0xfe // comment
	TEM  = 0x01 // for arithmetic coding; no length follows
)

// Zigzag maps the index of a coefficient in the zigzag sequence to its index in the
// block, row by row (A.3.6, figure 5). Low frequencies come first.
var Zigzag = [BlockSize]uint8{
	0, 1, 8, 16, 9, 2, 3, 10,
	17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34,
	27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36,
	29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46,
	53, 60, 61, 54, 47, 55, 62, 63,
}
