//go:build !purego

#include "textflag.h"

// The predictions and the transforms of colors with AVX2. The arithmetic is that of predict.go
// and transforms.go. The operands are in Go's order, the result last: VPSUBB B, A, D is
// D = A - B.

// The green of a pixel in the high bytes of its words; its red in the high byte of the lower
// word; its green in the places of blue and red. 0x80 stands for zero.
DATA places<>+0(SB)/8, $0x0580058001800180
DATA places<>+8(SB)/8, $0x0d800d8009800980
DATA places<>+16(SB)/8, $0x8080068080800280
DATA places<>+24(SB)/8, $0x80800e8080800a80
DATA places<>+32(SB)/8, $0x8005800580018001
DATA places<>+40(SB)/8, $0x800d800d80098009
GLOBL places<>(SB), RODATA|NOPTR, $48

// ROW loads the arguments of a kernel with one other row. CX is the number of pixels.
#define ROW \
	MOVQ row+0(FP), DI; \
	MOVQ first+8(FP), SI; \
	MOVQ count+16(FP), CX

// ROWS loads the arguments of a kernel with two other rows.
#define ROWS \
	MOVQ row+0(FP), DI; \
	MOVQ first+8(FP), SI; \
	MOVQ second+16(FP), DX; \
	MOVQ count+24(FP), CX

// ONES sets all bits of a register.
#define ONES(D) VPCMPEQD D, D, D

// func addAVX2(row, first *uint32, count int)
TEXT ·addAVX2(SB), NOSPLIT, $0-24
	ROW
	SUBQ $8, CX
	JLT addRest

addEight:
	VMOVDQU (DI), Y0
	VPADDB (SI), Y0, Y0
	VMOVDQU Y0, (DI)
	ADDQ $32, DI
	ADDQ $32, SI
	SUBQ $8, CX
	JGE addEight

addRest:
	ADDQ $8, CX
	JZ addDone

addOne:
	VMOVD (DI), X0
	VMOVD (SI), X1
	VPADDB X1, X0, X0
	VMOVD X0, (DI)
	ADDQ $4, DI
	ADDQ $4, SI
	DECQ CX
	JNZ addOne

addDone:
	VZEROUPPER
	RET

// func addAverageAVX2(row, first, second *uint32, count int)
//
// The mean is rounded up. That of complements is the complement of the mean, rounded down.
TEXT ·addAverageAVX2(SB), NOSPLIT, $0-32
	ROWS
	ONES(Y7)
	SUBQ $8, CX
	JLT averageRest

averageEight:
	VPXOR (SI), Y7, Y0
	VPXOR (DX), Y7, Y1
	VPAVGB Y1, Y0, Y0
	VPXOR Y7, Y0, Y0
	VPADDB (DI), Y0, Y0
	VMOVDQU Y0, (DI)
	ADDQ $32, DI
	ADDQ $32, SI
	ADDQ $32, DX
	SUBQ $8, CX
	JGE averageEight

averageRest:
	ADDQ $8, CX
	JZ averageDone

averageOne:
	VMOVD (SI), X0
	VMOVD (DX), X1
	VMOVD (DI), X2
	VPXOR X7, X0, X0
	VPXOR X7, X1, X1
	VPAVGB X1, X0, X0
	VPXOR X7, X0, X0
	VPADDB X2, X0, X0
	VMOVD X0, (DI)
	ADDQ $4, DI
	ADDQ $4, SI
	ADDQ $4, DX
	DECQ CX
	JNZ averageOne

averageDone:
	VZEROUPPER
	RET

// func addLeftAVX2(row *uint32, count int)
TEXT ·addLeftAVX2(SB), NOSPLIT, $0-16
	MOVQ row+0(FP), DI
	MOVQ count+8(FP), CX
	VPBROADCASTD -4(DI), X0
	SUBQ $4, CX
	JLT leftRest

leftFour:
	VMOVDQU (DI), X1
	VPSLLDQ $4, X1, X2
	VPADDB X2, X1, X1
	VPSLLDQ $8, X1, X2
	VPADDB X2, X1, X1
	VPADDB X0, X1, X1
	VMOVDQU X1, (DI)
	VPSHUFD $0xff, X1, X0
	ADDQ $16, DI
	SUBQ $4, CX
	JGE leftFour

leftRest:
	ADDQ $4, CX
	JZ leftDone

