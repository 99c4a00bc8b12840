package deinterleave

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// planesOf returns planes with bytes after their ends, which must not change.
func planesOf(count, pixels int) [][]byte {
	made := make([][]byte, count)
	for i := range made {
		made[i] = bytes.Repeat([]byte{0xa5}, pixels+40)[:pixels]
	}

	return made
}

// Each byte is at its place, for any number of pixels, and no other byte changes, with and
// without kernels.
func TestDeinterleave(t *testing.T) {
	given := kernels

	defer func() { kernels = given }()

	for _, kernels = range []bool{given, false} {
		testDeinterleave(t)
	}
}

func testDeinterleave(t *testing.T) {
	t.Helper()

	random := rand.New(rand.NewPCG(5, 6))

	ways := map[string]struct {
		each, planes int
		run          func(planes [][]byte, from []byte)
	}{
		"three": {3, 3, func(p [][]byte, from []byte) { Three(p[0], p[1], p[2], from) }},
		"four":  {4, 4, func(p [][]byte, from []byte) { Four(p[0], p[1], p[2], p[3], from) }},
		"words": {4, 4, func(p [][]byte, from []byte) {
			words := make([]uint32, len(from)/4)
			for i := range words {
				words[i] = binary.LittleEndian.Uint32(from[4*i:])
			}

			Words(p[0], p[1], p[2], p[3], words)
		}},
		"high": {2, 1, func(p [][]byte, from []byte) { High(p[0], from) }},
	}

	for name, way := range ways {
		for pixels := range 200 {
			from := make([]byte, pixels*way.each)
			for i := range from {
				from[i] = byte(random.Uint32())
			}

			planes := planesOf(way.planes, pixels)
			way.run(planes, from)

			for i, plane := range planes {
				for x, value := range plane {
					if value != from[x*way.each+i] {
						t.Fatalf("%s, %d pixels: plane %d has %d at %d, want %d", name, pixels, i, value, x, from[x*way.each+i])
					}
				}

				if behind := plane[pixels : pixels+40]; !bytes.Equal(behind, bytes.Repeat([]byte{0xa5}, 40)) {
					t.Fatalf("%s, %d pixels: bytes behind plane %d", name, pixels, i)
				}
			}
		}
	}
}

func BenchmarkThree(b *testing.B) {
	planes, from := planesOf(3, 4000), make([]byte, 12000)
	b.SetBytes(int64(len(from)))

	for b.Loop() {
		Three(planes[0], planes[1], planes[2], from)
	}
}
