//go:build !purego

#include "textflag.h"

// Kernels that read and write samples with AVX2. The operands are in Go's order, the result
// last.

DATA numbers<>+0(SB)/4, $0
DATA numbers<>+4(SB)/4, $1
DATA numbers<>+8(SB)/4, $2
DATA numbers<>+12(SB)/4, $3
DATA numbers<>+16(SB)/4, $4
DATA numbers<>+20(SB)/4, $5
DATA numbers<>+24(SB)/4, $6
DATA numbers<>+28(SB)/4, $7
GLOBL numbers<>(SB), RODATA, $32

// func addBytes(to *uint8, stride int, samples *int32, size int)
//
// The saturation of the packing instructions limits the sums.
TEXT ·addBytes(SB), NOSPLIT, $0-32
	MOVQ to+0(FP), DI
	MOVQ stride+8(FP), SI
	MOVQ samples+16(FP), DX
	MOVQ size+24(FP), R8
	MOVQ R8, R9
	CMPQ R8, $4
	JEQ  addBytesFour

addBytesRows:
	MOVQ DI, AX
	MOVQ R8, CX

addBytesEight:
	VPMOVZXBD    (AX), Y0
	VPADDD       (DX), Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKSSDW    X1, X0, X0
	VPACKUSWB    X0, X0, X0
	VMOVQ        X0, (AX)
	ADDQ         $8, AX
	ADDQ         $32, DX
	SUBQ         $8, CX
	JNZ          addBytesEight
	ADDQ         SI, DI
	DECQ         R9
	JNZ          addBytesRows
	VZEROUPPER
	RET

addBytesFour:
	VPMOVZXBD (DI), X0
	VPADDD    (DX), X0, X0
	VPACKSSDW X0, X0, X0
	VPACKUSWB X0, X0, X0
	VMOVD     X0, (DI)
	ADDQ      $16, DX
	ADDQ      SI, DI
	DECQ      R9
	JNZ       addBytesFour
	RET

// func addWords(to *uint16, stride int, samples *int32, size, most int)
TEXT ·addWords(SB), NOSPLIT, $0-40
	MOVQ         to+0(FP), DI
	MOVQ         stride+8(FP), SI
	MOVQ         samples+16(FP), DX
	MOVQ         size+24(FP), R8
	MOVQ         most+32(FP), AX
	VMOVQ        AX, X2
	VPBROADCASTD X2, Y2
	SHLQ         $1, SI
	MOVQ         R8, R9
	CMPQ         R8, $4
	JEQ          addWordsFour

addWordsRows:
	MOVQ DI, AX
	MOVQ R8, CX

addWordsEight:
	VPMOVZXWD    (AX), Y0
	VPADDD       (DX), Y0, Y0
	VPMINSD      Y2, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKUSDW    X1, X0, X0
	VMOVDQU      X0, (AX)
	ADDQ         $16, AX
	ADDQ         $32, DX
	SUBQ         $8, CX
	JNZ          addWordsEight
	ADDQ         SI, DI
	DECQ         R9
	JNZ          addWordsRows
	VZEROUPPER
	RET

addWordsFour:
	VPMOVZXWD (DI), X0
	VPADDD    (DX), X0, X0
	VPMINSD   X2, X0, X0
	VPACKUSDW X0, X0, X0
	VMOVQ     X0, (DI)
	ADDQ      $16, DX
	ADDQ      SI, DI
	DECQ      R9
	JNZ       addWordsFour
	VZEROUPPER
	RET

// PLANAR loads samples and constants. DX is at the corner, and CX is the logarithm of the
// size. R8 and Y13 become the size, Y10 the shift, Y11 the sample at the right, Y12 the one
// below, Y14 the numbers of eight columns, Y15 becomes 8, and Y3 becomes −1.
#define PLANAR \
	MOVQ         $1, R8; \
	SHLQ         CX, R8; \
	INCQ         CX; \
	VMOVQ        CX, X10; \
	VPBROADCASTD 4(DX)(R8*4), Y11; \
	MOVQ         R8, BX; \
	NEGQ         BX; \
	VPBROADCASTD -4(DX)(BX*4), Y12; \
	VMOVQ        R8, X13; \
	VPBROADCASTD X13, Y13; \
	MOVQ         $8, AX; \
	VMOVQ        AX, X15; \
	VPBROADCASTD X15, Y15; \
	VMOVDQU      numbers<>(SB), Y14; \
	VPCMPEQD     Y3, Y3, Y3; \
	XORQ         R9, R9

