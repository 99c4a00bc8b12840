//go:build !purego

#include "textflag.h"

// The normal loop filter with AVX (RFC 6386, 15.2 and 15.3). The arithmetic is that of
// vp8/filter.go. A vector has 16 samples along an edge: those of luma, or 8 of each chroma
// plane. X0 to X7 are p3, p2, p1, p0, q0, q1, q2 and q3.
//
// The arguments are the first samples after the edge of its two halves, the distance between
// rows, and the thresholds as vectors: of the edge, of the interior, of the variance.

// Bytes: 0x80, 0xfe, 0x1f, 0x10, 4, 3, 64, 32. Words: 63, 0x0900.
DATA numbers<>+0(SB)/8, $0x8080808080808080
DATA numbers<>+8(SB)/8, $0x8080808080808080
DATA numbers<>+16(SB)/8, $0xfefefefefefefefe
DATA numbers<>+24(SB)/8, $0xfefefefefefefefe
DATA numbers<>+32(SB)/8, $0x1f1f1f1f1f1f1f1f
DATA numbers<>+40(SB)/8, $0x1f1f1f1f1f1f1f1f
DATA numbers<>+48(SB)/8, $0x1010101010101010
DATA numbers<>+56(SB)/8, $0x1010101010101010
DATA numbers<>+64(SB)/8, $0x0404040404040404
DATA numbers<>+72(SB)/8, $0x0404040404040404
DATA numbers<>+80(SB)/8, $0x0303030303030303
DATA numbers<>+88(SB)/8, $0x0303030303030303
DATA numbers<>+96(SB)/8, $0x4040404040404040
DATA numbers<>+104(SB)/8, $0x4040404040404040
DATA numbers<>+112(SB)/8, $0x2020202020202020
DATA numbers<>+120(SB)/8, $0x2020202020202020
DATA numbers<>+128(SB)/8, $0x003f003f003f003f
DATA numbers<>+136(SB)/8, $0x003f003f003f003f
DATA numbers<>+144(SB)/8, $0x0900090009000900
DATA numbers<>+152(SB)/8, $0x0900090009000900
GLOBL numbers<>(SB), RODATA|NOPTR, $160

// DISTANCE: D = |A - B|. T is a scratch register.
#define DISTANCE(A, B, T, D) \
	VPSUBUSB B, A, D; \
	VPSUBUSB A, B, T; \
	VPOR T, D, D

// MASKS: X8 is set where the samples are filtered, and X9 where they do not vary. X10 to X13
// are scratch registers, and X15 is zero.
#define MASKS \
	VPXOR X15, X15, X15; \
	DISTANCE(X0, X1, X10, X8); \
	DISTANCE(X1, X2, X10, X9); \
	VPMAXUB X9, X8, X8; \
	DISTANCE(X7, X6, X10, X9); \
	VPMAXUB X9, X8, X8; \
	DISTANCE(X6, X5, X10, X9); \
	VPMAXUB X9, X8, X8; \
	DISTANCE(X2, X3, X10, X9); \
	DISTANCE(X5, X4, X10, X11); \
	VPMAXUB X11, X9, X9; \
	VPMAXUB X9, X8, X8; \
	VPSUBUSB 16(BX), X8, X8; \
	VPSUBUSB 32(BX), X9, X9; \
	VPCMPEQB X15, X9, X9; \
	DISTANCE(X3, X4, X10, X11); \
	DISTANCE(X2, X5, X10, X12); \
	VPADDUSB X11, X11, X11; \
	VPAND numbers<>+16(SB), X12, X12; \
	VPSRLW $1, X12, X12; \
	VPADDUSB X12, X11, X11; \
	VPSUBUSB (BX), X11, X11; \
	VPOR X11, X8, X8; \
	VPCMPEQB X15, X8, X8; \
	VMOVDQU numbers<>+0(SB), X14; \
	VPXOR X14, X2, X2; \
	VPXOR X14, X3, X3; \
	VPXOR X14, X4, X4; \
	VPXOR X14, X5, X5

