package decoder

import (
	"math/rand/v2"
	"testing"

	"triptych/picture/webp/vp8"
)

// TestReader_readBlocks compares the assembly with the decisions of reader.bit, on random data
// under random probabilities.
func TestReader_readBlocks(t *testing.T) {
	if !quickTokens {
		t.Skip("no assembly for this processor")
	}

	random := rand.New(rand.NewPCG(11, 12))

	for range 3000 {
		var b bands

		// High probabilities of zeros make short blocks, and low ones large levels.
		low, spread := 1+random.IntN(255), 1+random.IntN(255)

		for i := range b {
			for context := range b[i] {
				for node := range b[i][context] {
					b[i][context][node] = uint8(min(low+random.IntN(spread), 255))
				}
			}
		}

		data := make([]byte, 2*vp8.LumaBlocks*longestBlock)
		for i := range data {
			data[i] = uint8(random.Uint32N(impossible))
		}

		quick := newReader(data)
		plain := quick
		steps := [2]int32{random.Int32N(158), random.Int32N(158)}

		for _, square := range []struct{ count, side, first int }{{16, 4, 1}, {4, 2, 0}, {16, 4, 0}} {
			if !sameBlocks(t, &quick, &plain, &b, &steps, square.count, square.side, square.first) {
				break
			}
		}
	}
}

// sameBlocks reads a square in both ways. It returns false if the data may end.
func sameBlocks(t *testing.T, quick, plain *reader, b *bands, steps *[2]int32, count, side, first int) bool {
	t.Helper()

	var (
		blocks, want               [vp8.LumaBlocks]vp8.Coefficients
		ends                       [vp8.LumaBlocks]uint8
		above, left, aboves, lefts [vp8.BlockSide]uint8
		large, larger              uint32
	)

	if !quick.readBlocks(b, first, steps, blocks[:count], ends[:count], above[:side], left[:side], &large) {
		return false
	}

	for i := range count {
		end := plain.plainly(b, int(aboves[i%side]+lefts[i/side]), first, steps, &want[i], &larger)
		aboves[i%side], lefts[i/side] = bit(end > first), bit(end > first)

		if int(ends[i]) != end {
			t.Fatalf("block %d has %d tokens, not %d", i, ends[i], end)
		}
	}

	if blocks != want || above != aboves || left != lefts || large != larger {
		t.Fatal("the assembly reads other coefficients")
	}

	if quick.span != plain.span || 8*quick.at-quick.count != 8*plain.at-plain.count {
		t.Fatalf("the state is %+v, not %+v", quick, plain)
	}

	return true
}
