//go:build !purego

#include "textflag.h"

// The inverse DCT with AVX2. The arithmetic is that of idct.go and reduced.go. A vector
// of 32-bit numbers holds one value of each of the eight columns (or rows). The operands
// are in Go's order, the result last.

// The words of a row in the order of the pairs: 0 4 2 6 1 3 5 7.
DATA pairs8<>+0(SB)/8, $0x0d0c050409080100
DATA pairs8<>+8(SB)/8, $0x0f0e0b0a07060302
DATA pairs8<>+16(SB)/8, $0x0d0c050409080100
DATA pairs8<>+24(SB)/8, $0x0f0e0b0a07060302
GLOBL pairs8<>(SB), RODATA|NOPTR, $32

// The words of two rows of four in the order of the pairs: 0 2 1 3.
DATA pairs4<>+0(SB)/8, $0x0706030205040100
DATA pairs4<>+8(SB)/8, $0x0f0e0b0a0d0c0908
GLOBL pairs4<>(SB), RODATA|NOPTR, $16

// Transposes four columns of four bytes into four rows.
DATA turn<>+0(SB)/8, $0x0d0905010c080400
DATA turn<>+8(SB)/8, $0x0f0b07030e0a0602
DATA turn<>+16(SB)/8, $0x0d0905010c080400
DATA turn<>+24(SB)/8, $0x0f0b07030e0a0602
GLOBL turn<>(SB), RODATA|NOPTR, $32

// columnRound and rowRound of idct.go.
DATA round<>+0(SB)/4, $1024
DATA round<>+4(SB)/4, $33685504
GLOBL round<>(SB), RODATA|NOPTR, $8

// SCALE loads 16 coefficients at SI and multiplies them by the quantization table at BX.
// The low and high halves of the products are interleaved into 32-bit products. Packing
// saturates these to 16 bits again, in the original order.
#define SCALE(offset, t0, t1, t2, t3, out) \
	VMOVDQU    offset(SI), t0; \
	VMOVDQU    offset(BX), t1; \
	VPMULLW    t1, t0, t2; \
	VPMULHW    t1, t0, t3; \
	VPUNPCKLWD t3, t2, t0; \
	VPUNPCKHWD t3, t2, t1; \
	VPACKSSDW  t1, t0, out

// ODD adds an odd sum to an even value, and subtracts it. The factors of the odd sum are
// at an offset of CX.
#define ODD(offset, even, sum, difference) \
	VPMADDWD offset(CX), Y2, Y4; \
	VPMADDWD (offset+32)(CX), Y3, Y5; \
	VPADDD   Y5, Y4, Y4; \
	VPADDD   Y4, even, sum; \
	VPSUBD   Y4, even, difference

// PASS8 is inverse8 on the pairs (0, 4), (2, 6), (1, 3), (5, 7) in Y0 to Y3, with the
// rounding in Y6. The results are in Y12 Y13 Y14 Y15 Y9 Y11 Y10 Y8.
#define PASS8(shift) \
	VPMADDWD (CX), Y0, Y4; \
	VPMADDWD 32(CX), Y0, Y5; \
	VPADDD   Y6, Y4, Y4; \
	VPADDD   Y6, Y5, Y5; \
	VPMADDWD 64(CX), Y1, Y6; \
	VPMADDWD 96(CX), Y1, Y7; \
	VPADDD   Y6, Y4, Y8; \
	VPSUBD   Y6, Y4, Y9; \
	VPADDD   Y7, Y5, Y10; \
	VPSUBD   Y7, Y5, Y11; \
	ODD(128, Y8, Y12, Y8); \
	ODD(192, Y10, Y13, Y10); \
	ODD(256, Y11, Y14, Y11); \
	ODD(320, Y9, Y15, Y9); \
	VPSRAD   $shift, Y12, Y12; \
	VPSRAD   $shift, Y13, Y13; \
	VPSRAD   $shift, Y14, Y14; \
	VPSRAD   $shift, Y15, Y15; \
	VPSRAD   $shift, Y9, Y9; \
	VPSRAD   $shift, Y11, Y11; \
	VPSRAD   $shift, Y10, Y10; \
	VPSRAD   $shift, Y8, Y8

