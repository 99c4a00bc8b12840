package deflate

import (
	"encoding/binary"
	"slices"
)

// bitWriter appends bits to out through a reservoir, acc. The first bit of a byte is its
// lowest bit (3.1.1). The lowest n bits of acc are valid, and the others are zero.
type bitWriter struct {
	out []byte
	acc uint64
	n   uint // below 8 between calls
}

// write appends up to 56 bits.
func (w *bitWriter) write(value uint64, count uint) {
	w.acc |= value << w.n
	w.n += count

	for w.n >= 8 {
		w.out = append(w.out, byte(w.acc))
		w.acc >>= 8
		w.n -= 8
	}
}

// align appends zeros up to the next boundary of a byte.
func (w *bitWriter) align() {
	if w.n > 0 {
		w.write(0, 8-w.n)
	}
}

// compressed writes the symbols of a block and its end (3.2.3). The literals are between the
// matches. data has the literals, and if whole is true, also the bytes of the matches.
// The block has at most the given number of bits.
func (w *Writer) compressed(data []byte, matches []match, whole bool, literals *[allLiterals]code, distances *[allDistances]code, most int) {
	const room = 8 // for the last word

	w.out = slices.Grow(w.out, most/8+1+room)
	out := packer{out: w.out[len(w.out):cap(w.out)], acc: w.acc, n: w.n}

	for _, m := range matches {
		out.literals(data[:m.literals], literals)

		if data = data[m.literals:]; whole {
			data = data[m.length:]
		}

		symbol, place := lengthSymbols[m.length], distanceSymbol(int(m.distance))
		size, far := literals[symbol], distances[place]

		// At most 15 + 5 + 15 + 13 bits, and 7 that are left.
		out.add(uint64(size.bits), uint(size.length))
		out.add(uint64(m.length-lengthBases[symbol-firstLength]), uint(lengthExtra[symbol-firstLength]))
		out.add(uint64(far.bits), uint(far.length))
		out.add(uint64(m.distance-distanceBases[place]), uint(distanceExtra[place]))
		out.flush()
	}

	out.literals(data, literals)

	end := literals[endSymbol]
	out.add(uint64(end.bits), uint(end.length))
	out.flush()

	w.out, w.acc, w.n = w.out[:len(w.out)+out.at], out.acc, out.n
}

// packer is a [bitWriter] whose memory is large enough.
type packer struct {
	out []byte
	at  int
	acc uint64
	n   uint
}

// add adds bits to the reservoir.
func (p *packer) add(value uint64, count uint) {
	p.acc |= value << (p.n & 63)
	p.n += count
}

// flush stores the whole bytes of the reservoir.
func (p *packer) flush() {
	binary.LittleEndian.PutUint64(p.out[p.at:], p.acc)

	p.at += int(p.n >> 3)
	p.acc >>= p.n &^ 7 & 63
	p.n &= 7
}

// literals adds literals. Three codes have at most 45 bits; with those that are left, they
// are fewer than 64.
func (p *packer) literals(data []byte, codes *[allLiterals]code) {
	const each = 3

	for ; len(data) >= each; data = data[each:] {
		first, second, third := codes[data[0]], codes[data[1]], codes[data[2]]

		p.add(uint64(first.bits), uint(first.length))
		p.add(uint64(second.bits), uint(second.length))
		p.add(uint64(third.bits), uint(third.length))
		p.flush()
	}

	for _, value := range data {
		p.add(uint64(codes[value].bits), uint(codes[value].length))
	}

	p.flush()
}