// EIGHTH: D = A ÷ 8 of signed bytes, rounded down.
#define EIGHTH(A, D) \
	VPSRLW $3, A, D; \
	VPAND numbers<>+32(SB), D, D; \
	VPXOR numbers<>+48(SB), D, D; \
	VPSUBB numbers<>+48(SB), D, D

// COMMON changes p0 and q0 by the eighth of X10. X11 is the change of q0.
#define COMMON \
	VPADDSB numbers<>+64(SB), X10, X11; \
	VPADDSB numbers<>+80(SB), X10, X12; \
	EIGHTH(X11, X11); \
	EIGHTH(X12, X12); \
	VPSUBSB X11, X4, X4; \
	VPADDSB X12, X3, X3

// STEEP: X10 += 3 (q0 - p0), where the samples are filtered.
#define STEEP \
	VPSUBSB X3, X4, X11; \
	VPADDSB X11, X10, X10; \
	VPADDSB X11, X10, X10; \
	VPADDSB X11, X10, X10; \
	VPAND X8, X10, X10

// INNER filters an edge between blocks.
#define INNER \
	MASKS; \
	VPSUBSB X5, X2, X10; \
	VPANDN X10, X9, X10; \
	STEEP; \
	COMMON; \
	VPADDB numbers<>+96(SB), X11, X11; \
	VPAVGB X15, X11, X11; \
	VPSUBB numbers<>+112(SB), X11, X11; \
	VPAND X9, X11, X11; \
	VPSUBSB X11, X5, X5; \
	VPADDSB X11, X2, X2; \
	VPXOR X14, X2, X2; \
	VPXOR X14, X3, X3; \
	VPXOR X14, X4, X4; \
	VPXOR X14, X5, X5

// SHARE: D = the words X12 and X13 ÷ 128, as bytes.
#define SHARE(T, D) \
	VPSRAW $7, X12, D; \
	VPSRAW $7, X13, T; \
	VPACKSSWB T, D, D

// EDGE filters an edge between macroblocks.
#define EDGE \
	MASKS; \
	VPSUBSB X5, X2, X10; \
	STEEP; \
	VPAND X9, X10, X9; \
	VPSUBB X9, X10, X10; \
	COMMON; \
	VPXOR X14, X1, X1; \
	VPXOR X14, X6, X6; \
	VPUNPCKLBW X9, X15, X10; \
	VPUNPCKHBW X9, X15, X11; \
	VPMULHW numbers<>+144(SB), X10, X10; \
	VPMULHW numbers<>+144(SB), X11, X11; \
	VPADDW numbers<>+128(SB), X10, X12; \
	VPADDW numbers<>+128(SB), X11, X13; \
	SHARE(X9, X8); \
	VPADDSB X8, X1, X1; \
	VPSUBSB X8, X6, X6; \
	VPADDW X10, X12, X12; \
	VPADDW X11, X13, X13; \
	SHARE(X9, X8); \
	VPADDSB X8, X2, X2; \
	VPSUBSB X8, X5, X5; \
	VPADDW X10, X12, X12; \
	VPADDW X11, X13, X13; \
	SHARE(X9, X8); \
	VPADDSB X8, X3, X3; \
	VPSUBSB X8, X4, X4; \
	VPXOR X14, X1, X1; \
	VPXOR X14, X2, X2; \
	VPXOR X14, X3, X3; \
	VPXOR X14, X4, X4; \
	VPXOR X14, X5, X5; \
	VPXOR X14, X6, X6

// ARGUMENTS loads the arguments. R8 is three rows.
#define ARGUMENTS \
	MOVQ first+0(FP), SI; \
	MOVQ second+8(FP), DI; \
	MOVQ stride+16(FP), DX; \
	MOVQ thresholds+24(FP), BX; \
	LEAQ (DX)(DX*2), R8

