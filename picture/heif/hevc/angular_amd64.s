//go:build !purego

#include "textflag.h"

// Kernels of the angular modes with AVX2 (clause 8.4.4.2.6). The operands are in Go's
// order, the result last.

// ANGULAR loads the arguments. Y15 becomes the rounding, and R10 is the position in the
// reference, in 32nds of a sample.
#define ANGULAR \
	MOVQ         to+0(FP), DI; \
	MOVQ         stride+8(FP), SI; \
	MOVQ         from+16(FP), DX; \
	MOVQ         size+24(FP), R8; \
	MOVQ         angle+32(FP), R9; \
	MOVQ         $16, AX; \
	VMOVQ        AX, X15; \
	VPBROADCASTD X15, Y15; \
	XORQ         R10, R10; \
	MOVQ         R8, R11

// ANGULARROW prepares a row: BX is at its first sample of the reference, and Y14 has the
// weights of a sample, in the lower 16 bits, and of the next one.
#define ANGULARROW \
	ADDQ         R9, R10; \
	MOVQ         R10, AX; \
	SARQ         $5, AX; \
	LEAQ         (DX)(AX*4), BX; \
	MOVQ         R10, CX; \
	ANDQ         $31, CX; \
	MOVQ         CX, AX; \
	SHLQ         $16, AX; \
	SUBQ         CX, AX; \
	ADDQ         $32, AX; \
	VMOVQ        AX, X14; \
	VPBROADCASTD X14, Y14; \
	MOVQ         DI, AX; \
	MOVQ         R8, CX

// ANGULAREIGHT computes eight samples in X0, as 16-bit numbers.
#define ANGULAREIGHT \
	VMOVDQU      4(BX), Y1; \
	VPSLLD       $16, Y1, Y1; \
	VPBLENDW     $0x55, (BX), Y1, Y0; \
	VPMADDWD     Y14, Y0, Y0; \
	VPADDD       Y15, Y0, Y0; \
	VPSRLD       $5, Y0, Y0; \
	VEXTRACTI128 $1, Y0, X1; \
	VPACKUSDW    X1, X0, X0

// ANGULARFOUR computes four samples in the lower half of X0, as 16-bit numbers.
#define ANGULARFOUR \
	VMOVDQU   4(BX), X1; \
	VPSLLD    $16, X1, X1; \
	VPBLENDW  $0x55, (BX), X1, X0; \
	VPMADDWD  X14, X0, X0; \
	VPADDD    X15, X0, X0; \
	VPSRLD    $5, X0, X0; \
	VPACKUSDW X0, X0, X0

// func angularBytes(to *uint8, stride int, from *int32, size, angle int)
TEXT ·angularBytes(SB), NOSPLIT, $0-40
	ANGULAR
	CMPQ R8, $4
	JEQ  angularBytesFour

angularBytesRows:
	ANGULARROW

angularBytesEight:
	ANGULAREIGHT
	VPACKUSWB X0, X0, X0
	VMOVQ     X0, (AX)
	ADDQ      $8, AX
	ADDQ      $32, BX
	SUBQ      $8, CX
	JNZ       angularBytesEight
	ADDQ      SI, DI
	DECQ      R11
	JNZ       angularBytesRows
	VZEROUPPER
	RET

angularBytesFour:
	ANGULARROW
	ANGULARFOUR
	VPACKUSWB X0, X0, X0
	VMOVD     X0, (AX)
	ADDQ      SI, DI
	DECQ      R11
	JNZ       angularBytesFour
	VZEROUPPER
	RET

// func angularWords(to *uint16, stride int, from *int32, size, angle int)
TEXT ·angularWords(SB), NOSPLIT, $0-40
	ANGULAR
	SHLQ $1, SI
	CMPQ R8, $4
	JEQ  angularWordsFour

angularWordsRows:
	ANGULARROW

angularWordsEight:
	ANGULAREIGHT
	VMOVDQU X0, (AX)
	ADDQ    $16, AX
	ADDQ    $32, BX
	SUBQ    $8, CX
	JNZ     angularWordsEight
	ADDQ    SI, DI
	DECQ    R11
	JNZ     angularWordsRows
	VZEROUPPER
	RET

angularWordsFour:
	ANGULARROW
	ANGULARFOUR
	VMOVQ X0, (AX)
	ADDQ  SI, DI
	DECQ  R11
	JNZ   angularWordsFour
	VZEROUPPER
	RET

// func transposeBytes(to *uint8, stride int, from *uint8, size int)
//
// It transposes a square of a multiple of eight samples a side, in blocks of 8 × 8.
TEXT ·transposeBytes(SB), NOSPLIT, $0-32
	MOVQ to+0(FP), DI
	MOVQ stride+8(FP), SI
	MOVQ from+16(FP), DX
	MOVQ size+24(FP), R8
	LEAQ (R8)(R8*2), R13
	LEAQ (SI)(SI*2), R14
	MOVQ R8, R9

transposeBytesRows:
	MOVQ DI, R11
	MOVQ R8, R10

