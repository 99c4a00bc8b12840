package encoder

import "encoding/binary"

// bitWriter writes bits, the lowest of a value first (RFC 9649, 3.2).
type bitWriter struct {
	out     []byte
	pending uint64
	count   uint
}

// write appends the lowest bits of a value, at most 32.
func (w *bitWriter) write(value uint32, count uint) {
	const word = 32

	w.pending |= uint64(value) << w.count
	w.count += count

	if w.count >= word {
		w.out = binary.LittleEndian.AppendUint32(w.out, uint32(w.pending))
		w.pending >>= word
		w.count -= word
	}
}

// finish returns all bytes. The unused bits of the last one are zero.
func (w *bitWriter) finish() []byte {
	const byteBits = 8

	for ; w.count > 0; w.count -= min(w.count, byteBits) {
		w.out = append(w.out, byte(w.pending))
		w.pending >>= byteBits
	}

	return w.out
}
