//go:build !purego

#include "textflag.h"

// The operands are in Go's order, the result last.

// The places of the bytes of each plane in three parts of 16 bytes, which have 16 pixels.
// 0x80 stands for a byte of another part, and becomes 0.
DATA thirds<>+0(SB)/8, $0x80800f0c09060300
DATA thirds<>+8(SB)/8, $0x8080808080808080
DATA thirds<>+16(SB)/8, $0x0502808080808080
DATA thirds<>+24(SB)/8, $0x80808080800e0b08
DATA thirds<>+32(SB)/8, $0x8080808080808080
DATA thirds<>+40(SB)/8, $0x0d0a070401808080
DATA thirds<>+48(SB)/8, $0x8080800d0a070401
DATA thirds<>+56(SB)/8, $0x8080808080808080
DATA thirds<>+64(SB)/8, $0x0603008080808080
DATA thirds<>+72(SB)/8, $0x80808080800f0c09
DATA thirds<>+80(SB)/8, $0x8080808080808080
DATA thirds<>+88(SB)/8, $0x0e0b080502808080
DATA thirds<>+96(SB)/8, $0x8080800e0b080502
DATA thirds<>+104(SB)/8, $0x8080808080808080
DATA thirds<>+112(SB)/8, $0x0704018080808080
DATA thirds<>+120(SB)/8, $0x8080808080800d0a
DATA thirds<>+128(SB)/8, $0x8080808080808080
DATA thirds<>+136(SB)/8, $0x0f0c090603008080
GLOBL thirds<>(SB), RODATA|NOPTR, $144

// The bytes of four pixels, in the order of the planes.
DATA quarters<>+0(SB)/8, $0x0d0905010c080400
DATA quarters<>+8(SB)/8, $0x0f0b07030e0a0602
GLOBL quarters<>(SB), RODATA|NOPTR, $16

// PLANE collects the bytes of a plane from Y0, Y1 and Y2, and stores them.
#define PLANE(FIRST, SECOND, THIRD, INTO) \
	VPSHUFB FIRST, Y0, Y3; \
	VPSHUFB SECOND, Y1, Y4; \
	VPSHUFB THIRD, Y2, Y5; \
	VPOR Y4, Y3, Y3; \
	VPOR Y5, Y3, Y3; \
	VMOVDQU Y3, (INTO)

// func threeAVX2(first, second, third, from *byte, count int)
TEXT ·threeAVX2(SB), NOSPLIT, $0-40
	MOVQ first+0(FP), R8
	MOVQ second+8(FP), R9
	MOVQ third+16(FP), R10
	MOVQ from+24(FP), SI
	MOVQ count+32(FP), CX

	LEAQ thirds<>(SB), AX
	VBROADCASTI128 (AX), Y6
	VBROADCASTI128 16(AX), Y7
	VBROADCASTI128 32(AX), Y8
	VBROADCASTI128 48(AX), Y9
	VBROADCASTI128 64(AX), Y10
	VBROADCASTI128 80(AX), Y11
	VBROADCASTI128 96(AX), Y12
	VBROADCASTI128 112(AX), Y13
	VBROADCASTI128 128(AX), Y14

	// The low halves have the first 16 pixels, the high halves the second.
three:
	VMOVDQU (SI), X0
	VMOVDQU 16(SI), X1
	VMOVDQU 32(SI), X2
	VINSERTI128 $1, 48(SI), Y0, Y0
	VINSERTI128 $1, 64(SI), Y1, Y1
	VINSERTI128 $1, 80(SI), Y2, Y2

	PLANE(Y6, Y7, Y8, R8)
	PLANE(Y9, Y10, Y11, R9)
	PLANE(Y12, Y13, Y14, R10)

	ADDQ $96, SI
	ADDQ $32, R8
	ADDQ $32, R9
	ADDQ $32, R10
	DECQ CX
	JNZ three

	VZEROUPPER
	RET

// func fourAVX2(first, second, third, fourth, from *byte, count int)
TEXT ·fourAVX2(SB), NOSPLIT, $0-48
	MOVQ first+0(FP), R8
	MOVQ second+8(FP), R9
	MOVQ third+16(FP), R10
	MOVQ fourth+24(FP), R11
	MOVQ from+32(FP), SI
	MOVQ count+40(FP), CX

	VBROADCASTI128 quarters<>(SB), Y15

four:
	VMOVDQU (SI), X0
	VMOVDQU 16(SI), X1
	VMOVDQU 32(SI), X2
	VMOVDQU 48(SI), X3
	VINSERTI128 $1, 64(SI), Y0, Y0
	VINSERTI128 $1, 80(SI), Y1, Y1
	VINSERTI128 $1, 96(SI), Y2, Y2
	VINSERTI128 $1, 112(SI), Y3, Y3

	VPSHUFB Y15, Y0, Y0
	VPSHUFB Y15, Y1, Y1
	VPSHUFB Y15, Y2, Y2
	VPSHUFB Y15, Y3, Y3

	// Transpose four parts of four bytes.
	VPUNPCKLDQ Y1, Y0, Y4
	VPUNPCKHDQ Y1, Y0, Y5
	VPUNPCKLDQ Y3, Y2, Y6
	VPUNPCKHDQ Y3, Y2, Y7
	VPUNPCKLQDQ Y6, Y4, Y0
	VPUNPCKHQDQ Y6, Y4, Y1
	VPUNPCKLQDQ Y7, Y5, Y2
	VPUNPCKHQDQ Y7, Y5, Y3

	VMOVDQU Y0, (R8)
	VMOVDQU Y1, (R9)
	VMOVDQU Y2, (R10)
	VMOVDQU Y3, (R11)

	SUBQ $-128, SI
	ADDQ $32, R8
	ADDQ $32, R9
	ADDQ $32, R10
	ADDQ $32, R11
	DECQ CX
	JNZ four

	VZEROUPPER
	RET

// func wordsAVX2(first, second, third, fourth *byte, from *uint32, count int)
//
// Words are pixels of four bytes in memory.
TEXT ·wordsAVX2(SB), NOSPLIT, $0-48
	JMP ·fourAVX2(SB)

// func highAVX2(into, from *byte, count int)
TEXT ·highAVX2(SB), NOSPLIT, $0-24
	MOVQ into+0(FP), DI
	MOVQ from+8(FP), SI
	MOVQ count+16(FP), CX

	VPCMPEQW Y15, Y15, Y15
	VPSRLW $8, Y15, Y15

high:
	VPAND (SI), Y15, Y0
	VPAND 32(SI), Y15, Y1
	VPACKUSWB Y1, Y0, Y0
	VPERMQ $0xd8, Y0, Y0 // Packing works in halves.
	VMOVDQU Y0, (DI)

	ADDQ $64, SI
	ADDQ $32, DI
	DECQ CX
	JNZ high

	VZEROUPPER
	RET
