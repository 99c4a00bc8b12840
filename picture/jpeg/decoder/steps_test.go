package decoder

import (
	"testing"

	"pgregory.net/rapid"
)

// drawTable draws a Huffman table: codes for a number of symbols, not always as many as
// fit, and never the code of ones only.
func drawTable(t *rapid.T, symbols []byte, dc bool) *huffman {
	var counts [maxCodeLength]byte

	given, room := 0, 1

	for length := range counts {
		room *= 2
		count := rapid.IntRange(0, min(room-1, len(symbols)-given)).Draw(t, "codes of a length")
		counts[length] = byte(count)
		given += count
		room -= count
	}

	table := new(huffman)
	if !table.define(counts, symbols[:given], dc) {
		t.Fatal("more codes than fit")
	}

	return table
}

// acSymbols returns most AC symbols of sequential files, and one that such files do not
// have.
func acSymbols(t *rapid.T) []byte {
	all := []byte{0x00, 0xf0, 0x50}

	for run := range 16 {
		for size := 1; size <= 10; size++ {
			all = append(all, byte(run<<4|size))
		}
	}

	return rapid.Permutation(all).Draw(t, "symbols")
}

// stepped reads symbols one by one until the given number of bits is used, and returns
// how far they advance.
func stepped(h *huffman, acc uint64, bits uint) (used uint, advance int, values []int16, ends bool) {
	for used < bits && !ends {
		more, further, value, ok := h.step(acc << used)
		if !ok {
			break
		}

		used += more
		ends = further == beyondBlock

		if !ends {
			advance += further

			values = append(values, value)
		}
	}

	return used, advance, values, ends
}

// The tables for several symbols yield the same as reading symbols one by one.
func TestStepTables(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawTable(t, acSymbols(t), false)
		h.makeSkip()
		h.makePairs()

		for range 200 {
			acc := rapid.Uint64().Draw(t, "bits")
			skip, pairs := uint(h.skip.whole()[acc>>(64-skipBits)]), h.pairs[acc>>(64-lookBits)]

			if skip&stepNone == 0 {
				used, advance, _, ends := stepped(h, acc, skip&stateBits)
				if got := skip >> stateShift & stateBits; used != skip&stateBits || advance != int(got) || ends != (skip&stepEnd != 0) {
					t.Errorf("%012b is skipped as %014b, want %d bits, %d coefficients, end %v", acc>>(64-skipBits), skip, used, advance, ends)
				}
			} else if used, _, _, _ := stepped(h, acc, 1); h.codeLength(acc) <= skipBits && used > 0 {
				t.Errorf("%012b is not skipped", acc>>(64-skipBits))
			}

			checkPair(t, h, acc, pairs)
		}
	})
}

func checkPair(t *rapid.T, h *huffman, acc uint64, p pairEntry) {
	t.Helper()

	bits := uint(p & stateBits)
	if p&stepNone != 0 {
		if used, _, _, _ := stepped(h, acc, 1); used > 0 && used <= lookBits {
			t.Errorf("%010b is not a pair", acc>>(64-lookBits))
		}

		return
	}

	used, advance, values, ends := stepped(h, acc, bits)
	if used != bits || bits > lookBits || advance != int(p>>stateShift&stateBits) || ends != (p&stepEnd != 0) {
		t.Errorf("%010b is the pair %x, want %d bits, %d coefficients, end %v", acc>>(64-lookBits), uint64(p), used, advance, ends)
	}

	var found []int16
	if p>>pairAdvance > 0 {
		found = append(found, int16(p>>pairFirst))
	}

	if p.first(0) != uint(p>>stateShift&stateBits) {
		found = append(found, int16(p>>pairSecond))
	} else if int16(p>>pairSecond) != int16(p>>pairFirst) {
		t.Errorf("%010b has a second value, want one", acc>>(64-lookBits))
	}

	if len(found) != len(values) || len(found) > 0 && found[0] != values[0] || len(found) > 1 && found[1] != values[1] {
		t.Errorf("%010b has values %d, want %d", acc>>(64-lookBits), found, values)
	}
}

// codeLength returns the length of the code at the top of acc, or more than any code has.
func (h *huffman) codeLength(acc uint64) uint {
	if e := h.resolve(h.look[acc>>(64-lookBits)], acc); e != 0 && e&special != 0 {
		return e.bits()
	}

	for length := uint(1); length <= maxCodeLength; length++ {
		if int32(acc>>(64-length)) <= h.maxCode[length] {
			return length
		}
	}

	return maxCodeLength + 1
}

// A block starts with a difference and the steps that follow it.
func TestOpenTable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		dc := drawTable(t, rapid.Permutation([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}).Draw(t, "sizes"), true)
		ac := drawTable(t, acSymbols(t), false)
		ac.makeSkip()
		open := makeOpen(dc, ac)

		for range 200 {
			acc := rapid.Uint64().Draw(t, "bits")
			entry := open[acc>>(64-openBits)]
			used, difference, ok := dc.difference(acc)

			if entry&stepNone != 0 {
				if ok && used <= openBits {
					t.Errorf("%011b opens no block", acc>>(64-openBits))
				}

				continue
			}

			bits := uint(entry & stateBits)
			more, advance, _, ends := stepped(ac, acc<<used, bits-used)

			if int32(entry)>>16 != difference || used+more != bits ||
				advance != int(entry>>stateShift&stateBits) || ends != (entry&stepEnd != 0) {
				t.Errorf("%011b opens as %032b, want %d, %d bits, %d coefficients, end %v",
					acc>>(64-openBits), entry, difference, used+more, advance, ends)
			}
		}
	})
}
