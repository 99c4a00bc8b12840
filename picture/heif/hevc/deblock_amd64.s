//go:build !purego

#include "textflag.h"

// Kernels of the deblocking filter of luma with AVX2 (clauses 8.7.2.5.6 and 8.7.2.5.7).
// They filter four lines across an edge. Register X0 has p3 of the lines as 32-bit numbers,
// X1 to X3 have p2 to p0, and X4 to X7 have q0 to q3. R10 is tC. R11 has the flags: 1 for
// the strong filter, and 2 and 4 for p1 and q1 in the weak one. The operands are in Go's
// order, the result last.

// turned transposes 4 × 4 bytes.
DATA turned<>+0(SB)/8, $0x0d0905010c080400
DATA turned<>+8(SB)/8, $0x0f0b07030e0a0602
GLOBL turned<>(SB), RODATA, $16

// NEAR limits the difference of X8 from a sample to X15.
#define NEAR(sample) \
	VPSUBD  X15, sample, X9; \
	VPMAXSD X9, X8, X8; \
	VPADDD  X15, sample, X9; \
	VPMINSD X9, X8, X8

// NEXT computes the sample next to the edge in X8 by the strong filter. sum has the samples
// next to the edge and the second one of this side.
#define NEXT(sample, third, sum, secondAcross) \
	VPADDD sum, sum, X8; \
	VPADDD third, X8, X8; \
	VPADDD secondAcross, X8, X8; \
	VPADDD X12, X8, X8; \
	VPSRAD $3, X8, X8; \
	NEAR(sample)

// OTHERS changes the second and the third sample of a side by the strong filter.
#define OTHERS(second, third, fourth, sum) \
	VPSRLD  $1, X12, X9; \
	VPADDD  third, sum, X8; \
	VPADDD  X9, X8, X8; \
	VPSRAD  $2, X8, X8; \
	NEAR(second); \
	VMOVDQA X8, second; \
	VPADDD  third, fourth, X8; \
	VPADDD  X8, X8, X8; \
	VPADDD  third, X8, X8; \
	VPADDD  sum, X8, X8; \
	VPADDD  X12, X8, X8; \
	VPSRAD  $3, X8, X8; \
	NEAR(third); \
	VMOVDQA X8, third

// STRONG is the strong filter.
#define STRONG \
	LEAQ         (R10)(R10*1), AX; \
	VMOVQ        AX, X15; \
	VPBROADCASTD X15, X15; \
	MOVQ         $4, AX; \
	VMOVQ        AX, X12; \
	VPBROADCASTD X12, X12; \
	VPADDD       X4, X3, X13; \
	VPADDD       X5, X13, X14; \
	VPADDD       X2, X13, X13; \
	NEXT(X3, X1, X13, X5); \
	VMOVDQA      X8, X10; \
	NEXT(X4, X6, X14, X2); \
	VMOVDQA      X8, X4; \
	VMOVDQA      X10, X3; \
	OTHERS(X2, X1, X0, X13); \
	OTHERS(X5, X6, X7, X14)

// DELTA computes the difference of the weak filter in X10, limited to tC, and the mask of
// the lines that change in X12. X13 and X14 become the limits for p1 and q1.
#define DELTA \
	VPSUBD       X3, X4, X10; \
	VPSLLD       $3, X10, X8; \
	VPADDD       X8, X10, X10; \
	VPSUBD       X2, X5, X8; \
	VPSUBD       X8, X10, X10; \
	VPADDD       X8, X8, X8; \
	VPSUBD       X8, X10, X10; \
	MOVQ         $8, AX; \
	VMOVQ        AX, X8; \
	VPBROADCASTD X8, X8; \
	VPADDD       X8, X10, X10; \
	VPSRAD       $4, X10, X10; \
	VPABSD       X10, X8; \
	LEAQ         (R10)(R10*4), AX; \
	ADDQ         AX, AX; \
	VMOVQ        AX, X9; \
	VPBROADCASTD X9, X9; \
	VPCMPGTD     X8, X9, X12; \
	VMOVQ        R10, X13; \
	VPBROADCASTD X13, X13; \
	VPXOR        X8, X8, X8; \
	VPSUBD       X13, X8, X14; \
	VPMINSD      X13, X10, X10; \
	VPMAXSD      X14, X10, X10; \
	VPAND        X12, X10, X10; \
	VPSRAD       $1, X13, X13; \
	VPSUBD       X13, X8, X14

