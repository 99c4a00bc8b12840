//go:build !purego

#include "textflag.h"

// The inverse DCT, the mode TrueMotion and the stretch to the full range with AVX2. The
// arithmetic is that of transform.go, predict.go and range.go. The operands are in Go's order,
// the result last: VPSUBW B, A, D is D = A - B.

// The distance between rows of a canvas.
#define pitch 32

// 20091 and 35468 - 65536: with a number added to the high half of its product, √2 cos(π/8)
// and √2 sin(π/8).
DATA factors<>+0(SB)/4, $0x4e7b4e7b
DATA factors<>+4(SB)/4, $0x8a8c8a8c
GLOBL factors<>(SB), RODATA|NOPTR, $8

// The signs of the lower and the upper four words.
DATA signs<>+0(SB)/8, $-1
DATA signs<>+8(SB)/8, $0x0001000100010001
DATA signs<>+16(SB)/8, $-1
DATA signs<>+24(SB)/8, $0x0001000100010001
GLOBL signs<>(SB), RODATA|NOPTR, $32

// The rounding of the second pass: for the first of four numbers only.
DATA rounding<>+0(SB)/8, $0x0004000400040004
DATA rounding<>+8(SB)/8, $0
DATA rounding<>+16(SB)/8, $0x0004000400040004
DATA rounding<>+24(SB)/8, $0
GLOBL rounding<>(SB), RODATA|NOPTR, $32

// PASS is one pass of the inverse DCT of A = [0 1] and B = [2 3], where each number stands for
// four words. COS, SIN and SIGN are the constants. The results are A = [0 1] and B = [2 3],
// transposed. C, D, E and F are scratch registers.
#define PASS(A, B, C, D, E, F, COS, SIN, SIGN) \
	VPUNPCKHQDQ B, A, C; \
	VPUNPCKLQDQ A, A, D; \
	VPUNPCKLQDQ B, B, E; \
	VPMULHW COS, C, F; \
	VPADDW C, F, F; \
	VPMULHW SIN, C, B; \
	VPADDW C, B, B; \
	VPSHUFD $0x4e, F, F; \
	VPSIGNW SIGN, F, F; \
	VPADDW F, B, B; \
	VPSIGNW SIGN, E, E; \
	VPADDW E, D, D; \
	VPADDW B, D, A; \
	VPSUBW B, D, B; \
	VPSHUFD $0x4e, A, A; \
	VPUNPCKLWD B, A, C; \
	VPUNPCKHWD B, A, D; \
	VPUNPCKLWD D, C, A; \
	VPUNPCKHWD D, C, B

// func inverseAVX2(dst *byte, c *vp8.Coefficients)
TEXT ·inverseAVX2(SB), NOSPLIT, $0-16
	MOVQ dst+0(FP), DI
	MOVQ c+8(FP), SI
	VPBROADCASTD factors<>+0(SB), X8
	VPBROADCASTD factors<>+4(SB), X9
	VMOVDQU signs<>(SB), X10
	VMOVDQU (SI), X0
	VMOVDQU 16(SI), X1
	VPXOR X7, X7, X7
	VMOVDQU X7, (SI)
	VMOVDQU X7, 16(SI)

	PASS(X0, X1, X2, X3, X4, X5, X8, X9, X10)
	VPADDW rounding<>(SB), X0, X0
	PASS(X0, X1, X2, X3, X4, X5, X8, X9, X10)
	VPSRAW $3, X0, X0
	VPSRAW $3, X1, X1

	VMOVD (DI), X2
	VPINSRD $1, pitch(DI), X2, X2
	VMOVD (2*pitch)(DI), X3
	VPINSRD $1, (3*pitch)(DI), X3, X3
	VPMOVZXBW X2, X2
	VPMOVZXBW X3, X3
	VPADDW X2, X0, X0
	VPADDW X3, X1, X1
	VPACKUSWB X1, X0, X0
	VMOVD X0, (DI)
	VPEXTRD $1, X0, pitch(DI)
	VPEXTRD $2, X0, (2*pitch)(DI)
	VPEXTRD $3, X0, (3*pitch)(DI)
	RET

// func inverse2AVX2(dst *byte, c *[2]vp8.Coefficients)
TEXT ·inverse2AVX2(SB), NOSPLIT, $0-16
	MOVQ dst+0(FP), DI
	MOVQ c+8(FP), SI
	VPBROADCASTD factors<>+0(SB), Y8
	VPBROADCASTD factors<>+4(SB), Y9
	VMOVDQU signs<>(SB), Y10
	VMOVDQU (SI), X0
	VMOVDQU 16(SI), X1
	VINSERTI128 $1, 32(SI), Y0, Y0
	VINSERTI128 $1, 48(SI), Y1, Y1
	VPXOR Y7, Y7, Y7
	VMOVDQU Y7, (SI)
	VMOVDQU Y7, 32(SI)

	PASS(Y0, Y1, Y2, Y3, Y4, Y5, Y8, Y9, Y10)
	VPADDW rounding<>(SB), Y0, Y0
	PASS(Y0, Y1, Y2, Y3, Y4, Y5, Y8, Y9, Y10)
	VPSRAW $3, Y0, Y0
	VPSRAW $3, Y1, Y1

	// Two rows of two blocks: those of the first block in the lower half.
	VMOVQ (DI), X2
	VMOVQ pitch(DI), X3
	VMOVQ (2*pitch)(DI), X4
	VMOVQ (3*pitch)(DI), X5
	VPUNPCKLDQ X3, X2, X2
	VPUNPCKLDQ X5, X4, X4
	VPMOVZXBW X2, Y2
	VPMOVZXBW X4, Y4
	VPADDW Y2, Y0, Y0
	VPADDW Y4, Y1, Y1
	VPACKUSWB Y1, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPUNPCKLDQ X1, X0, X2
	VPUNPCKHDQ X1, X0, X3
	VMOVQ X2, (DI)
	VMOVHPS X2, pitch(DI)
	VMOVQ X3, (2*pitch)(DI)
	VMOVHPS X3, (3*pitch)(DI)
	VZEROUPPER
	RET

