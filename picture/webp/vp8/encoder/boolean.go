package encoder

import (
	"encoding/binary"
	"math/bits"

	"triptych/picture/webp/vp8"
)

// booleans is the boolean encoder (RFC 6386, 7.3). The interval is low to low + span. Only
// the lowest eight bits of low have the precision of the span.
type booleans struct {
	out     []byte
	low     uint64
	span    uint32 // 128 to 255
	pending uint   // the number of bits of low that are not in out
}

func newBooleans(out []byte) booleans { return booleans{out: out, span: 255, pending: 8} }

// As soon as flushAt bits are pending, flushed of them are written.
const flushAt, flushed = 48, 32

// leadingZeros is the number of bits of a uint32 above those of a span.
const leadingZeros = 24

// write encodes a bit that is zero with a probability in units of 1/256.
func (b *booleans) write(bit bool, probability byte) {
	split := 1 + ((b.span-1)*uint32(probability))>>8
	if bit {
		b.low += uint64(split)
		split = b.span - split
	}

	shift := uint(bits.LeadingZeros32(split)) - leadingZeros
	b.span = split << shift
	b.low <<= shift

	if b.pending += shift; b.pending < flushAt {
		return
	}

	b.pending -= flushed
	b.append(b.low >> b.pending)
	b.low &= 1<<b.pending - 1
}

// writeAll encodes decisions. It is write in a loop, with the state in registers and without
// branches on the decisions.
func (b *booleans) writeAll(decisions []byte, table *probabilityTable) {
	low, span, pending := b.low, b.span, b.pending

	for ; len(decisions) >= decisionBytes; decisions = decisions[decisionBytes:] {
		d := decisionAt(decisions)
		split := 1 + ((span-1)*uint32(table[d&decision(len(table)-1)]))>>8
		set := -uint32(d >> decisionBit)
		low += uint64(split & set)
		split ^= (split ^ (span - split)) & set

		shift := uint(bits.LeadingZeros32(split)) - leadingZeros
		span = split << (shift & 7)
		low <<= shift & 7

		if pending += shift; pending >= flushAt {
			pending -= flushed
			b.append(low >> pending)
			low &= 1<<pending - 1
		}
	}

	b.low, b.span, b.pending = low, span, pending
}

// append writes 32 bits, and the carry above them.
func (b *booleans) append(chunk uint64) {
	if chunk>>flushed != 0 {
		b.carry()
	}

	b.out = binary.BigEndian.AppendUint32(b.out, uint32(chunk))
}

// carry adds one to the bytes that are written already.
func (b *booleans) carry() {
	at := len(b.out) - 1
	for ; b.out[at] == 0xff; at-- {
		b.out[at] = 0
	}

	b.out[at]++
}

// finish writes the pending bits and returns all bytes.
func (b *booleans) finish() []byte {
	if b.low>>b.pending != 0 {
		b.carry()
		b.low &= 1<<b.pending - 1
	}

	for b.pending > 0 {
		const byteBits = 8

		if b.pending < byteBits {
			b.low <<= byteBits - b.pending
			b.pending = byteBits
		}

		b.pending -= byteBits
		b.out = append(b.out, byte(b.low>>b.pending))
		b.low &= 1<<b.pending - 1
	}

	return b.out
}

// literal encodes an unsigned number, the highest bit first (RFC 6386, 7.3).
func (b *booleans) literal(value, width int) {
	for width--; width >= 0; width-- {
		b.write(value>>width&1 != 0, vp8.Even)
	}
}

// flag encodes a bit of which nothing is known.
func (b *booleans) flag(set bool) { b.write(set, vp8.Even) }

// optional encodes a number that is zero as a flag of zero, and otherwise as a flag, a
// magnitude and a sign.
func (b *booleans) optional(value, width int) {
	b.flag(value != 0)

	if value != 0 {
		b.literal(max(value, -value), width)
		b.flag(value < 0)
	}
}

// path encodes the decisions on the way to a leaf of a tree.
func (b *booleans) path(path []vp8.Branch, probabilities []byte) {
	for _, branch := range path {
		b.write(branch.Bit, probabilities[branch.Node])
	}
}