// SECOND changes the second sample of a side by the weak filter.
#define SECOND(first, second, third) \
	VPADDD   first, third, X8; \
	VPCMPEQD X9, X9, X9; \
	VPSUBD   X9, X8, X8; \
	VPSRAD   $1, X8, X8; \
	VPSUBD   second, X8, X8; \
	VPADDD   X10, X8, X8; \
	VPSRAD   $1, X8, X8; \
	VPMINSD  X13, X8, X8; \
	VPMAXSD  X14, X8, X8; \
	VPAND    X12, X8, X8; \
	VPADDD   X8, second, second

// FILTER filters the lines. The results are not limited to the range of samples.
#define FILTER(weak, noP, noQ, done) \
	TESTQ   $1, R11; \
	JZ      weak; \
	STRONG; \
	JMP     done; \
weak: \
	DELTA; \
	TESTQ   $2, R11; \
	JZ      noP; \
	SECOND(X3, X2, X1); \
noP: \
	VPADDD  X10, X3, X3; \
	VPXOR   X9, X9, X9; \
	VPSUBD  X10, X9, X10; \
	TESTQ   $4, R11; \
	JZ      noQ; \
	SECOND(X4, X5, X6); \
noQ: \
	VPADDD  X10, X4, X4; \
done:

// ARGUMENTS loads the arguments. DI is at the first sample of Q, and SI is the distance of two
// lines in bytes, of samples of 1 << shift bytes. R8 is three of these distances.
#define ARGUMENTS(shift) \
	MOVQ to+0(FP), DI; \
	MOVQ stride+8(FP), SI; \
	MOVQ tc+16(FP), R10; \
	MOVQ flags+24(FP), R11; \
	SHLQ $shift, SI; \
	LEAQ (SI)(SI*2), R8

// TOP loads the samples of four lines across an edge above them. DX is at p3.
#define TOP(load) \
	MOVQ DI, DX; \
	SUBQ SI, DX; \
	SUBQ R8, DX; \
	load (DX), X0; \
	load (DX)(SI*1), X1; \
	load (DX)(SI*2), X2; \
	load (DX)(R8*1), X3; \
	load (DI), X4; \
	load (DI)(SI*1), X5; \
	load (DI)(SI*2), X6; \
	load (DI)(R8*1), X7

// STORETOP stores all samples but p3 and q3.
#define STORETOP(store) \
	store(X1, (DX)(SI*1)); \
	store(X2, (DX)(SI*2)); \
	store(X3, (DX)(R8*1)); \
	store(X4, (DI)); \
	store(X5, (DI)(SI*1)); \
	store(X6, (DI)(SI*2))

// STOREBYTES stores four samples of a line along an edge.
#define STOREBYTES(samples, to) \
	VPACKSSDW samples, samples, samples; \
	VPACKUSWB samples, samples, samples; \
	VMOVD     samples, to

// func deblockTopBytes(to *uint8, stride int, tc, flags int)
//
// The edge is above the lines at to.
TEXT ·deblockTopBytes(SB), NOSPLIT, $0-32
	ARGUMENTS(0)
	TOP(VPMOVZXBD)
	FILTER(topBytesWeak, topBytesNoP, topBytesNoQ, topBytesDone)
	STORETOP(STOREBYTES)
	RET

// STOREWORDS stores four samples of a line along an edge. X15 has the largest sample.
#define STOREWORDS(samples, to) \
	VPMINSD   X15, samples, samples; \
	VPACKUSDW samples, samples, samples; \
	VMOVQ     samples, to

// func deblockTopWords(to *uint16, stride int, tc, flags, most int)
TEXT ·deblockTopWords(SB), NOSPLIT, $0-40
	ARGUMENTS(1)
	TOP(VPMOVZXWD)
	FILTER(topWordsWeak, topWordsNoP, topWordsNoQ, topWordsDone)
	VMOVQ        most+32(FP), X15
	VPBROADCASTD X15, X15
	STORETOP(STOREWORDS)
	RET

// COLUMNS makes four columns from the bytes of a register, in the registers one to four.
#define COLUMNS(from, one, two, three, four) \
	VPMOVZXBD from, one; \
	VPSRLDQ   $4, from, two; \
	VPMOVZXBD two, two; \
	VPSRLDQ   $8, from, three; \
	VPMOVZXBD three, three; \
	VPSRLDQ   $12, from, four; \
	VPMOVZXBD four, four