// LOADROWS loads the four rows above an edge and the four below it. SI and DI become the
// fourth row above it, and R10 and R11 the first row below it.
#define LOADROWS \
	MOVQ SI, R10; \
	MOVQ DI, R11; \
	LEAQ (DX*4), R9; \
	SUBQ R9, SI; \
	SUBQ R9, DI; \
	VMOVQ (SI), X0; \
	VMOVHPS (DI), X0, X0; \
	VMOVQ (SI)(DX*1), X1; \
	VMOVHPS (DI)(DX*1), X1, X1; \
	VMOVQ (SI)(DX*2), X2; \
	VMOVHPS (DI)(DX*2), X2, X2; \
	VMOVQ (SI)(R8*1), X3; \
	VMOVHPS (DI)(R8*1), X3, X3; \
	VMOVQ (R10), X4; \
	VMOVHPS (R11), X4, X4; \
	VMOVQ (R10)(DX*1), X5; \
	VMOVHPS (R11)(DX*1), X5, X5; \
	VMOVQ (R10)(DX*2), X6; \
	VMOVHPS (R11)(DX*2), X6, X6; \
	VMOVQ (R10)(R8*1), X7; \
	VMOVHPS (R11)(R8*1), X7, X7

// LOADHALF loads eight rows of eight samples, the first one at BASE, and transposes them: A
// has columns 0 and 1, B 2 and 3, C 4 and 5, D 6 and 7.
#define LOADHALF(BASE, A, B, C, D) \
	LEAQ (BASE)(DX*4), R9; \
	VMOVQ (BASE), X0; \
	VMOVQ (BASE)(DX*1), X1; \
	VMOVQ (BASE)(DX*2), X2; \
	VMOVQ (BASE)(R8*1), X3; \
	VMOVQ (R9), X4; \
	VMOVQ (R9)(DX*1), X5; \
	VMOVQ (R9)(DX*2), X6; \
	VMOVQ (R9)(R8*1), X7; \
	VPUNPCKLBW X1, X0, X0; \
	VPUNPCKLBW X3, X2, X2; \
	VPUNPCKLBW X5, X4, X4; \
	VPUNPCKLBW X7, X6, X6; \
	VPUNPCKLWD X2, X0, X1; \
	VPUNPCKHWD X2, X0, X3; \
	VPUNPCKLWD X6, X4, X5; \
	VPUNPCKHWD X6, X4, X7; \
	VPUNPCKLDQ X5, X1, A; \
	VPUNPCKHDQ X5, X1, B; \
	VPUNPCKLDQ X7, X3, C; \
	VPUNPCKHDQ X7, X3, D

// LOADCOLUMNS loads the four columns before an edge and the four after it.
#define LOADCOLUMNS \
	SUBQ $4, SI; \
	SUBQ $4, DI; \
	LOADHALF(SI, X8, X9, X10, X11); \
	LOADHALF(DI, X12, X13, X14, X15); \
	VPUNPCKLQDQ X12, X8, X0; \
	VPUNPCKHQDQ X12, X8, X1; \
	VPUNPCKLQDQ X13, X9, X2; \
	VPUNPCKHQDQ X13, X9, X3; \
	VPUNPCKLQDQ X14, X10, X4; \
	VPUNPCKHQDQ X14, X10, X5; \
	VPUNPCKLQDQ X15, X11, X6; \
	VPUNPCKHQDQ X15, X11, X7

// STORE4 stores four rows of four samples.
#define STORE4(X, BASE) \
	VMOVD X, (BASE); \
	VPEXTRD $1, X, (BASE)(DX*1); \
	VPEXTRD $2, X, (BASE)(DX*2); \
	VPEXTRD $3, X, (BASE)(R8*1)

// STORE8 stores four rows of eight samples, two in each vector.
#define STORE8(X, Y, BASE) \
	VMOVQ X, (BASE); \
	VMOVHPS X, (BASE)(DX*1); \
	VMOVQ Y, (BASE)(DX*2); \
	VMOVHPS Y, (BASE)(R8*1)

