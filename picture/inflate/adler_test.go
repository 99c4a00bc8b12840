package inflate

import (
	"hash/adler32"
	"math/rand/v2"
	"testing"
)

func TestAdler(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))

	for _, length := range []int{0, 1, 7, 8, 127, 128, 129, 5552, 65_535, 65_536, 1_000_003} {
		for _, kind := range []string{"noise", "ones"} {
			data := make([]byte, length)
			for i := range data {
				data[i] = 255
				if kind == "noise" {
					data[i] = byte(random.Uint32())
				}
			}

			sum := adler{a: 1}

			for rest := data; len(rest) > 0; {
				n := min(1+random.IntN(100_000), len(rest))
				sum.add(rest[:n])
				rest = rest[n:]
			}

			if got, want := sum.value(), adler32.Checksum(data); got != want {
				t.Errorf("%d bytes of %s: got %08x, want %08x", length, kind, got, want)
			}
		}
	}
}
