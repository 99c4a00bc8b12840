package encoder

import (
	"math/rand/v2"
	"testing"
)

func TestOptimalCodes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 4))

	for round := range 500 {
		var frequencies [symbols]uint32

		used := 1 + random.IntN(162)
		for range used {
			frequencies[random.IntN(symbols)] = 1 + random.Uint32N(1<<random.UintN(24))
		}

		if round%5 == 0 { // Frequencies like the Fibonacci numbers cause the longest codes.
			for i, a, b := 0, uint32(1), uint32(1); i < 40; i, a, b = i+1, b, a+b {
				frequencies[i] = a
			}
		}

		table := optimal(&frequencies)
		seen := map[uint8]bool{}

		for _, symbol := range table.symbols {
			if seen[symbol] || frequencies[symbol] == 0 {
				t.Fatalf("round %d: symbol %d has two codes, or has a code but does not occur", round, symbol)
			}

			seen[symbol] = true
		}

		var total, room int

		for l, count := range table.lengths {
			total += int(count)
			room += int(count) << (maxLength - 1 - l)
		}

		for symbol, n := range frequencies {
			if n > 0 && !seen[uint8(symbol)] {
				t.Fatalf("round %d: symbol %d has no code", round, symbol)
			}
		}

		// The codes fit into 16 bits (Kraft's inequality), and the code of all ones is not used.
		if total != len(table.symbols) || room > 1<<maxLength-1 {
			t.Fatalf("round %d: %d codes for %d symbols, %d of 65,535 taken", round, total, len(table.symbols), room)
		}

		// A more frequent symbol never has a longer code.
		length := map[uint8]int{}

		at := 0

		for l, count := range table.lengths {
			for range count {
				length[table.symbols[at]] = l
				at++
			}
		}

		for a, l := range length {
			for b, m := range length {
				if frequencies[a] > frequencies[b] && l > m {
					t.Fatalf("round %d: %d occurs %d times with length %d, %d %d times with %d",
						round, a, frequencies[a], l+1, b, frequencies[b], m+1)
				}
			}
		}
	}

	if empty := optimal(&[symbols]uint32{}); len(empty.symbols) != 0 {
		t.Errorf("no symbols have the table %v", empty)
	}

	one := optimal(&[symbols]uint32{5: 9})
	if one.lengths != [maxLength]uint8{1} || one.symbols[0] != 5 {
		t.Errorf("one symbol has the table %v", one)
	}
}

func TestStuffing(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 5))

	for range 20000 {
		word := random.Uint64() | random.Uint64() | random.Uint64() // Many bits are 1.

		var want []byte

		for shift := 56; shift >= 0; shift -= 8 {
			want = append(want, byte(word>>shift))
			if byte(word>>shift) == 0xff {
				want = append(want, 0)
			}
		}

		if got := appendWord(nil, word); string(got) != string(want) {
			t.Fatalf("%x is written as %x, want %x", word, got, want)
		}
	}
}