// func innerDownAVX2(first, second *byte, stride int, thresholds *[3][16]byte)
TEXT ·innerDownAVX2(SB), NOSPLIT, $0-32
	ARGUMENTS
	LOADROWS
	INNER
	VMOVQ X2, (SI)(DX*2)
	VMOVHPS X2, (DI)(DX*2)
	VMOVQ X3, (SI)(R8*1)
	VMOVHPS X3, (DI)(R8*1)
	VMOVQ X4, (R10)
	VMOVHPS X4, (R11)
	VMOVQ X5, (R10)(DX*1)
	VMOVHPS X5, (R11)(DX*1)
	RET

// func edgeDownAVX2(first, second *byte, stride int, thresholds *[3][16]byte)
TEXT ·edgeDownAVX2(SB), NOSPLIT, $0-32
	ARGUMENTS
	LOADROWS
	EDGE
	VMOVQ X1, (SI)(DX*1)
	VMOVHPS X1, (DI)(DX*1)
	VMOVQ X2, (SI)(DX*2)
	VMOVHPS X2, (DI)(DX*2)
	VMOVQ X3, (SI)(R8*1)
	VMOVHPS X3, (DI)(R8*1)
	VMOVQ X4, (R10)
	VMOVHPS X4, (R11)
	VMOVQ X5, (R10)(DX*1)
	VMOVHPS X5, (R11)(DX*1)
	VMOVQ X6, (R10)(DX*2)
	VMOVHPS X6, (R11)(DX*2)
	RET

// func innerAcrossAVX2(first, second *byte, stride int, thresholds *[3][16]byte)
TEXT ·innerAcrossAVX2(SB), NOSPLIT, $0-32
	ARGUMENTS
	LOADCOLUMNS
	INNER
	VPUNPCKLBW X3, X2, X0
	VPUNPCKHBW X3, X2, X1
	VPUNPCKLBW X5, X4, X6
	VPUNPCKHBW X5, X4, X7
	VPUNPCKLWD X6, X0, X8
	VPUNPCKHWD X6, X0, X9
	VPUNPCKLWD X7, X1, X10
	VPUNPCKHWD X7, X1, X11
	ADDQ $2, SI
	ADDQ $2, DI
	LEAQ (SI)(DX*4), R10
	LEAQ (DI)(DX*4), R11
	STORE4(X8, SI)
	STORE4(X9, R10)
	STORE4(X10, DI)
	STORE4(X11, R11)
	RET

// func edgeAcrossAVX2(first, second *byte, stride int, thresholds *[3][16]byte)
TEXT ·edgeAcrossAVX2(SB), NOSPLIT, $0-32
	ARGUMENTS
	LOADCOLUMNS
	EDGE
	VPUNPCKLBW X1, X0, X8
	VPUNPCKHBW X1, X0, X9
	VPUNPCKLBW X3, X2, X10
	VPUNPCKHBW X3, X2, X11
	VPUNPCKLBW X5, X4, X12
	VPUNPCKHBW X5, X4, X13
	VPUNPCKLBW X7, X6, X14
	VPUNPCKHBW X7, X6, X15
	VPUNPCKLWD X10, X8, X0
	VPUNPCKHWD X10, X8, X1
	VPUNPCKLWD X11, X9, X2
	VPUNPCKHWD X11, X9, X3
	VPUNPCKLWD X14, X12, X4
	VPUNPCKHWD X14, X12, X5
	VPUNPCKLWD X15, X13, X6
	VPUNPCKHWD X15, X13, X7
	VPUNPCKLDQ X4, X0, X8
	VPUNPCKHDQ X4, X0, X9
	VPUNPCKLDQ X5, X1, X10
	VPUNPCKHDQ X5, X1, X11
	VPUNPCKLDQ X6, X2, X12
	VPUNPCKHDQ X6, X2, X13
	VPUNPCKLDQ X7, X3, X14
	VPUNPCKHDQ X7, X3, X15
	LEAQ (SI)(DX*4), R10
	LEAQ (DI)(DX*4), R11
	STORE8(X8, X9, SI)
	STORE8(X10, X11, R10)
	STORE8(X12, X13, DI)
	STORE8(X14, X15, R11)
	RET
