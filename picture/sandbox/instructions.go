package sandbox

import "fmt"

// skipImmediates skips the operands after an instruction's first byte (WebAssembly Core
// Specification 2.0, 5.4).
func (r *wasmReader) skipImmediates(kind byte) {
	switch {
	case kind >= 0x02 && kind <= 0x44:
		r.skipControlAndData(kind)
	case kind == 0xd0, kind == 0xd2: // ref.null, ref.func
		r.number()
	case kind == 0xfc:
		r.skipMiscellaneous(r.number())
	case kind == 0xfd:
		r.skipVector(r.number())
	case kind <= 0xc4, kind == 0xd1: // Arithmetic and similar instructions without operands.
	default:
		r.fail(fmt.Sprintf("an instruction 0x%02x", kind))
	}
}

// skipControlAndData skips the operands of blocks, branches, calls, variables, memory and
// constants (5.4.1 to 5.4.7).
func (r *wasmReader) skipControlAndData(kind byte) {
	switch {
	case kind <= 0x04, kind == 0x0c, kind == 0x0d, kind == 0x10: // block, loop, if; br, br_if; call
		r.number()
	case kind == 0x11, kind >= 0x28 && kind <= 0x3e: // call_indirect; loads and stores
		r.numbers(2)
	case kind == 0x0e: // br_table: the labels, and a default label
		r.numbers(r.number() + 1)
	case kind == 0x1c: // select with types
		r.numbers(r.number())
	case kind == 0x43: // f32.const
		r.bytes(4)
	case kind == 0x44: // f64.const
		r.bytes(8)
	case kind >= 0x20: // Variables, tables; memory.size and grow; i32.const and i64.const.
		r.number()
	case kind == 0x05, kind == 0x0b, kind == 0x0f, kind == 0x1a, kind == 0x1b: // else, end, return, drop, select
	default:
		r.fail(fmt.Sprintf("an instruction 0x%02x", kind))
	}
}

// skipMiscellaneous skips the operands of instructions that start with 0xfc (5.4.6 and
// 5.4.7).
func (r *wasmReader) skipMiscellaneous(kind uint64) {
	switch {
	case kind <= 7: // Saturating conversions.
	case kind == 9, kind == 11, kind == 13, kind >= 15 && kind <= 17:
		r.number()
	case kind == 8, kind == 10, kind == 12, kind == 14:
		r.numbers(2)
	default:
		r.fail(fmt.Sprintf("an instruction 0xfc %d", kind))
	}
}

// skipVector skips the operands of instructions that start with 0xfd (5.4.8).
func (r *wasmReader) skipVector(kind uint64) {
	switch {
	case kind <= 11, kind == 92, kind == 93: // Loads and stores.
		r.numbers(2)
	case kind == 12, kind == 13: // A constant; the lanes of a shuffle.
		r.bytes(16)
	case kind >= 21 && kind <= 34: // A lane.
		r.byte()
	case kind >= 84 && kind <= 91: // A lane to load or store.
		r.numbers(2)
		r.byte()
	case kind <= 255:
	default:
		r.fail(fmt.Sprintf("an instruction 0xfd %d", kind))
	}
}

func (r *wasmReader) numbers(count uint64) {
	for ; count > 0 && r.err == nil; count-- {
		r.number()
	}
}