leftOne:
	VMOVD (DI), X1
	VPADDB X1, X0, X0
	VMOVD X0, (DI)
	ADDQ $4, DI
	DECQ CX
	JNZ leftOne

leftDone:
	RET

// In the kernels that follow, X0 is the pixel on the left. Means are those of complements, so
// X0 is its complement there, from which the difference is subtracted.

// func addLeftMeanAVX2(row, first *uint32, count int)
TEXT ·addLeftMeanAVX2(SB), NOSPLIT, $0-24
	ROW
	ONES(X7)
	VMOVD -4(DI), X0
	VPXOR X7, X0, X0

leftMean:
	VMOVD (SI), X1
	VMOVD (DI), X2
	VPXOR X7, X1, X1
	VPAVGB X1, X0, X0
	VPSUBB X2, X0, X0
	VPXOR X7, X0, X3
	VMOVD X3, (DI)
	ADDQ $4, DI
	ADDQ $4, SI
	DECQ CX
	JNZ leftMean
	RET

// func addLeftMeansAVX2(row, first, second *uint32, count int)
//
// The mean of the mean of left and first, and second.
TEXT ·addLeftMeansAVX2(SB), NOSPLIT, $0-32
	ROWS
	ONES(X7)
	VMOVD -4(DI), X0
	VPXOR X7, X0, X0

leftMeans:
	VMOVD (SI), X1
	VMOVD (DX), X2
	VMOVD (DI), X3
	VPXOR X7, X1, X1
	VPXOR X7, X2, X2
	VPAVGB X1, X0, X0
	VPAVGB X2, X0, X0
	VPSUBB X3, X0, X0
	VPXOR X7, X0, X4
	VMOVD X4, (DI)
	ADDQ $4, DI
	ADDQ $4, SI
	ADDQ $4, DX
	DECQ CX
	JNZ leftMeans
	RET

// func addMeanOfFourAVX2(row, first *uint32, count int)
//
// The mean of the means of left and corner, and of top and right.
TEXT ·addMeanOfFourAVX2(SB), NOSPLIT, $0-24
	ROW
	ONES(X7)
	VMOVD -4(DI), X0
	VPXOR X7, X0, X0

meanOfFour:
	VMOVD -4(SI), X1
	VMOVD (SI), X2
	VMOVD 4(SI), X3
	VMOVD (DI), X4
	VPXOR X7, X1, X1
	VPXOR X7, X2, X2
	VPXOR X7, X3, X3
	VPAVGB X3, X2, X2
	VPAVGB X1, X0, X0
	VPAVGB X2, X0, X0
	VPSUBB X4, X0, X0
	VPXOR X7, X0, X5
	VMOVD X5, (DI)
	ADDQ $4, DI
	ADDQ $4, SI
	DECQ CX
	JNZ meanOfFour
	RET

// func addSelectedAVX2(row, first *uint32, count int)
TEXT ·addSelectedAVX2(SB), NOSPLIT, $0-24
	ROW
	VMOVD -4(DI), X0
	VMOVD -4(SI), X1

selected:
	VMOVD (SI), X2
	VMOVD (DI), X3
	VPSADBW X1, X2, X4
	VPSADBW X1, X0, X5
	VPCMPGTD X4, X5, X5
	VPBLENDVB X5, X0, X2, X0
	VPADDB X3, X0, X0
	VMOVD X0, (DI)
	VMOVDQA X2, X1
	ADDQ $4, DI
	ADDQ $4, SI
	DECQ CX
	JNZ selected
	RET

// func addSumWithoutAVX2(row, first *uint32, count int)
TEXT ·addSumWithoutAVX2(SB), NOSPLIT, $0-24
	ROW
	VPXOR X7, X7, X7
	VMOVD -4(DI), X0
	VPUNPCKLBW X7, X0, X0

sumWithout:
	VMOVD -4(SI), X1
	VMOVD (SI), X2
	VMOVD (DI), X3
	VPUNPCKLBW X7, X1, X1
	VPUNPCKLBW X7, X2, X2
	VPSUBW X1, X2, X2
	VPADDW X2, X0, X0
	VPACKUSWB X0, X0, X0
	VPADDB X3, X0, X0
	VMOVD X0, (DI)
	VPUNPCKLBW X7, X0, X0
	ADDQ $4, DI
	ADDQ $4, SI
	DECQ CX
	JNZ sumWithout
	RET

