//go:build !purego

#include "textflag.h"
#include "go_asm.h"

// A register holds a block of 16 words: rows 0 and 1 in the lower half, 2 and 3 in the upper
// one. AX has the address of the constants.
//
// Go's operand order has the destination last: VPSUBW B, A, D is D = A - B. In
// VPBLENDD $mask, B, A, D the set bits of the mask select B.

// MAGNITUDES: D = the sums of the magnitudes of the Hadamard transform of Y15 - P, in eight
// parts. Each step replaces x and y by x + y and x - y, or y - x. The last step is left out:
// |x + y| + |x - y| is twice the greater magnitude. Y12 and Y13 are scratch registers.
#define MAGNITUDES(P, D) \
	VPMOVZXBW P, D; \
	VPSUBW D, Y15, D; \
	VPERM2I128 $0x01, D, D, Y13; \
	VPADDW Y13, D, Y12; \
	VPSUBW Y13, D, D; \
	VPBLENDD $0xf0, D, Y12, D; \
	VPSHUFD $0x4e, D, Y13; \
	VPADDW Y13, D, Y12; \
	VPSUBW Y13, D, D; \
	VPBLENDD $0xcc, D, Y12, D; \
	VPSHUFD $0xb1, D, Y13; \
	VPADDW Y13, D, Y12; \
	VPSUBW Y13, D, D; \
	VPBLENDD $0xaa, D, Y12, D; \
	VPABSW D, D; \
	VPSRLD $16, D, Y13; \
	VPMAXSW Y13, D, D; \
	VPMADDWD constants_twice(AX), D, D

// TOTALS: the four double words of X0 = the sums of A, B, C and D.
#define TOTALS(A, B, C, D) \
	VPHADDD B, A, A; \
	VPHADDD D, C, C; \
	VPHADDD C, A, Y0; \
	VEXTRACTI128 $1, Y0, X1; \
	VPADDD X1, X0, X0

