//go:build !purego

#include "textflag.h"

// The two steps of the inverse DCT with AVX2 (clause 8.6.4.2). Both are products of
// matrices, whose right factor has 32-bit numbers of two neighboring rows: the lower 16
// bits are of the even row. VPMADDWD multiplies both rows with two numbers of the left
// factor. The operands are in Go's order, the result last.

// TERM adds two rows of the right factor, in Y4, times two numbers of a row of the left
// factor.
#define TERM(offset, product, sum) \
	VPBROADCASTD offset(BX), product; \
	VPMADDWD     Y4, product, product; \
	VPADDD       product, sum, sum

// SUM computes four rows of a group of eight columns in Y0 to Y3. R11 is at the left
// factor, DX at the right one, R8 counts pairs of rows, and Y8 has the rounding.
#define SUM \
	VMOVDQA Y8, Y0; \
	VMOVDQA Y8, Y1; \
	VMOVDQA Y8, Y2; \
	VMOVDQA Y8, Y3; \
	MOVQ    DX, AX; \
	MOVQ    R11, BX; \
	MOVQ    R8, CX

// func pack(pairs *[16][32]int32, coefficients *int32, count, groups, size int)
//
// The rows 2n and 2n + 1 of the coefficients become row n of pairs.
TEXT ·pack(SB), NOSPLIT, $0-40
	MOVQ pairs+0(FP), DI
	MOVQ coefficients+8(FP), SI
	MOVQ count+16(FP), R8
	MOVQ groups+24(FP), R9
	MOVQ size+32(FP), R10
	SHLQ $2, R10

packRows:
	MOVQ DI, AX
	MOVQ SI, BX
	MOVQ R9, CX

packGroups:
	VMOVDQU  (BX)(R10*1), Y1
	VPSLLD   $16, Y1, Y1
	VMOVDQU  (BX), Y0
	VPBLENDW $0xaa, Y1, Y0, Y0
	VMOVDQU  Y0, (AX)
	ADDQ     $32, AX
	ADDQ     $32, BX
	DECQ     CX
	JNZ      packGroups
	ADDQ     $128, DI
	LEAQ     (SI)(R10*2), SI
	DECQ     R8
	JNZ      packRows
	VZEROUPPER
	RET

// func columns(out, left *[32][32]int16, right *[16][32]int32, count, groups, size int)
//
// The first step. The results are shifted by 7 bits and limited to 16 bits.
TEXT ·columns(SB), NOSPLIT, $0-48
	MOVQ         out+0(FP), DI
	MOVQ         left+8(FP), SI
	MOVQ         right+16(FP), DX
	MOVQ         count+24(FP), R8
	MOVQ         groups+32(FP), R9
	MOVQ         size+40(FP), R10
	MOVL         $64, AX
	MOVQ         AX, X8
	VPBROADCASTD X8, Y8

columnsGroups:
	MOVQ SI, R11
	MOVQ DI, R12
	MOVQ R10, R13

columnsLines:
	SUM

columnsTerms:
	VMOVDQU   (AX), Y4
	TERM(0, Y5, Y0)
	TERM(64, Y6, Y1)
	TERM(128, Y7, Y2)
	TERM(192, Y9, Y3)
	ADDQ      $128, AX
	ADDQ      $4, BX
	DECQ      CX
	JNZ       columnsTerms
	VPSRAD    $7, Y0, Y0
	VPSRAD    $7, Y1, Y1
	VPSRAD    $7, Y2, Y2
	VPSRAD    $7, Y3, Y3
	VPACKSSDW Y1, Y0, Y0
	VPACKSSDW Y3, Y2, Y2
	VPERMQ    $0xd8, Y0, Y0
	VPERMQ    $0xd8, Y2, Y2
	VMOVDQU   X0, (R12)
	VEXTRACTI128 $1, Y0, 64(R12)
	VMOVDQU   X2, 128(R12)
	VEXTRACTI128 $1, Y2, 192(R12)
	ADDQ      $256, R11
	ADDQ      $256, R12
	SUBQ      $4, R13
	JNZ       columnsLines
	ADDQ      $32, DX
	ADDQ      $16, DI
	DECQ      R9
	JNZ       columnsGroups
	VZEROUPPER
	RET

// func rows(out *int32, left *[32][32]int16, right *[16][32]int32, count, size, shift int)
//
// The second step. The results are shifted.
TEXT ·rows(SB), NOSPLIT, $0-48
	MOVQ         out+0(FP), DI
	MOVQ         left+8(FP), SI
	MOVQ         right+16(FP), DX
	MOVQ         count+24(FP), R8
	MOVQ         size+32(FP), R10
	MOVQ         shift+40(FP), CX
	MOVQ         CX, X10
	MOVL         $1, AX
	DECQ         CX
	SHLL         CX, AX
	MOVQ         AX, X8
	VPBROADCASTD X8, Y8
	MOVQ         R10, R9
	SHRQ         $3, R9

rowsGroups:
	MOVQ SI, R11
	MOVQ DI, R12
	MOVQ R10, R13

rowsLines:
	SUM

rowsTerms:
	VMOVDQU (AX), Y4
	TERM(0, Y5, Y0)
	TERM(64, Y6, Y1)
	TERM(128, Y7, Y2)
	TERM(192, Y9, Y3)
	ADDQ    $128, AX
	ADDQ    $4, BX
	DECQ    CX
	JNZ     rowsTerms
	VPSRAD  X10, Y0, Y0
	VPSRAD  X10, Y1, Y1
	VPSRAD  X10, Y2, Y2
	VPSRAD  X10, Y3, Y3
	VMOVDQU Y0, (R12)
	LEAQ    (R12)(R10*4), R12
	VMOVDQU Y1, (R12)
	LEAQ    (R12)(R10*4), R12
	VMOVDQU Y2, (R12)
	LEAQ    (R12)(R10*4), R12
	VMOVDQU Y3, (R12)
	LEAQ    (R12)(R10*4), R12
	ADDQ    $256, R11
	SUBQ    $4, R13
	JNZ     rowsLines
	ADDQ    $32, DX
	ADDQ    $32, DI
	DECQ    R9
	JNZ     rowsGroups
	VZEROUPPER
	RET
