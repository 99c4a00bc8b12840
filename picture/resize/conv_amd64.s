//go:build !purego

#include "textflag.h"

// Go's operand order is that of AT&T: the destination is last.
// VPSUBW B, A, D is D = A - B.

DATA columnHalf<>+0(SB)/4, $128       // ½ of columnShift's 2⁸
GLOBL columnHalf<>(SB), RODATA|NOPTR, $4
DATA rowHalf<>+0(SB)/4, $0x80000      // ½ of rowShift's 2²⁰
GLOBL rowHalf<>(SB), RODATA|NOPTR, $4

// func columnsAVX2(row *int16, window *byte, stride int, weights *int16, pairs, groups int)
//
// VPMADDWD multiplies 16-bit words and adds neighbors: sample of row t × weight t
// + sample of row t+1 × weight t+1. For this, the samples of two rows are interleaved
// and the two weights are repeated. Unpacking works within 16-byte halves, so 32
// columns are separated into
//     Y0: 0-3, 16-19   Y1: 4-7, 20-23   Y2: 8-11, 24-27   Y3: 12-15, 28-31
// Packing also works within halves, and almost restores their order.
TEXT ·columnsAVX2(SB), NOSPLIT, $0-48
	MOVQ row+0(FP), DI
	MOVQ window+8(FP), SI
	MOVQ stride+16(FP), DX
	MOVQ weights+24(FP), BX
	MOVQ pairs+32(FP), R8
	MOVQ groups+40(FP), CX
	VPBROADCASTD columnHalf<>(SB), Y15
	VPXOR Y14, Y14, Y14

group:
	VMOVDQA Y15, Y0
	VMOVDQA Y15, Y1
	VMOVDQA Y15, Y2
	VMOVDQA Y15, Y3
	MOVQ SI, R9
	MOVQ BX, R10
	MOVQ R8, R11

pair:
	VMOVDQU (R9), Y4
	VMOVDQU (R9)(DX*1), Y5
	VPBROADCASTD (R10), Y6        // weights t and t+1
	VPUNPCKLBW Y5, Y4, Y7         // alternating bytes of both rows
	VPUNPCKHBW Y5, Y4, Y8
	VPUNPCKLBW Y14, Y7, Y9        // widened to words
	VPUNPCKHBW Y14, Y7, Y10
	VPUNPCKLBW Y14, Y8, Y11
	VPUNPCKHBW Y14, Y8, Y12
	VPMADDWD Y6, Y9, Y9
	VPMADDWD Y6, Y10, Y10
	VPMADDWD Y6, Y11, Y11
	VPMADDWD Y6, Y12, Y12
	VPADDD Y9, Y0, Y0
	VPADDD Y10, Y1, Y1
	VPADDD Y11, Y2, Y2
	VPADDD Y12, Y3, Y3
	LEAQ (R9)(DX*2), R9
	ADDQ $4, R10
	DECQ R11
	JNZ pair

	VPSRAD $8, Y0, Y0
	VPSRAD $8, Y1, Y1
	VPSRAD $8, Y2, Y2
	VPSRAD $8, Y3, Y3
	VPACKSSDW Y1, Y0, Y0          // 0-7, 16-23
	VPACKSSDW Y3, Y2, Y2          // 8-15, 24-31
	VPERM2I128 $0x20, Y2, Y0, Y4  // the lower halves
	VPERM2I128 $0x31, Y2, Y0, Y5  // the upper halves
	VMOVDQU Y4, (DI)
	VMOVDQU Y5, 32(DI)
	ADDQ $64, DI
	ADDQ $32, SI
	DECQ CX
	JNZ group
	VZEROUPPER
	RET

// func acrossAVX2(dst *byte, row *int16, start *int32, weights *int16, eights, groups int)
//
// It computes eight results at once, each with its own pointer (R8 to R15) into the row.
// Y0 to Y3 sum the products of results r (lower half) and r+4 (upper half). Each has four
// 32-bit partial sums, which VPHADDD adds at the end.
TEXT ·acrossAVX2(SB), NOSPLIT, $8-48
	MOVQ dst+0(FP), DI
	MOVQ row+8(FP), SI
	MOVQ start+16(FP), DX
	MOVQ weights+24(FP), BX
	MOVQ eights+32(FP), AX
	MOVQ groups+40(FP), CX
	SHLQ $4, AX                   // eight samples are 16 bytes
	MOVQ AX, end-8(SP)
	VPBROADCASTD rowHalf<>(SB), Y15

group:
	MOVLQSX 0(DX), R8
	MOVLQSX 4(DX), R9
	MOVLQSX 8(DX), R10
	MOVLQSX 12(DX), R11
	MOVLQSX 16(DX), R12
	MOVLQSX 20(DX), R13
	MOVLQSX 24(DX), R14
	MOVLQSX 28(DX), R15
	LEAQ (SI)(R8*2), R8
	LEAQ (SI)(R9*2), R9
	LEAQ (SI)(R10*2), R10
	LEAQ (SI)(R11*2), R11
	LEAQ (SI)(R12*2), R12
	LEAQ (SI)(R13*2), R13
	LEAQ (SI)(R14*2), R14
	LEAQ (SI)(R15*2), R15
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3
	XORQ AX, AX

taps:
	VMOVDQU (R8)(AX*1), X4
	VMOVDQU (R9)(AX*1), X5
	VMOVDQU (R10)(AX*1), X6
	VMOVDQU (R11)(AX*1), X7
	VINSERTI128 $1, (R12)(AX*1), Y4, Y4
	VINSERTI128 $1, (R13)(AX*1), Y5, Y5
	VINSERTI128 $1, (R14)(AX*1), Y6, Y6
	VINSERTI128 $1, (R15)(AX*1), Y7, Y7
	VPMADDWD 0(BX), Y4, Y4
	VPMADDWD 32(BX), Y5, Y5
	VPMADDWD 64(BX), Y6, Y6
	VPMADDWD 96(BX), Y7, Y7
	VPADDD Y4, Y0, Y0
	VPADDD Y5, Y1, Y1
	VPADDD Y6, Y2, Y2
	VPADDD Y7, Y3, Y3
	ADDQ $128, BX
	ADDQ $16, AX
	CMPQ AX, end-8(SP)
	JLT taps

	VPHADDD Y1, Y0, Y0            // two partial sums for each of 0, 1 and 4, 5
	VPHADDD Y3, Y2, Y2            // for each of 2, 3 and 6, 7
	VPHADDD Y2, Y0, Y0            // results 0-3 and 4-7
	VPADDD Y15, Y0, Y0
	VPSRAD $20, Y0, Y0
	VPACKSSDW Y0, Y0, Y0
	VPACKUSWB Y0, Y0, Y0          // limited to 0 to 255
	VEXTRACTI128 $1, Y0, X1
	VPUNPCKLDQ X1, X0, X0
	VMOVQ X0, (DI)
	ADDQ $8, DI
	ADDQ $32, DX
	DECQ CX
	JNZ group
	VZEROUPPER
	RET