// func trueMotionAVX2(dst *byte, side int)
TEXT ·trueMotionAVX2(SB), NOSPLIT, $0-16
	MOVQ dst+0(FP), DI
	MOVQ side+8(FP), CX
	MOVBLZX -(pitch+1)(DI), R8
	CMPQ CX, $8
	JEQ eight

	VPMOVZXBW -pitch(DI), Y0

sixteenRow:
	MOVBLZX -1(DI), AX
	SUBL R8, AX
	VMOVD AX, X1
	VPBROADCASTW X1, Y1
	VPADDW Y0, Y1, Y1
	VEXTRACTI128 $1, Y1, X2
	VPACKUSWB X2, X1, X1
	VMOVDQU X1, (DI)
	ADDQ $pitch, DI
	DECQ CX
	JNZ sixteenRow
	VZEROUPPER
	RET

eight:
	VPMOVZXBW -pitch(DI), X0

eightRow:
	MOVBLZX -1(DI), AX
	SUBL R8, AX
	VMOVD AX, X1
	VPBROADCASTW X1, X1
	VPADDW X0, X1, X1
	VPACKUSWB X1, X1, X1
	VMOVQ X1, (DI)
	ADDQ $pitch, DI
	DECQ CX
	JNZ eightRow
	RET

// The numbers of the stretch, as words: 36, 109, 2²³ ÷ 219 rounded up; 31, 112, 2²³ ÷ 224
// rounded up. As bytes: 16, 128.
DATA stretch<>+0(SB)/4, $0x00240024
DATA stretch<>+4(SB)/4, $0x006d006d
DATA stretch<>+8(SB)/4, $0x95a195a1
DATA stretch<>+12(SB)/4, $0x001f001f
DATA stretch<>+16(SB)/4, $0x00700070
DATA stretch<>+20(SB)/4, $0x924a924a
DATA stretch<>+24(SB)/4, $0x10101010
DATA stretch<>+28(SB)/4, $0x80808080
GLOBL stretch<>(SB), RODATA|NOPTR, $32

// SHARE: Y1 = the bytes (Y0 × Y8 + Y9) × Y10 ÷ 2²³. Y7 is zero.
#define SHARE \
	VPUNPCKLBW Y7, Y0, Y1; \
	VPUNPCKHBW Y7, Y0, Y2; \
	VPMULLW Y8, Y1, Y1; \
	VPMULLW Y8, Y2, Y2; \
	VPADDW Y9, Y1, Y1; \
	VPADDW Y9, Y2, Y2; \
	VPMULHUW Y10, Y1, Y1; \
	VPMULHUW Y10, Y2, Y2; \
	VPSRLW $7, Y1, Y1; \
	VPSRLW $7, Y2, Y2; \
	VPACKUSWB Y2, Y1, Y1

// func widenLumaAVX2(p *byte, vectors int)
TEXT ·widenLumaAVX2(SB), NOSPLIT, $0-16
	MOVQ p+0(FP), DI
	MOVQ vectors+8(FP), CX
	VPBROADCASTD stretch<>+0(SB), Y8
	VPBROADCASTD stretch<>+4(SB), Y9
	VPBROADCASTD stretch<>+8(SB), Y10
	VPBROADCASTD stretch<>+24(SB), Y11
	VPXOR Y7, Y7, Y7

luma:
	VMOVDQU (DI), Y0
	VPSUBUSB Y11, Y0, Y0
	SHARE
	VPADDUSB Y1, Y0, Y0
	VMOVDQU Y0, (DI)
	ADDQ $32, DI
	DECQ CX
	JNZ luma
	VZEROUPPER
	RET

// func widenChromaAVX2(p *byte, vectors int)
TEXT ·widenChromaAVX2(SB), NOSPLIT, $0-16
	MOVQ p+0(FP), DI
	MOVQ vectors+8(FP), CX
	VPBROADCASTD stretch<>+12(SB), Y8
	VPBROADCASTD stretch<>+16(SB), Y9
	VPBROADCASTD stretch<>+20(SB), Y10
	VPBROADCASTD stretch<>+28(SB), Y11
	VPXOR Y7, Y7, Y7

chroma:
	VPXOR (DI), Y11, Y3
	VPABSB Y3, Y0
	SHARE
	VPADDUSB Y1, Y0, Y0
	VPADDUSB Y0, Y11, Y1
	VPSUBUSB Y0, Y11, Y2
	VPBLENDVB Y3, Y2, Y1, Y0
	VMOVDQU Y0, (DI)
	ADDQ $32, DI
	DECQ CX
	JNZ chroma
	VZEROUPPER
	RET
