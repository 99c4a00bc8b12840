package png

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// predicted is the definition of 9.4.
func predicted(a, b, c int) byte {
	distance := func(p, q int) int { return max(p-q, q-p) }
	p := a + b - c

	switch pa, pb, pc := distance(p, a), distance(p, b), distance(p, c); {
	case pa <= pb && pa <= pc:
		return byte(a)
	case pb <= pc:
		return byte(b)
	default:
		return byte(c)
	}
}

func TestPaeth_everyThreeBytes(t *testing.T) {
	for a := range 256 {
		for b := range 256 {
			for c := range 256 {
				if got, want := paeth(a, b, c), predicted(a, b, c); got != want {
					t.Fatalf("paeth(%d, %d, %d) = %d, want %d", a, b, c, got, want)
				}
			}
		}
	}
}

// unfilterPlain undoes a filter by table 9 of 9.2, one byte at a time.
func unfilterPlain(filter byte, row, last []byte, step int) {
	for i := range row {
		var a, b, c int
		if b = int(last[i]); i >= step {
			a, c = int(row[i-step]), int(last[i-step])
		}

		row[i] += [...]byte{0, byte(a), byte(b), byte((a + b) / 2), predicted(a, b, c)}[filter]
	}
}

func TestUnfilter(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))

	for filter := range byte(5) {
		for _, step := range []int{1, 2, 3, 4, 6, 8} {
			for pixels := 1; pixels < 40; pixels++ {
				row, last := make([]byte, pixels*step), make([]byte, pixels*step)
				for i := range row {
					row[i], last[i] = byte(random.Uint32()), byte(random.Uint32())
				}

				want := bytes.Clone(row)
				unfilterPlain(filter, want, last, step)

				if !unfilter(filter, row, last, step) || !bytes.Equal(row, want) {
					t.Fatalf("filter %d, step %d, %d pixels: got %x, want %x", filter, step, pixels, row, want)
				}
			}
		}
	}

	if unfilter(5, make([]byte, 3), make([]byte, 3), 3) {
		t.Error("there is no filter 5")
	}
}

func BenchmarkUnfilter(b *testing.B) {
	for filter, name := range []string{1: "sub", 2: "up", 3: "average", 4: "paeth"} {
		if name == "" {
			continue
		}

		for _, step := range []int{1, 3, 4, 6} {
			b.Run(name+"/"+string(rune('0'+step)), func(b *testing.B) {
				random := rand.New(rand.NewPCG(1, 1))
				row, last := make([]byte, 12000), make([]byte, 12000)

				for i := range row {
					row[i], last[i] = byte(random.Uint32()), byte(random.Uint32())
				}

				b.SetBytes(int64(len(row)))

				for b.Loop() {
					unfilter(byte(filter), row, last, step)
				}
			})
		}
	}
}
