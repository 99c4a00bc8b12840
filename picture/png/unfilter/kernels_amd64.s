//go:build !purego

#include "textflag.h"

// The operands are in Go's order, the result last. Each loop needs the result for a pixel
// before the next pixel, so it is written for the fewest steps from one to the other.

// func upAVX2(into, from, above *byte, count int)
TEXT ·upAVX2(SB), NOSPLIT, $0-32
	MOVQ into+0(FP), DX
	MOVQ from+8(FP), SI
	MOVQ above+16(FP), DI
	MOVQ count+24(FP), CX

up:
	VMOVDQU (SI), Y0
	VPADDB (DI), Y0, Y0
	VMOVDQU Y0, (DX)
	ADDQ $32, SI
	ADDQ $32, DI
	ADDQ $32, DX
	DECQ CX
	JNZ up

	VZEROUPPER
	RET

// func subAVX(into, from *byte, step, count int)
TEXT ·subAVX(SB), NOSPLIT, $0-32
	MOVQ into+0(FP), DX
	MOVQ from+8(FP), SI
	MOVQ step+16(FP), AX
	MOVQ count+24(FP), CX

	VPXOR X0, X0, X0 // left

sub:
	VMOVQ (SI), X1
	VPADDB X1, X0, X0
	VMOVQ X0, (DX)
	ADDQ AX, SI
	ADDQ AX, DX
	DECQ CX
	JNZ sub

	RET

// func averageAVX(into, from, above *byte, step, count int)
//
// VPAVGB rounds up. The mean of the complements, rounded up, is the complement of the mean,
// rounded down. The complement of a byte plus this mean is the complement of the mean minus
// the byte. Therefore X0 is the complement of the pixel on the left.
TEXT ·averageAVX(SB), NOSPLIT, $0-40
	MOVQ into+0(FP), DX
	MOVQ from+8(FP), SI
	MOVQ above+16(FP), DI
	MOVQ step+24(FP), AX
	MOVQ count+32(FP), CX

	VPCMPEQB X15, X15, X15
	VMOVDQA X15, X0

average:
	VMOVQ (DI), X2
	VMOVQ (SI), X3
	VPXOR X15, X2, X2
	VPAVGB X2, X0, X0
	VPSUBB X3, X0, X0
	VPXOR X15, X0, X4
	VMOVQ X4, (DX)
	ADDQ AX, SI
	ADDQ AX, DI
	ADDQ AX, DX
	DECQ CX
	JNZ average

	RET

// func paethAVX(into, from, above *byte, step, count int)
//
// The function paeth of paeth.go says why two comparisons are enough. The bytes are in
// lanes of 16 bits: X0 is the pixel on the left, and X1 the one above that.
TEXT ·paethAVX(SB), NOSPLIT, $0-40
	MOVQ into+0(FP), DX
	MOVQ from+8(FP), SI
	MOVQ above+16(FP), DI
	MOVQ step+24(FP), AX
	MOVQ count+32(FP), CX

	VPXOR X0, X0, X0
	VPXOR X1, X1, X1

paeth:
	VPMOVZXBW (DI), X2
	VPMOVZXBW (SI), X3

	VPADDW X1, X1, X4
	VPADDW X1, X4, X4
	VPSUBW X2, X4, X4
	VPSUBW X0, X4, X4        // the threshold

	VPMINSW X0, X2, X5       // low
	VPMAXSW X0, X2, X6       // high
	VPCMPGTW X4, X6, X7      // high > threshold: not low
	VPCMPGTW X5, X4, X8      // threshold > low: not high
	VPBLENDVB X7, X1, X5, X9
	VPBLENDVB X8, X9, X6, X9

	VPADDB X3, X9, X0
	VPACKUSWB X0, X0, X10
	VMOVQ X10, (DX)

	VMOVDQA X2, X1
	ADDQ AX, SI
	ADDQ AX, DI
	ADDQ AX, DX
	DECQ CX
	JNZ paeth

	RET
