//go:build !purego

#include "textflag.h"
#include "go_asm.h"

// Each of Y0 to Y7 is a row of two neighboring blocks: eight 16-bit words of the left
// block in the lower half, and eight of the right block in the upper half. All
// instructions that move words stay within their halves, so a statement about one block
// holds for both. The sums and the names a, b, d are in fdct.go.
//
// Go's operand order has the destination last: VPSUBW B, A, D is D = A - B.

// PRODUCTS: OUT = (LO0,HI0 · FACTORS0 + LO1,HI1 · FACTORS1 + half) >> shift. VPMADDWD
// makes four 32-bit sums of the eight words of LO, and four of HI. VPACKSSDW puts them
// side by side as words. Y0, Y4, Y10, Y11 are scratch registers.
#define PRODUCTS(FACTORS0, FACTORS1, HALF, SHIFT, OUT) \
	VPMADDWD FACTORS0(AX), Y12, Y10; \
	VPMADDWD FACTORS1(AX), Y14, Y11; \
	VPMADDWD FACTORS0(AX), Y13, Y0; \
	VPMADDWD FACTORS1(AX), Y15, Y4; \
	VPADDD Y11, Y10, Y10; \
	VPADDD Y4, Y0, Y0; \
	VPADDD HALF(AX), Y10, Y10; \
	VPADDD HALF(AX), Y0, Y0; \
	VPSRAD $SHIFT, Y10, Y10; \
	VPSRAD $SHIFT, Y0, Y0; \
	VPACKSSDW Y0, Y10, OUT

// PRODUCT is the same for one pair of words, in Y10 and Y11.
#define PRODUCT(FACTORS, HALF, SHIFT, OUT) \
	VPMADDWD FACTORS(AX), Y10, Y0; \
	VPMADDWD FACTORS(AX), Y11, Y1; \
	VPADDD HALF(AX), Y0, Y0; \
	VPADDD HALF(AX), Y1, Y1; \
	VPSRAD $SHIFT, Y0, Y0; \
	VPSRAD $SHIFT, Y1, Y1; \
	VPACKSSDW Y1, Y0, OUT

// BUTTERFLIES: rows x0 to x7 in Y0 to Y7 become
//   Y8 = b0 + b1, Y9 = b0 - b1, Y10/Y11 = b3 and b2 interleaved (words 0-3, 4-7),
//   Y12/Y13 = d0 and d1, Y14/Y15 = d2 and d3 interleaved.
#define BUTTERFLIES \
	VPADDW Y7, Y0, Y8; \      // a0
	VPSUBW Y7, Y0, Y7; \      // d0
	VPADDW Y6, Y1, Y9; \      // a1
	VPSUBW Y6, Y1, Y6; \      // d1
	VPADDW Y5, Y2, Y10; \     // a2
	VPSUBW Y5, Y2, Y5; \      // d2
	VPADDW Y4, Y3, Y11; \     // a3
	VPSUBW Y4, Y3, Y4; \      // d3
	VPADDW Y11, Y8, Y0; \     // b0
	VPSUBW Y11, Y8, Y1; \     // b3
	VPADDW Y10, Y9, Y2; \     // b1
	VPSUBW Y10, Y9, Y3; \     // b2
	VPADDW Y2, Y0, Y8; \
	VPSUBW Y2, Y0, Y9; \
	VPUNPCKLWD Y3, Y1, Y10; \
	VPUNPCKHWD Y3, Y1, Y11; \
	VPUNPCKLWD Y6, Y7, Y12; \
	VPUNPCKHWD Y6, Y7, Y13; \
	VPUNPCKLWD Y4, Y5, Y14; \
	VPUNPCKHWD Y4, Y5, Y15