transposeBytesBlock:
	MOVQ       DX, AX
	LEAQ       (DX)(R8*4), BX
	VMOVQ      (AX), X0
	VMOVQ      (AX)(R8*1), X1
	VMOVQ      (AX)(R8*2), X2
	VMOVQ      (AX)(R13*1), X3
	VMOVQ      (BX), X4
	VMOVQ      (BX)(R8*1), X5
	VMOVQ      (BX)(R8*2), X6
	VMOVQ      (BX)(R13*1), X7
	VPUNPCKLBW X1, X0, X0
	VPUNPCKLBW X3, X2, X2
	VPUNPCKLBW X5, X4, X4
	VPUNPCKLBW X7, X6, X6
	VPUNPCKHWD X2, X0, X1
	VPUNPCKLWD X2, X0, X0
	VPUNPCKHWD X6, X4, X5
	VPUNPCKLWD X6, X4, X4
	VPUNPCKHDQ X4, X0, X2
	VPUNPCKLDQ X4, X0, X0
	VPUNPCKHDQ X5, X1, X3
	VPUNPCKLDQ X5, X1, X1
	MOVQ       R11, AX
	LEAQ       (R11)(SI*4), BX
	VMOVQ      X0, (AX)
	VMOVHPS    X0, (AX)(SI*1)
	VMOVQ      X2, (AX)(SI*2)
	VMOVHPS    X2, (AX)(R14*1)
	VMOVQ      X1, (BX)
	VMOVHPS    X1, (BX)(SI*1)
	VMOVQ      X3, (BX)(SI*2)
	VMOVHPS    X3, (BX)(R14*1)
	ADDQ       $8, DX
	LEAQ       (R11)(SI*8), R11
	SUBQ       $8, R10
	JNZ        transposeBytesBlock
	LEAQ       (DX)(R8*4), DX
	ADDQ       R13, DX
	ADDQ       $8, DI
	SUBQ       $8, R9
	JNZ        transposeBytesRows
	RET

// WORDS transposes 8 × 8 samples of 16 bits: rows in X0 to X7, columns in X8 to X15.
#define WORDS \
	VPUNPCKLWD  X1, X0, X8; \
	VPUNPCKHWD  X1, X0, X9; \
	VPUNPCKLWD  X3, X2, X10; \
	VPUNPCKHWD  X3, X2, X11; \
	VPUNPCKLWD  X5, X4, X12; \
	VPUNPCKHWD  X5, X4, X13; \
	VPUNPCKLWD  X7, X6, X14; \
	VPUNPCKHWD  X7, X6, X15; \
	VPUNPCKLDQ  X10, X8, X0; \
	VPUNPCKHDQ  X10, X8, X1; \
	VPUNPCKLDQ  X11, X9, X2; \
	VPUNPCKHDQ  X11, X9, X3; \
	VPUNPCKLDQ  X14, X12, X4; \
	VPUNPCKHDQ  X14, X12, X5; \
	VPUNPCKLDQ  X15, X13, X6; \
	VPUNPCKHDQ  X15, X13, X7; \
	VPUNPCKLQDQ X4, X0, X8; \
	VPUNPCKHQDQ X4, X0, X9; \
	VPUNPCKLQDQ X5, X1, X10; \
	VPUNPCKHQDQ X5, X1, X11; \
	VPUNPCKLQDQ X6, X2, X12; \
	VPUNPCKHQDQ X6, X2, X13; \
	VPUNPCKLQDQ X7, X3, X14; \
	VPUNPCKHQDQ X7, X3, X15

// func transposeWords(to *uint16, stride int, from *uint16, size int)
TEXT ·transposeWords(SB), NOSPLIT, $0-32
	MOVQ to+0(FP), DI
	MOVQ stride+8(FP), SI
	MOVQ from+16(FP), DX
	MOVQ size+24(FP), R8
	SHLQ $1, SI
	MOVQ R8, R9
	MOVQ R8, R12
	SHLQ $1, R12
	LEAQ (R12)(R12*2), R13
	LEAQ (SI)(SI*2), R14

transposeWordsRows:
	MOVQ DI, R11
	MOVQ R8, R10

transposeWordsBlock:
	MOVQ    DX, AX
	LEAQ    (DX)(R12*4), BX
	VMOVDQU (AX), X0
	VMOVDQU (AX)(R12*1), X1
	VMOVDQU (AX)(R12*2), X2
	VMOVDQU (AX)(R13*1), X3
	VMOVDQU (BX), X4
	VMOVDQU (BX)(R12*1), X5
	VMOVDQU (BX)(R12*2), X6
	VMOVDQU (BX)(R13*1), X7
	WORDS
	MOVQ    R11, AX
	LEAQ    (R11)(SI*4), BX
	VMOVDQU X8, (AX)
	VMOVDQU X9, (AX)(SI*1)
	VMOVDQU X10, (AX)(SI*2)
	VMOVDQU X11, (AX)(R14*1)
	VMOVDQU X12, (BX)
	VMOVDQU X13, (BX)(SI*1)
	VMOVDQU X14, (BX)(SI*2)
	VMOVDQU X15, (BX)(R14*1)
	ADDQ    $16, DX
	LEAQ    (R11)(SI*8), R11
	SUBQ    $8, R10
	JNZ     transposeWordsBlock
	LEAQ    (DX)(R12*4), DX
	ADDQ    R13, DX
	ADDQ    $16, DI
	SUBQ    $8, R9
	JNZ     transposeWordsRows
	RET