// func sketchesAVX2(c *constants, samples *vp8.Block, e *vp8.SubblockEdges, s *sketches)
//
// The edges are in X0: x[0] is the lowest one twice, and the last one is repeated too. X3
// has the means of two neighbors, and X4 of three. A shuffle selects from these for each
// mode.
TEXT ·sketchesAVX2(SB), NOSPLIT, $0-32
	MOVQ c+0(FP), AX
	MOVQ samples+8(FP), SI
	MOVQ e+16(FP), DX
	MOVQ s+24(FP), DI
	VMOVDQU (DX), X14
	VPMOVZXBW (SI), Y15

	// DC: the mean of the four samples at the left and the four above.
	VPAND constants_neighbors(AX), X14, X0
	VPXOR X1, X1, X1
	VPSADBW X1, X0, X0
	VPSHUFD $0x4e, X0, X2
	VPADDW X2, X0, X0
	VPADDW constants_four(AX), X0, X0
	VPSRLW $3, X0, X0
	VPBROADCASTB X0, X0
	VMOVDQU X0, (sketches_predictions+0)(DI)

	// TrueMotion: above + left - corner, limited to bytes.
	VPSHUFB constants_above(AX), X14, X0
	VPSHUFB constants_left(AX), X14, X1
	VPSHUFB constants_corner(AX), X14, X2
	VPMOVZXBW X0, Y0
	VPMOVZXBW X1, Y1
	VPMOVZXBW X2, Y2
	VPADDW Y1, Y0, Y0
	VPSUBW Y2, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKUSWB X1, X0, X0
	VMOVDQU X0, (sketches_predictions+16)(DI)

	// The means. PAVGB rounds up: the lowest bit is corrected for the mean of three.
	VPSHUFB constants_extend(AX), X14, X0
	VPSRLDQ $1, X0, X1
	VPSRLDQ $2, X0, X2
	VPAVGB X1, X0, X3
	VPXOR X2, X0, X4
	VPAND constants_ones(AX), X4, X4
	VPAVGB X2, X0, X5
	VPSUBB X4, X5, X5
	VPAVGB X1, X5, X4
	VINSERTI128 $1, X3, Y3, Y3
	VINSERTI128 $1, X4, Y4, Y4

	// Two modes in each step.
	VPSHUFB constants_straight(AX), Y4, Y0
	VMOVDQU Y0, (sketches_predictions+32)(DI)
	VPSHUFB constants_down(AX), Y4, Y0
	VMOVDQU Y0, (sketches_predictions+64)(DI)
	VPSHUFB constants_vertical3(AX), Y4, Y0
	VPSHUFB constants_vertical2(AX), Y3, Y1
	VPOR Y1, Y0, Y0
	VMOVDQU Y0, (sketches_predictions+96)(DI)
	VPSHUFB constants_horizontal3(AX), Y4, Y0
	VPSHUFB constants_horizontal2(AX), Y3, Y1
	VPOR Y1, Y0, Y0
	VMOVDQU Y0, (sketches_predictions+128)(DI)

	MAGNITUDES((sketches_predictions+0)(DI), Y2)
	MAGNITUDES((sketches_predictions+16)(DI), Y3)
	MAGNITUDES((sketches_predictions+32)(DI), Y4)
	MAGNITUDES((sketches_predictions+48)(DI), Y5)
	MAGNITUDES((sketches_predictions+64)(DI), Y6)
	MAGNITUDES((sketches_predictions+80)(DI), Y7)
	MAGNITUDES((sketches_predictions+96)(DI), Y8)
	MAGNITUDES((sketches_predictions+112)(DI), Y9)
	MAGNITUDES((sketches_predictions+128)(DI), Y10)
	MAGNITUDES((sketches_predictions+144)(DI), Y11)
	TOTALS(Y2, Y3, Y4, Y5)
	VMOVDQU X0, (sketches_magnitudes+0)(DI)
	TOTALS(Y6, Y7, Y8, Y9)
	VMOVDQU X0, (sketches_magnitudes+16)(DI)
	TOTALS(Y10, Y11, Y8, Y9)
	VMOVQ X0, (sketches_magnitudes+32)(DI)
	VZEROUPPER
	RET

// func planesAVX2(k *constants, a *planeArguments)
//
// The rows of a block are predicted from X4 in the horizontal mode. Y5 has their differences
// to the corner, in words.
TEXT ·planesAVX2(SB), NOSPLIT, $0-16
	MOVQ k+0(FP), AX
	MOVQ a+8(FP), BX
	MOVQ planeArguments_samples(BX), SI
	MOVQ planeArguments_edges(BX), R8
	MOVQ planeArguments_dc(BX), R10
	MOVQ planeArguments_vertical(BX), R11
	MOVQ planeArguments_horizontal(BX), R12
	MOVQ planeArguments_trueMotion(BX), R13
	MOVQ planeArguments_wide(BX), CX
	VPBROADCASTB 32(R8), X6 // Corner
	VPMOVZXBW X6, Y6
	VPXOR Y8, Y8, Y8
	VPXOR Y9, Y9, Y9
	VPXOR Y10, Y10, Y10
	VPXOR Y11, Y11, Y11
	LEAQ 16(R8), DX // Left
	MOVQ CX, DI

row:
	VPBROADCASTD (DX), X4
	VPSHUFB constants_rows(AX), X4, X4
	VPMOVZXBW X4, Y5
	VPSUBW Y6, Y5, Y5
	MOVQ R8, R9 // Above
	MOVQ CX, R14