// TRANSFORM turns the results of BUTTERFLIES into X1, X2, X3, X5, X6, X7 in the registers
// of these numbers. X0 and X4 remain in Y8 and Y9.
#define TRANSFORM(HALF, SHIFT) \
	PRODUCT(constants_x2, HALF, SHIFT, Y2); \
	PRODUCT(constants_x6, HALF, SHIFT, Y6); \
	PRODUCTS(constants_x1a, constants_x1b, HALF, SHIFT, Y1); \
	PRODUCTS(constants_x3a, constants_x3b, HALF, SHIFT, Y3); \
	PRODUCTS(constants_x5a, constants_x5b, HALF, SHIFT, Y5); \
	PRODUCTS(constants_x7a, constants_x7b, HALF, SHIFT, Y7)

// TRANSPOSE swaps rows and columns of Y0 to Y7, separately in each half. Rows are
// interleaved by words, then pairs of rows by double words, then by quad words.
#define TRANSPOSE \
	VPUNPCKLWD Y1, Y0, Y8; \
	VPUNPCKHWD Y1, Y0, Y9; \
	VPUNPCKLWD Y3, Y2, Y10; \
	VPUNPCKHWD Y3, Y2, Y11; \
	VPUNPCKLWD Y5, Y4, Y12; \
	VPUNPCKHWD Y5, Y4, Y13; \
	VPUNPCKLWD Y7, Y6, Y14; \
	VPUNPCKHWD Y7, Y6, Y15; \
	VPUNPCKLDQ Y10, Y8, Y0; \
	VPUNPCKHDQ Y10, Y8, Y2; \
	VPUNPCKLDQ Y11, Y9, Y4; \
	VPUNPCKHDQ Y11, Y9, Y6; \
	VPUNPCKLDQ Y14, Y12, Y8; \
	VPUNPCKHDQ Y14, Y12, Y10; \
	VPUNPCKLDQ Y15, Y13, Y12; \
	VPUNPCKHDQ Y15, Y13, Y14; \
	VPUNPCKHQDQ Y8, Y0, Y1; \
	VPUNPCKLQDQ Y8, Y0, Y0; \
	VPUNPCKHQDQ Y10, Y2, Y3; \
	VPUNPCKLQDQ Y10, Y2, Y2; \
	VPUNPCKHQDQ Y12, Y4, Y5; \
	VPUNPCKLQDQ Y12, Y4, Y4; \
	VPUNPCKHQDQ Y14, Y6, Y7; \
	VPUNPCKLQDQ Y14, Y6, Y6

// QUANTIZE divides row N (quantize.go has the proof) and takes the sign from the
// dividend. It stores the row of the left block at DI, and the row of the right block 128
// bytes later.
#define QUANTIZE(N, Y, X) \
	VPABSW Y, Y8; \
	VPADDW quantizer_bias+32*N(BX), Y8, Y8; \
	VPMULHUW quantizer_reciprocal+32*N(BX), Y8, Y8; \
	VPMULHUW quantizer_shift+32*N(BX), Y8, Y8; \
	VPSIGNW Y, Y8, Y; \
	VMOVDQU X, 16*N(DI); \
	VEXTRACTI128 $1, Y, 128+16*N(DI)

// PICK selects the bytes of a quarter of the zigzag sequence from the quarter FROM.
#define PICK(N, FROM, OUT) VPSHUFB constants_shuffles+32*N(AX), FROM, OUT

// func forwardAVX2(src *byte, stride int, q *quantizer, c *constants, blocks *[64]int16, masks *uint64, pairs int)
TEXT ·forwardAVX2(SB), NOSPLIT, $0-56
	MOVQ src+0(FP), SI
	MOVQ stride+8(FP), DX
	MOVQ q+16(FP), BX
	MOVQ c+24(FP), AX
	MOVQ blocks+32(FP), DI
	MOVQ masks+40(FP), R12
	MOVQ pairs+48(FP), CX
	LEAQ (DX)(DX*2), R13          // 3 rows