// func addHalfSumAVX2(row, first *uint32, count int)
TEXT ·addHalfSumAVX2(SB), NOSPLIT, $0-24
	ROW
	VPXOR X7, X7, X7
	VMOVD -4(DI), X0
	VPUNPCKLBW X7, X0, X0

halfSum:
	VMOVD -4(SI), X1
	VMOVD (SI), X2
	VMOVD (DI), X3
	VPUNPCKLBW X7, X1, X1
	VPUNPCKLBW X7, X2, X2
	VPADDW X2, X0, X0
	VPSRLW $1, X0, X0
	VPSUBW X1, X0, X4
	VPSRLW $15, X4, X5
	VPADDW X5, X4, X4
	VPSRAW $1, X4, X4
	VPADDW X4, X0, X0
	VPACKUSWB X0, X0, X0
	VPADDB X3, X0, X0
	VMOVD X0, (DI)
	VPUNPCKLBW X7, X0, X0
	ADDQ $4, DI
	ADDQ $4, SI
	DECQ CX
	JNZ halfSum
	RET

// CROSS adds the shares of green, and then that of red. A has the pixels, B is a scratch
// register, and G and R have the places. MGREEN, MRED and LOW are the multipliers and a mask.
#define CROSS(A, B, G, R, MGREEN, MRED, LOW) \
	VPSHUFB G, A, B; \
	VPMULHW MGREEN, B, B; \
	VPAND LOW, B, B; \
	VPADDB B, A, A; \
	VPSHUFB R, A, B; \
	VPMULHW MRED, B, B; \
	VPAND LOW, B, B; \
	VPADDB B, A, A

// func addColorsAVX2(row *uint32, count int, multipliers uint32)
//
// The products of a byte in the high half of a word and of a multiplier × 8 have 16 bits below
// the share.
TEXT ·addColorsAVX2(SB), NOSPLIT, $0-20
	MOVQ row+0(FP), DI
	MOVQ count+8(FP), CX
	MOVL multipliers+16(FP), AX
	MOVL AX, BX
	MOVL AX, DX
	SHRL $8, BX
	SHRL $16, DX
	MOVBLSX AX, AX
	MOVBLSX BX, BX
	MOVBLSX DX, DX
	SHLL $19, AX
	SHLL $3, BX
	SHLL $3, DX
	ANDL $0xffff, BX
	ANDL $0xffff, DX
	ORL BX, AX
	VMOVD AX, X4
	VMOVD DX, X5
	VPBROADCASTD X4, Y4
	VPBROADCASTD X5, Y5
	ONES(Y6)
	VPSRLW $8, Y6, Y6
	VBROADCASTI128 places<>+0(SB), Y7
	VBROADCASTI128 places<>+16(SB), Y8
	SUBQ $8, CX
	JLT colorsRest

colorsEight:
	VMOVDQU (DI), Y0
	CROSS(Y0, Y1, Y7, Y8, Y4, Y5, Y6)
	VMOVDQU Y0, (DI)
	ADDQ $32, DI
	SUBQ $8, CX
	JGE colorsEight

colorsRest:
	ADDQ $8, CX
	JZ colorsDone

colorsOne:
	VMOVD (DI), X0
	CROSS(X0, X1, X7, X8, X4, X5, X6)
	VMOVD X0, (DI)
	ADDQ $4, DI
	DECQ CX
	JNZ colorsOne

colorsDone:
	VZEROUPPER
	RET

// func addGreenAVX2(row *uint32, count int)
TEXT ·addGreenAVX2(SB), NOSPLIT, $0-16
	MOVQ row+0(FP), DI
	MOVQ count+8(FP), CX
	VBROADCASTI128 places<>+32(SB), Y7
	SUBQ $8, CX
	JLT greenRest

greenEight:
	VMOVDQU (DI), Y0
	VPSHUFB Y7, Y0, Y1
	VPADDB Y1, Y0, Y0
	VMOVDQU Y0, (DI)
	ADDQ $32, DI
	SUBQ $8, CX
	JGE greenEight

greenRest:
	ADDQ $8, CX
	JZ greenDone

greenOne:
	VMOVD (DI), X0
	VPSHUFB X7, X0, X1
	VPADDB X1, X0, X0
	VMOVD X0, (DI)
	ADDQ $4, DI
	DECQ CX
	JNZ greenOne

greenDone:
	VZEROUPPER
	RET
