//go:build !purego

#include "textflag.h"

// The operands are in Go's order, the result last.

// func premultiplyAVX2(row, alpha *byte, count int)
//
// The arithmetic is that of PremultiplyRow, in lanes of 16 bits without a sign.
TEXT ·premultiplyAVX2(SB), NOSPLIT, $0-24
	MOVQ row+0(FP), DI
	MOVQ alpha+8(FP), SI
	MOVQ count+16(FP), CX

	VPCMPEQW Y15, Y15, Y15
	VPSRLW $15, Y15, Y15
	VPSLLW $7, Y15, Y15      // 128

premultiply:
	VPMOVZXBW (DI), Y0
	VPMOVZXBW (SI), Y1
	VPMULLW Y1, Y0, Y0
	VPADDW Y15, Y0, Y0
	VPSRLW $8, Y0, Y1
	VPADDW Y1, Y0, Y0
	VPSRLW $8, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKUSWB X1, X0, X0
	VMOVDQU X0, (DI)

	ADDQ $16, DI
	ADDQ $16, SI
	DECQ CX
	JNZ premultiply

	VZEROUPPER
	RET