// func deblockLeftBytes(to *uint8, stride int, tc, flags int)
//
// The edge is to the left of the samples at to. p3 and q3 are stored as they were.
TEXT ·deblockLeftBytes(SB), NOSPLIT, $0-32
	ARGUMENTS(0)
	SUBQ $4, DI
	VMOVQ      (DI), X8
	VMOVQ      (DI)(SI*1), X9
	VMOVQ      (DI)(SI*2), X10
	VMOVQ      (DI)(R8*1), X11
	VPUNPCKLBW X9, X8, X8
	VPUNPCKLBW X11, X10, X10
	VPUNPCKLWD X10, X8, X9
	VPUNPCKHWD X10, X8, X10
	COLUMNS(X9, X0, X1, X2, X3)
	COLUMNS(X10, X4, X5, X6, X7)
	FILTER(leftBytesWeak, leftBytesNoP, leftBytesNoQ, leftBytesDone)
	VMOVDQU    turned<>(SB), X8
	VPACKSSDW  X1, X0, X0
	VPACKSSDW  X3, X2, X2
	VPACKUSWB  X2, X0, X0
	VPACKSSDW  X5, X4, X4
	VPACKSSDW  X7, X6, X6
	VPACKUSWB  X6, X4, X4
	VPSHUFB    X8, X0, X0
	VPSHUFB    X8, X4, X4
	VPUNPCKLDQ X4, X0, X1
	VPUNPCKHDQ X4, X0, X2
	VMOVQ      X1, (DI)
	VMOVHPS    X1, (DI)(SI*1)
	VMOVQ      X2, (DI)(SI*2)
	VMOVHPS    X2, (DI)(R8*1)
	RET

// TURN transposes four columns. The rows are in the halves of the registers one and two.
// X15 has the largest sample.
#define TURN(one, two, three, four) \
	VPACKUSDW  two, one, one; \
	VPACKUSDW  four, three, three; \
	VPMINUW    X15, one, one; \
	VPMINUW    X15, three, three; \
	VPSRLDQ    $8, one, two; \
	VPUNPCKLWD two, one, one; \
	VPSRLDQ    $8, three, four; \
	VPUNPCKLWD four, three, three; \
	VPUNPCKHDQ three, one, two; \
	VPUNPCKLDQ three, one, one

// func deblockLeftWords(to *uint16, stride int, tc, flags, most int)
TEXT ·deblockLeftWords(SB), NOSPLIT, $0-40
	ARGUMENTS(1)
	SUBQ $8, DI
	VMOVDQU     (DI), X8
	VMOVDQU     (DI)(SI*1), X9
	VMOVDQU     (DI)(SI*2), X10
	VMOVDQU     (DI)(R8*1), X11
	VPUNPCKLWD  X9, X8, X12
	VPUNPCKHWD  X9, X8, X13
	VPUNPCKLWD  X11, X10, X14
	VPUNPCKHWD  X11, X10, X15
	VPUNPCKLDQ  X14, X12, X1
	VPUNPCKHDQ  X14, X12, X3
	VPUNPCKLDQ  X15, X13, X5
	VPUNPCKHDQ  X15, X13, X7
	VPMOVZXWD   X1, X0
	VPSRLDQ     $8, X1, X1
	VPMOVZXWD   X1, X1
	VPMOVZXWD   X3, X2
	VPSRLDQ     $8, X3, X3
	VPMOVZXWD   X3, X3
	VPMOVZXWD   X5, X4
	VPSRLDQ     $8, X5, X5
	VPMOVZXWD   X5, X5
	VPMOVZXWD   X7, X6
	VPSRLDQ     $8, X7, X7
	VPMOVZXWD   X7, X7
	FILTER(leftWordsWeak, leftWordsNoP, leftWordsNoQ, leftWordsDone)
	VMOVQ        most+32(FP), X15
	VPBROADCASTW X15, X15
	TURN(X0, X1, X2, X3)
	TURN(X4, X5, X6, X7)
	VPUNPCKLQDQ X4, X0, X2
	VPUNPCKHQDQ X4, X0, X3
	VPUNPCKLQDQ X5, X1, X6
	VPUNPCKHQDQ X5, X1, X7
	VMOVDQU     X2, (DI)
	VMOVDQU     X3, (DI)(SI*1)
	VMOVDQU     X6, (DI)(SI*2)
	VMOVDQU     X7, (DI)(R8*1)
	RET
