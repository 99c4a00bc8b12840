//go:build !purego

#include "textflag.h"
#include "go_asm.h"

// WRITE writes a decision as booleans.writeAll does. BX and R14 are the table and the index
// of the decision. AX, DX and R15 are scratch registers: the decision, the split, and the
// amount that is added to low, or the shift.
#define WRITE(DECISIONS, LOW, SPAN, PENDING) \
	MOVWLZX (DECISIONS)(R14*1), AX; \
	MOVL AX, R15; \
	ANDL $0x7ff, R15; \
	MOVBLZX (BX)(R15*1), R15; \
	LEAL -1(SPAN), DX; \
	IMULL R15, DX; \
	SHRL $8, DX; \
	INCL DX; \
	SUBL DX, SPAN; \
	XORL R15, R15; \
	BTL $15, AX; \
	CMOVLCC DX, SPAN; \
	CMOVLCS DX, R15; \
	ADDQ R15, LOW; \
	LZCNTL SPAN, R15; \
	SUBL $24, R15; \
	SHLXL R15, SPAN, SPAN; \
	SHLXQ R15, LOW, LOW; \
	ADDL R15, PENDING

// FLUSH moves a chunk from low to the memory.
#define FLUSH(STREAM, LOW, PENDING) \
	SUBL $32, PENDING; \
	SHRXQ PENDING, LOW, AX; \
	MOVQ (STREAM+stream_count)(CX), DX; \
	MOVQ AX, (STREAM+stream_chunks)(CX)(DX*8); \
	INCQ DX; \
	MOVQ DX, (STREAM+stream_count)(CX); \
	SHLXQ PENDING, AX, AX; \
	SUBQ AX, LOW

// func writeBothBMI2(s *streams)
TEXT ·writeBothBMI2(SB), NOSPLIT, $0-8
	MOVQ s+0(FP), CX
	MOVQ streams_table(CX), BX
	MOVQ streams_bytes(CX), R14
	MOVQ (streams_first+stream_decisions)(CX), SI
	MOVQ (streams_first+stream_low)(CX), R8
	MOVQ (streams_first+stream_span)(CX), R9
	MOVQ (streams_first+stream_pending)(CX), R10
	MOVQ (streams_second+stream_decisions)(CX), DI
	MOVQ (streams_second+stream_low)(CX), R11
	MOVQ (streams_second+stream_span)(CX), R12
	MOVQ (streams_second+stream_pending)(CX), R13
	ADDQ R14, SI
	ADDQ R14, DI
	NEGQ R14

next:
	WRITE(SI, R8, R9, R10)
	WRITE(DI, R11, R12, R13)
	CMPL R10, $48
	JGE first
	CMPL R13, $48
	JGE second

step:
	ADDQ $2, R14
	JNZ next

	MOVQ R8, (streams_first+stream_low)(CX)
	MOVQ R9, (streams_first+stream_span)(CX)
	MOVQ R10, (streams_first+stream_pending)(CX)
	MOVQ R11, (streams_second+stream_low)(CX)
	MOVQ R12, (streams_second+stream_span)(CX)
	MOVQ R13, (streams_second+stream_pending)(CX)
	RET

first:
	FLUSH(streams_first, R8, R10)
	CMPL R13, $48
	JLT step

second:
	FLUSH(streams_second, R11, R13)
	JMP step