block:
	VPBROADCASTD (R9), X7
	VMOVDQU X7, (R11)
	VMOVDQU X4, (R12)
	VPMOVZXBW X7, Y1
	VPADDW Y5, Y1, Y1
	VEXTRACTI128 $1, Y1, X2
	VPACKUSWB X2, X1, X1
	VMOVDQU X1, (R13)

	VPMOVZXBW (SI), Y15
	MAGNITUDES((R10), Y3)
	VPADDD Y3, Y8, Y8
	MAGNITUDES(X7, Y3)
	VPADDD Y3, Y9, Y9
	MAGNITUDES(X4, Y3)
	VPADDD Y3, Y10, Y10
	MAGNITUDES(X1, Y3)
	VPADDD Y3, Y11, Y11

	ADDQ $16, SI
	ADDQ $16, R10
	ADDQ $16, R11
	ADDQ $16, R12
	ADDQ $16, R13
	ADDQ $4, R9
	DECQ R14
	JNZ block

	ADDQ $4, DX
	DECQ DI
	JNZ row

	TOTALS(Y8, Y9, Y10, Y11)
	VMOVDQU X0, planeArguments_magnitudes(BX)
	VZEROUPPER
	RET

// func forwardAVX2(k *constants, c *vp8.Coefficients, samples, predictions *vp8.Block, blocks int)
//
// The names are those of forwardDCT. A sum or difference of a row and its reverse has a0 and
// a1, or a3 and a2, in pairs, by which VPMADDWD multiplies the factors.
TEXT ·forwardAVX2(SB), NOSPLIT, $0-40
	MOVQ k+0(FP), AX
	MOVQ c+8(FP), DI
	MOVQ samples+16(FP), SI
	MOVQ predictions+24(FP), DX
	MOVQ blocks+32(FP), CX

block:
	VPMOVZXBW (SI), Y0
	VPMOVZXBW (DX), Y1
	VPSUBW Y1, Y0, Y0

	VPSHUFLW $0x1b, Y0, Y1
	VPSHUFHW $0x1b, Y1, Y1
	VPADDW Y1, Y0, Y2
	VPSUBW Y1, Y0, Y3
	VPMADDWD constants_rowEven(AX), Y2, Y2
	VPMADDWD constants_rowOdd(AX), Y3, Y3
	VPADDD constants_rowHalf(AX), Y3, Y3
	VPSRAD $9, Y3, Y3
	VPSLLD $16, Y3, Y3
	VPBLENDW $0xaa, Y3, Y2, Y0

	VPERMQ $0x1b, Y0, Y1
	VPADDW Y1, Y0, Y2
	VPSUBW Y1, Y0, Y3
	VPSHUFD $0x4e, Y2, Y4
	VPSHUFD $0x4e, Y3, Y5
	VPADDW Y4, Y2, Y6
	VPSUBW Y2, Y4, Y7
	VPBLENDD $0xf0, Y7, Y6, Y6
	VPADDW constants_eight(AX), Y6, Y6
	VPSRAW $4, Y6, Y6
	VPUNPCKLWD Y5, Y3, Y3
	VPMADDWD constants_columnOdd(AX), Y3, Y3
	VPADDD constants_columnHalf(AX), Y3, Y3
	VPSRAD $16, Y3, Y3
	VPACKSSDW Y3, Y3, Y3
	VPUNPCKLQDQ Y3, Y6, Y0
	VMOVDQU Y0, (DI)

	ADDQ $16, SI
	ADDQ $16, DX
	ADDQ $32, DI
	DECQ CX
	JNZ block

	VZEROUPPER
	RET

// INVERSE_ROWS is the vertical step of the inverse transform of Y0. The names are those of
// vp8.InverseDCT. VPMULHW has signed factors: the product with 65536 is added.
#define INVERSE_ROWS \
	VPERM2I128 $0x01, Y0, Y0, Y1; \
	VPADDW Y1, Y0, Y2; \
	VPSUBW Y0, Y1, Y3; \
	VPBLENDD $0xf0, Y3, Y2, Y2; \ // sum, difference
	VPMULHW constants_sine(AX), Y0, Y3; \
	VPADDW Y0, Y3, Y3; \
	VPMULHW constants_cosine(AX), Y0, Y4; \
	VPADDW Y0, Y4, Y4; \
	VPERM2I128 $0x01, Y3, Y3, Y3; \
	VPADDW Y4, Y3, Y5; \
	VPSUBW Y4, Y3, Y6; \
	VPBLENDD $0xf0, Y6, Y5, Y5; \
	VPSHUFD $0xee, Y5, Y5; \ // high, low
	VPADDW Y5, Y2, Y0; \
	VPSUBW Y5, Y2, Y1; \
	VPUNPCKLQDQ Y1, Y0, Y0; \
	VPERMQ $0x78, Y0, Y0

