//go:build !purego

#include "textflag.h"

// Go's operand order has the destination last: VPSUBB B, A, D is D = A - B.

// SUM adds the absolute values of the signed bytes of Y4 to the four sums of TOTAL. The
// absolute value of -128 is the unsigned byte 128. Y5 is a scratch register.
#define SUM(IN, TOTAL) \
	VPABSB IN, Y5; \
	VPSADBW Y15, Y5, Y5; \
	VPADDQ Y5, TOTAL, TOTAL

// STORE_SUM adds up the four sums of a register, X and Y being its names.
#define STORE_SUM(X, Y, AT) \
	VEXTRACTI128 $1, Y, X4; \
	VPADDQ X4, X, X; \
	VPSRLDQ $8, X, X4; \
	VPADDQ X4, X, X; \
	VMOVQ X, AX; \
	ADDQ AX, AT(BX)

// func filterAVX2(row, above *byte, step int, out *byte, stride, count int, sums *[filters]uint64)
TEXT ·filterAVX2(SB), NOSPLIT, $0-56
	MOVQ row+0(FP), SI
	MOVQ above+8(FP), DI
	MOVQ step+16(FP), AX
	MOVQ out+24(FP), DX
	MOVQ stride+32(FP), R10
	MOVQ count+40(FP), CX
	MOVQ sums+48(FP), BX
	MOVQ SI, R8
	SUBQ AX, R8               // the sample on the left
	MOVQ DI, R9
	SUBQ AX, R9               // the sample above that
	LEAQ (R10)(R10*2), R11

	VPXOR Y8, Y8, Y8          // the sums of none, sub, up, average and paeth
	VPXOR Y9, Y9, Y9
	VPXOR Y10, Y10, Y10
	VPXOR Y11, Y11, Y11
	VPXOR Y12, Y12, Y12
	VPXOR Y15, Y15, Y15
	VPCMPEQB Y14, Y14, Y14
	VPABSB Y14, Y14           // ones

loop:
	VMOVDQU (SI), Y0          // x
	VMOVDQU (R8), Y1          // left
	VMOVDQU (DI), Y2          // above
	VMOVDQU (R9), Y3          // corner

	SUM(Y0, Y8)

	VPSUBB Y1, Y0, Y4
	VMOVDQU Y4, (DX)
	SUM(Y4, Y9)

	VPSUBB Y2, Y0, Y4
	VMOVDQU Y4, (DX)(R10*1)
	SUM(Y4, Y10)

	// VPAVGB rounds up: one too many if the sum is odd.
	VPAVGB Y1, Y2, Y4
	VPXOR Y1, Y2, Y5
	VPAND Y14, Y5, Y5
	VPSUBB Y5, Y4, Y4
	VPSUBB Y4, Y0, Y4
	VMOVDQU Y4, (DX)(R10*2)
	SUM(Y4, Y11)

	// The distances of left + above - corner from its terms: |above - corner| from left,
	// |left - corner| from above. That from corner is the sum of both if they have the same
	// sign, and otherwise their difference. A sum that saturates is not the smallest.
	VPSUBUSB Y3, Y2, Y4       // above - corner, or 0
	VPSUBUSB Y2, Y3, Y5       // corner - above, or 0
	VPOR Y4, Y5, Y6           // from left
	VPSUBUSB Y3, Y1, Y7
	VPSUBUSB Y1, Y3, Y13
	VPOR Y7, Y13, Y13         // from above
	VPCMPEQB Y15, Y4, Y4
	VPCMPEQB Y15, Y7, Y7
	VPXOR Y7, Y4, Y4          // where the signs differ
	VPADDUSB Y6, Y13, Y5
	VPMAXUB Y6, Y13, Y7
	VPADDB Y7, Y7, Y7         // the difference: twice the larger one, minus both
	VPSUBB Y6, Y7, Y7
	VPSUBB Y13, Y7, Y7
	VPBLENDVB Y4, Y7, Y5, Y5  // from corner

	// The first of left, above and corner whose distance is the smallest.
	VPMINUB Y6, Y13, Y4
	VPMINUB Y5, Y4, Y4
	VPCMPEQB Y13, Y4, Y13
	VPCMPEQB Y6, Y4, Y6
	VPBLENDVB Y13, Y2, Y3, Y3
	VPBLENDVB Y6, Y1, Y3, Y3
	VPSUBB Y3, Y0, Y4
	VMOVDQU Y4, (DX)(R11*1)
	SUM(Y4, Y12)

	ADDQ $32, SI
	ADDQ $32, DI
	ADDQ $32, R8
	ADDQ $32, R9
	ADDQ $32, DX
	DECQ CX
	JNZ loop

	STORE_SUM(X8, Y8, 0)
	STORE_SUM(X9, Y9, 8)
	STORE_SUM(X10, Y10, 16)
	STORE_SUM(X11, Y11, 24)
	STORE_SUM(X12, Y12, 32)
	VZEROUPPER
	RET