next:
	// Sixteen samples per row, widened to words.
	LEAQ (SI)(DX*4), R8
	VPMOVZXBW (SI), Y0
	VPMOVZXBW (SI)(DX*1), Y1
	VPMOVZXBW (SI)(DX*2), Y2
	VPMOVZXBW (SI)(R13*1), Y3
	VPMOVZXBW (R8), Y4
	VPMOVZXBW (R8)(DX*1), Y5
	VPMOVZXBW (R8)(DX*2), Y6
	VPMOVZXBW (R8)(R13*1), Y7

	// Columns.
	BUTTERFLIES
	VPSUBW constants_levels(AX), Y8, Y8
	VPSLLW $2, Y8, Y8
	VPSLLW $2, Y9, Y9
	TRANSFORM(constants_columnsHalf, 11)
	VMOVDQA Y8, Y0
	VMOVDQA Y9, Y4

	// Rows. The data is in columns after this, and the result remains transposed.
	TRANSPOSE
	BUTTERFLIES
	VPADDW constants_spareHalf(AX), Y8, Y8
	VPADDW constants_spareHalf(AX), Y9, Y9
	VPSRAW $2, Y8, Y8
	VPSRAW $2, Y9, Y9
	TRANSFORM(constants_rowsHalf, 15)
	VMOVDQA Y8, Y0
	VMOVDQA Y9, Y4

	QUANTIZE(0, Y0, X0)
	QUANTIZE(1, Y1, X1)
	QUANTIZE(2, Y2, X2)
	QUANTIZE(3, Y3, X3)
	QUANTIZE(4, Y4, X4)
	QUANTIZE(5, Y5, X5)
	QUANTIZE(6, Y6, X6)
	QUANTIZE(7, Y7, X7)

	// Quarters of both blocks, one byte per coefficient: all ones if the coefficient is
	// zero. Packing saturates, so a nonzero value stays nonzero.
	VPXOR Y15, Y15, Y15
	VPACKSSWB Y1, Y0, Y0
	VPACKSSWB Y3, Y2, Y1
	VPACKSSWB Y5, Y4, Y2
	VPACKSSWB Y7, Y6, Y3
	VPCMPEQB Y15, Y0, Y0
	VPCMPEQB Y15, Y1, Y1
	VPCMPEQB Y15, Y2, Y2
	VPCMPEQB Y15, Y3, Y3

	// In zigzag order. The first 16 contain nothing of the last quarter, and the last 16
	// contain nothing of the first quarter.
	PICK(0, Y0, Y4)
	PICK(1, Y1, Y5)
	PICK(2, Y2, Y6)
	VPOR Y5, Y4, Y4
	VPOR Y6, Y4, Y4
	PICK(4, Y0, Y5)
	PICK(5, Y1, Y6)
	PICK(6, Y2, Y7)
	PICK(7, Y3, Y8)
	VPOR Y6, Y5, Y5
	VPOR Y8, Y7, Y7
	VPOR Y7, Y5, Y5
	PICK(8, Y0, Y6)
	PICK(9, Y1, Y7)
	PICK(10, Y2, Y8)
	PICK(11, Y3, Y9)
	VPOR Y7, Y6, Y6
	VPOR Y9, Y8, Y8
	VPOR Y8, Y6, Y6
	PICK(13, Y1, Y7)
	PICK(14, Y2, Y8)
	PICK(15, Y3, Y9)
	VPOR Y8, Y7, Y7
	VPOR Y9, Y7, Y7

	// Halves of the left block, then of the right one, to bits of the masks.
	VPERM2I128 $0x20, Y5, Y4, Y0
	VPERM2I128 $0x20, Y7, Y6, Y1
	VPERM2I128 $0x31, Y5, Y4, Y2
	VPERM2I128 $0x31, Y7, Y6, Y3
	VPMOVMSKB Y0, R8
	VPMOVMSKB Y1, R9
	VPMOVMSKB Y2, R10
	VPMOVMSKB Y3, R11
	SHLQ $32, R9
	SHLQ $32, R11
	ORQ R9, R8
	ORQ R11, R10
	NOTQ R8
	NOTQ R10
	MOVQ R8, (R12)
	MOVQ R10, 8(R12)

	ADDQ $16, SI
	ADDQ $256, DI
	ADDQ $16, R12
	DECQ CX
	JNZ next
	VZEROUPPER
	RET