// TRANSPOSE swaps the rows and columns of Y0. Y14 has the order of double words.
#define TRANSPOSE \
	VPSHUFB constants_transpose(AX), Y0, Y0; \
	VPERMD Y0, Y14, Y0

// INVERSE adds the samples of the coefficients in Y0 to the prediction P. X0 is the block.
#define INVERSE(P) \
	INVERSE_ROWS; \
	TRANSPOSE; \
	VPADDW constants_four(AX), Y0, Y0; \
	INVERSE_ROWS; \
	VPSRAW $3, Y0, Y0; \
	TRANSPOSE; \
	VPMOVZXBW P, Y1; \
	VPADDW Y1, Y0, Y0; \
	VPACKUSWB Y0, Y0, Y0; \
	VPERMQ $0x08, Y0, Y0

// func quantizeAVX2(k *constants, a *quantizeArguments)
TEXT ·quantizeAVX2(SB), NOSPLIT, $0-16
	MOVQ k+0(FP), AX
	MOVQ a+8(FP), BX
	MOVQ quantizeArguments_blocks(BX), DI
	MOVQ quantizeArguments_c(BX), SI
	MOVQ quantizeArguments_samples(BX), R11
	MOVQ quantizeArguments_predictions(BX), DX
	MOVQ quantizeArguments_dc(BX), R12
	MOVQ quantizeArguments_count(BX), CX
	MOVQ quantizeArguments_s(BX), BX
	VMOVDQU constants_doubleWords(AX), Y14

block:
	// The levels.
	VMOVDQU (SI), Y0
	VPABSW Y0, Y1
	VPADDW wordSteps_round(BX), Y1, Y1
	VPMULHUW wordSteps_reciprocal(BX), Y1, Y1
	VPMINUW constants_most(AX), Y1, Y1
	VPSIGNW Y0, Y1, Y1

	// In zigzag order. Only one of them changes from the upper half to the lower one.
	VPSHUFB constants_zigzag(AX), Y1, Y2
	VEXTRACTI128 $1, Y1, X3
	VPEXTRW $0, X3, R8
	VPEXTRW $7, X1, R9
	VEXTRACTI128 $1, Y2, X4
	VPINSRW $3, R8, X2, X2
	VPINSRW $4, R9, X4, X4
	VMOVDQU X2, (codedBlock_levels+0)(DI)
	VMOVDQU X4, (codedBlock_levels+16)(DI)

	// The place after the last one that is not zero.
	VPACKSSWB X4, X2, X2
	VPXOR X3, X3, X3
	VPCMPEQB X3, X2, X2
	VPMOVMSKB X2, R8
	XORL $0xffff, R8
	LEAL 1(R8)(R8*1), R8
	BSRL R8, R8
	MOVL R8, codedBlock_end(DI)

	// The reconstruction.
	VPMULLW wordSteps_size(BX), Y1, Y0
	MOVWLZX (R12), R8
	VMOVD R8, X1
	VPADDW Y1, Y0, Y0
	INVERSE((DX))
	VMOVDQU X0, codedBlock_block(DI)

	// The errors.
	VPMOVZXBW X0, Y0
	VPMOVZXBW (R11), Y1
	VPSUBW Y1, Y0, Y0
	VPMADDWD Y0, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPADDD X1, X0, X0
	VPSHUFD $0x4e, X0, X1
	VPADDD X1, X0, X0
	VPSHUFD $0xb1, X0, X1
	VPADDD X1, X0, X0
	VMOVD X0, codedBlock_errors(DI)

	ADDQ $codedBlock__size, DI
	ADDQ $32, SI
	ADDQ $16, R11
	ADDQ $16, DX
	ADDQ $2, R12
	DECQ CX
	JNZ block

	VZEROUPPER
	RET