// func inverse8x8(block, quants *coefficients, factors *[12]pairs, samples *byte, stride int)
TEXT ·inverse8x8(SB), NOSPLIT, $0-40
	MOVQ block+0(FP), SI
	MOVQ quants+8(FP), BX
	MOVQ factors+16(FP), CX
	MOVQ samples+24(FP), DI
	MOVQ stride+32(FP), DX

	SCALE(0, Y4, Y5, Y6, Y7, Y0)
	SCALE(32, Y8, Y9, Y10, Y11, Y1)
	SCALE(64, Y12, Y13, Y14, Y15, Y2)
	SCALE(96, Y4, Y5, Y6, Y7, Y3)

	// The columns.
	VPBROADCASTD round<>+0(SB), Y6
	PASS8(11)

	// Rows n and n + 4 as words, then one of them in each half of a vector, in the order
	// of the pairs.
	VPACKSSDW Y9, Y12, Y0
	VPACKSSDW Y11, Y13, Y1
	VPACKSSDW Y10, Y14, Y2
	VPACKSSDW Y8, Y15, Y3
	VMOVDQU   pairs8<>(SB), Y12
	VPERMQ    $0xd8, Y0, Y0
	VPERMQ    $0xd8, Y1, Y1
	VPERMQ    $0xd8, Y2, Y2
	VPERMQ    $0xd8, Y3, Y3
	VPSHUFB   Y12, Y0, Y0
	VPSHUFB   Y12, Y1, Y1
	VPSHUFB   Y12, Y2, Y2
	VPSHUFB   Y12, Y3, Y3

	// Transpose each half: one vector for each pair, of eight rows.
	VPUNPCKLDQ  Y1, Y0, Y4
	VPUNPCKHDQ  Y1, Y0, Y5
	VPUNPCKLDQ  Y3, Y2, Y6
	VPUNPCKHDQ  Y3, Y2, Y7
	VPUNPCKLQDQ Y6, Y4, Y0
	VPUNPCKHQDQ Y6, Y4, Y1
	VPUNPCKLQDQ Y7, Y5, Y2
	VPUNPCKHQDQ Y7, Y5, Y3

	// The rows.
	VPBROADCASTD round<>+4(SB), Y6
	PASS8(18)

	// Columns of words, then of bytes, both with saturation, transposed into rows.
	VPACKSSDW  Y13, Y12, Y0
	VPACKSSDW  Y15, Y14, Y1
	VPACKSSDW  Y11, Y9, Y2
	VPACKSSDW  Y8, Y10, Y3
	VMOVDQU    turn<>(SB), Y6
	VPACKUSWB  Y1, Y0, Y0
	VPACKUSWB  Y3, Y2, Y2
	VPSHUFB    Y6, Y0, Y0
	VPSHUFB    Y6, Y2, Y2
	VPUNPCKLDQ Y2, Y0, Y4
	VPUNPCKHDQ Y2, Y0, Y5

	// Y4 has rows 0, 1 and 4, 5, Y5 has rows 2, 3 and 6, 7.
	VEXTRACTI128 $1, Y4, X6
	VEXTRACTI128 $1, Y5, X7
	LEAQ         (DX)(DX*2), R8
	LEAQ         (DI)(DX*4), R9
	VMOVQ        X4, (DI)
	VMOVHPS      X4, (DI)(DX*1)
	VMOVQ        X5, (DI)(DX*2)
	VMOVHPS      X5, (DI)(R8*1)
	VMOVQ        X6, (R9)
	VMOVHPS      X6, (R9)(DX*1)
	VMOVQ        X7, (R9)(DX*2)
	VMOVHPS      X7, (R9)(R8*1)
	VZEROUPPER
	RET

// PASS4 is inverse4 on the pairs (0, 2) and (1, 3) in X0 and X1, with the rounding in X6.
// The results are in X8 X10 X11 X9.
#define PASS4(shift) \
	VPMADDWD (CX), X0, X4; \
	VPMADDWD 32(CX), X0, X5; \
	VPADDD   X6, X4, X4; \
	VPADDD   X6, X5, X5; \
	VPMADDWD 64(CX), X1, X6; \
	VPMADDWD 96(CX), X1, X7; \
	VPADDD   X6, X4, X8; \
	VPSUBD   X6, X4, X9; \
	VPADDD   X7, X5, X10; \
	VPSUBD   X7, X5, X11; \
	VPSRAD   $shift, X8, X8; \
	VPSRAD   $shift, X9, X9; \
	VPSRAD   $shift, X10, X10; \
	VPSRAD   $shift, X11, X11

// func inverse4x4(block, quants *coefficients, factors *[12]pairs, samples *byte, stride int)
TEXT ·inverse4x4(SB), NOSPLIT, $0-40
	MOVQ block+0(FP), SI
	MOVQ quants+8(FP), BX
	MOVQ factors+16(FP), CX
	MOVQ samples+24(FP), DI
	MOVQ stride+32(FP), DX

	SCALE(0, X4, X5, X6, X7, X0)
	SCALE(16, X8, X9, X10, X11, X1)

	// The columns.
	VPBROADCASTD round<>+0(SB), X6
	PASS4(11)

	// Rows as words, in the order of the pairs, then one vector for each pair.
	VPACKSSDW X10, X8, X0
	VPACKSSDW X9, X11, X2
	VMOVDQU   pairs4<>(SB), X12
	VPSHUFB   X12, X0, X0
	VPSHUFB   X12, X2, X2
	VSHUFPS   $0xdd, X2, X0, X1
	VSHUFPS   $0x88, X2, X0, X0

	// The rows.
	VPBROADCASTD round<>+4(SB), X6
	PASS4(18)

	// Columns of bytes, transposed into rows.
	VPACKSSDW X10, X8, X0
	VPACKSSDW X9, X11, X2
	VPACKUSWB X2, X0, X0
	VPSHUFB   turn<>(SB), X0, X0

	LEAQ    (DI)(DX*2), R8
	VMOVD   X0, (DI)
	VPEXTRD $1, X0, (DI)(DX*1)
	VPEXTRD $2, X0, (R8)
	VPEXTRD $3, X0, (R8)(DX*1)
	VZEROUPPER
	RET
