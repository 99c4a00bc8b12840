//go:build !purego

#include "textflag.h"
#include "go_asm.h"

// The tokens of several blocks, with the state of the reader in registers. The decisions are
// those of reader.quickly in tokens.go.
//
// DI has the arguments, SI the next byte, R8 value, R9 span, R10 count. BX has the tables, R11
// the nodes of the context, R14 those of the index of the coefficient, R12 this index, R13 the
// block. R15 is a level. AX, CX and DX are scratch registers.

// SPLIT computes the split of a node, and jumps if the decision is a one.
#define SPLIT(NODE, ONE) \
	MOVBLZX NODE(R11), AX; \
	MOVQ R8, DX; \
	IMULL R9, AX; \
	SHRQ $56, DX; \
	SHRL $8, AX; \
	CMPL DX, AX; \
	JHI ONE

// SCALE scales the range in AX.
#define SCALE \
	MOVBLZX tokenTables_shifts(BX)(AX*1), CX; \
	MOVBLZX tokenTables_scaled(BX)(AX*1), R9; \
	SHLXQ CX, R8, R8; \
	SUBQ CX, R10

// TAKE is a one: the split is subtracted from value and from the range.
#define TAKE \
	LEAQ 1(AX), DX; \
	SHLQ $56, DX; \
	SUBQ DX, R8; \
	NOTL AX; \
	ADDL R9, AX; \
	SCALE

// LOAD adds bytes to value, so that there are at least 48 bits beyond the 8 of a decision.
#define LOAD(ENOUGH) \
	CMPQ R10, $48; \
	JGE ENOUGH; \
	MOVQ (SI), DX; \
	BSWAPQ DX; \
	LEAQ 8(R10), CX; \
	SHRXQ CX, DX, DX; \
	ORQ DX, R8; \
	MOVL $56, CX; \
	SUBQ R10, CX; \
	SHRQ $3, CX; \
	ADDQ CX, SI; \
	LEAQ (R10)(CX*8), R10; \
ENOUGH:

// func tokensBMI2(t *tokenRun, tables *tokenTables)
TEXT ·tokensBMI2(SB), NOSPLIT, $0-16
	MOVQ t+0(FP), DI
	MOVQ tables+8(FP), BX
	MOVQ tokenRun_data(DI), SI
	MOVQ tokenRun_value(DI), R8
	MOVQ tokenRun_span(DI), R9
	MOVQ tokenRun_count(DI), R10
	MOVQ tokenRun_coefficients(DI), R13

block:
	MOVQ tokenRun_block(DI), AX
	MOVQ AX, DX
	MOVQ tokenRun_shift(DI), CX
	SHRXQ CX, AX, AX
	SHLXQ CX, AX, R12
	SUBQ R12, DX
	MOVQ tokenRun_left(DI), R11
	MOVBLZX (R11)(AX*1), AX
	MOVQ tokenRun_above(DI), R11
	MOVBLZX (R11)(DX*1), DX
	ADDQ DX, AX
	SHLQ $4, AX
	MOVQ tokenRun_nodes(DI), R14
	LEAQ (R14)(AX*1), R11
	MOVQ tokenRun_first(DI), R12

token:
	LOAD(loaded)
	SPLIT(0, goesOn)
	SCALE
	JMP blockEnds

goesOn:
	TAKE

notEnd:
	SPLIT(1, notZero)
	SCALE
	INCQ R12
	ADDQ $48, R14
	CMPQ R12, $16
	JEQ blockEnds
	MOVQ R14, R11
	LOAD(loadedZero)
	JMP notEnd

notZero:
	TAKE
	MOVL $1, R15
	SPLIT(2, large)
	SCALE
	ADDQ $48, R14
	LEAQ 16(R14), R11

sign:
	MOVL R9, AX
	SHRL $1, AX
	MOVQ R8, DX
	SHRQ $56, DX
	MOVQ AX, CX
	SUBQ DX, CX
	SARQ $63, CX

	// The coefficient. CX has all bits set if it is negative.
	XORL DX, DX
	TESTL R12, R12
	SETNE DX
	IMULL tokenRun_steps(DI)(DX*4), R15
	ORL R15, tokenRun_sizes(DI)
	XORL CX, R15
	SUBL CX, R15
	MOVBLZX tokenTables_zigzag(BX)(R12*1), DX
	MOVW R15, (R13)(DX*2)

	LEAQ 1(AX), DX
	SHLQ $56, DX
	ANDQ CX, DX
	SUBQ DX, R8
	MOVL R9, DX
	SUBL AX, DX
	DECL DX
	XORL AX, DX
	ANDL CX, DX
	XORL DX, AX
	SCALE
	INCQ R12
	CMPQ R12, $16
	JNE token

blockEnds:
	MOVQ tokenRun_block(DI), AX
	MOVQ tokenRun_ends(DI), DX
	MOVB R12, (DX)(AX*1)
	XORL R15, R15
	CMPQ R12, tokenRun_first(DI)
	SETNE R15
	MOVQ AX, DX
	MOVQ tokenRun_shift(DI), CX
	SHRXQ CX, AX, AX
	SHLXQ CX, AX, R12
	SUBQ R12, DX
	MOVQ tokenRun_left(DI), R11
	MOVB R15, (R11)(AX*1)
	MOVQ tokenRun_above(DI), R11
	MOVB R15, (R11)(DX*1)
	ADDQ $32, R13
	MOVQ tokenRun_block(DI), AX
	INCQ AX
	MOVQ AX, tokenRun_block(DI)
	CMPQ AX, tokenRun_blocks(DI)
	JNE block

	MOVQ SI, AX
	SUBQ tokenRun_data(DI), AX
	MOVQ AX, tokenRun_used(DI)
	MOVQ R8, tokenRun_value(DI)
	MOVQ R9, tokenRun_span(DI)
	MOVQ R10, tokenRun_count(DI)
	RET

	// A level of 2 or more.
large:
	TAKE
	LOAD(loadedLevel)
	SPLIT(3, category)
	SCALE
	MOVL $2, R15
	SPLIT(4, threeOrFour)
	SCALE
	JMP levelEnds

threeOrFour:
	TAKE
	INCL R15
	SPLIT(5, four)
	SCALE
	JMP levelEnds

four:
	TAKE
	INCL R15
	JMP levelEnds

category:
	TAKE
	XORL R15, R15
	SPLIT(6, higher)
	SCALE
	SPLIT(7, odd)
	SCALE
	JMP extra

higher:
	TAKE
	MOVL $2, R15
	SPLIT(8, highest)
	SCALE
	SPLIT(9, odd)
	SCALE
	JMP extra

highest:
	TAKE
	MOVL $4, R15
	SPLIT(10, odd)
	SCALE
	JMP extra

odd:
	TAKE
	INCL R15

	// R11 has the probabilities of the extra bits, and then zeros.
extra:
	SHLL $4, R15
	LEAQ tokenTables_extra(BX)(R15*1), R11
	XORL R15, R15
	MOVQ R11, tokenRun_category(DI)

extraBit:
	LOAD(loadedExtra)
	CMPB (R11), $0
	JEQ extraEnds
	ADDL R15, R15
	SPLIT(0, extraOne)
	SCALE
	INCQ R11
	JMP extraBit

extraOne:
	TAKE
	INCL R15
	INCQ R11
	JMP extraBit

extraEnds:
	MOVQ tokenRun_category(DI), R11
	MOVBLZX 12(R11), AX
	ADDL AX, R15

levelEnds:
	LOAD(loadedSign)
	ADDQ $48, R14
	LEAQ 32(R14), R11
	JMP sign