// PLANARCOLUMNS prepares eight columns from R9 on: Y4 has the sums of the first row without
// the left sample, Y1 is added for each row, and Y5 has the weights of the left samples.
#define PLANARCOLUMNS \
	VMOVDQU  4(DX)(R9*4), Y0; \
	VPSUBD   Y0, Y12, Y1; \
	VPSUBD   Y3, Y14, Y4; \
	VPMADDWD Y11, Y4, Y4; \
	VPADDD   Y13, Y4, Y4; \
	VPADDD   Y3, Y13, Y5; \
	VPMADDWD Y0, Y5, Y6; \
	VPADDD   Y6, Y4, Y4; \
	VPADDD   Y12, Y4, Y4; \
	VPSUBD   Y14, Y5, Y5; \
	VPADDD   Y15, Y14, Y14; \
	LEAQ     -4(DX), BX; \
	MOVQ     R8, R10

// PLANARROW computes a row of eight columns in X6, as 16-bit numbers.
#define PLANARROW \
	VPBROADCASTD (BX), Y6; \
	VPMADDWD     Y5, Y6, Y6; \
	VPADDD       Y4, Y6, Y6; \
	VPSRLD       X10, Y6, Y6; \
	VPADDD       Y1, Y4, Y4; \
	VEXTRACTI128 $1, Y6, X7; \
	VPACKUSDW    X7, X6, X6; \
	SUBQ         $4, BX

// func planarBytes(to *uint8, stride int, corner *int32, log2 int)
TEXT ·planarBytes(SB), NOSPLIT, $0-32
	MOVQ to+0(FP), DI
	MOVQ stride+8(FP), SI
	MOVQ corner+16(FP), DX
	MOVQ log2+24(FP), CX
	PLANAR

planarBytesColumns:
	PLANARCOLUMNS
	LEAQ (DI)(R9*1), AX

planarBytesRows:
	PLANARROW
	VPACKUSWB X6, X6, X6
	VMOVQ     X6, (AX)
	ADDQ      SI, AX
	DECQ      R10
	JNZ       planarBytesRows
	ADDQ      $8, R9
	CMPQ      R9, R8
	JLT       planarBytesColumns
	VZEROUPPER
	RET

// func planarWords(to *uint16, stride int, corner *int32, log2 int)
TEXT ·planarWords(SB), NOSPLIT, $0-32
	MOVQ to+0(FP), DI
	MOVQ stride+8(FP), SI
	MOVQ corner+16(FP), DX
	MOVQ log2+24(FP), CX
	PLANAR
	SHLQ $1, SI

planarWordsColumns:
	PLANARCOLUMNS
	LEAQ (DI)(R9*2), AX

planarWordsRows:
	PLANARROW
	VMOVDQU X6, (AX)
	ADDQ    SI, AX
	DECQ    R10
	JNZ     planarWordsRows
	ADDQ    $8, R9
	CMPQ    R9, R8
	JLT     planarWordsColumns
	VZEROUPPER
	RET

// EDGESIGN adds the sign of the difference of the samples in X0 and those at a register to
// X3.
#define EDGESIGN(neighbor) \
	VMOVDQU  (neighbor), X1; \
	VPMINUB  X1, X0, X2; \
	VPCMPEQB X2, X0, X4; \
	VPCMPEQB X2, X1, X5; \
	VPADDB   X4, X3, X3; \
	VPSUBB   X5, X3, X3

// func edgeBytes(to, center, one, other *uint8, offsets *[2][16]uint8, count int)
//
// It processes 16 samples at a time. The last 16 samples may overlap those before, because
// the results are not read again.
TEXT ·edgeBytes(SB), NOSPLIT, $0-48
	MOVQ         to+0(FP), DI
	MOVQ         center+8(FP), SI
	MOVQ         one+16(FP), R8
	MOVQ         other+24(FP), R9
	MOVQ         offsets+32(FP), DX
	MOVQ         count+40(FP), CX
	VMOVDQU      (DX), X6
	VMOVDQU      16(DX), X7
	MOVQ         $0x0202020202020202, AX
	VMOVQ        AX, X8
	VPBROADCASTQ X8, X8

edgeBytesBlock:
	VMOVDQU  (SI), X0
	VMOVDQA  X8, X3
	EDGESIGN(R8)
	EDGESIGN(R9)
	VPSHUFB  X3, X6, X4
	VPSHUFB  X3, X7, X5
	VPADDUSB X4, X0, X0
	VPSUBUSB X5, X0, X0
	VMOVDQU  X0, (DI)
	MOVQ     $16, AX
	SUBQ     $16, CX
	JZ       edgeBytesDone
	CMPQ     CX, AX
	CMOVQLT  CX, AX
	ADDQ     AX, DI
	ADDQ     AX, SI
	ADDQ     AX, R8
	ADDQ     AX, R9
	CMPQ     CX, $16
	JGE      edgeBytesBlock
	MOVQ     $16, CX
	JMP      edgeBytesBlock

edgeBytesDone:
	RET
