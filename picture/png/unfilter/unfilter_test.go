package unfilter

import (
	"bytes"
	"math/rand/v2"
	"strconv"
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
				want := predicted(a, b, c)
				if got := paeth(a, b, c); got != want {
					t.Fatalf("paeth(%d, %d, %d) = %d, want %d", a, b, c, got, want)
				}
			}
		}
	}
}

// plain undoes a filter by table 9 of 9.2, one byte at a time.
func plain(filter byte, row, last []byte, step int) {
	for i := range row {
		var a, b, c int
		if b = int(last[i]); i >= step {
			a, c = int(row[i-step]), int(last[i-step])
		}

		row[i] += [...]byte{0, byte(a), byte(b), byte((a + b) / 2), predicted(a, b, c)}[filter]
	}
}

var allSteps = []int{1, 2, 3, 4, 6, 8}

// Rows have the bytes of table 9, with and without kernels.
func TestRow(t *testing.T) {
	given := kernels

	defer func() { kernels = given }()

	for _, kernels = range []bool{given, false} {
		for filter := range byte(5) {
			for _, step := range allSteps {
				for pixels := range 70 {
					testRow(t, filter, step, pixels)
				}
			}
		}
	}

	row := []byte("abc")
	if Row(5, row, []byte("def"), row, 3) || string(row) != "abc" {
		t.Error("there is no filter 5")
	}
}

func testRow(t *testing.T, filter byte, step, pixels int) {
	t.Helper()

	random := rand.New(rand.NewPCG(uint64(step), uint64(pixels)))
	row, above := make([]byte, pixels*step), make([]byte, pixels*step)

	for i := range row {
		row[i], above[i] = byte(random.Uint32()), byte(random.Uint32())
		if pixels%3 == 0 {
			row[i], above[i] = row[i]|0xfe, above[i]|0xfe
		}
	}

	want := bytes.Clone(row)
	plain(filter, want, above, step)

	behind := bytes.Repeat([]byte{0xa5}, len(row)+8)
	if !Row(filter, behind, bytes.Clone(row), above, step) || !bytes.Equal(behind[:len(row)], want) {
		t.Fatalf("filter %d, step %d, %d pixels: got %x, want %x", filter, step, pixels, behind[:len(row)], want)
	}

	if string(behind[len(row):]) != "\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5" {
		t.Fatalf("filter %d, step %d, %d pixels: bytes behind the row", filter, step, pixels)
	}

	if !Row(filter, row, row, above, step) || !bytes.Equal(row, want) {
		t.Fatalf("filter %d, step %d, %d pixels, in place: got %x, want %x", filter, step, pixels, row, want)
	}
}

func FuzzRow(f *testing.F) {
	f.Add(byte(4), byte(3), []byte("abcdefghijklmnopqrstuvwxyz"))
	f.Add(byte(1), byte(0), []byte("\xff\xff\xff\x01\x80\x80\x7f\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"))

	f.Fuzz(func(t *testing.T, filter, kind byte, data []byte) {
		filter, step := filter%5, allSteps[int(kind)%len(allSteps)]
		length := len(data) / 2 / step * step
		row, above := data[:length], data[length:2*length]

		want, got := bytes.Clone(row), make([]byte, length)
		plain(filter, want, above, step)

		if !Row(filter, got, row, above, step) || !bytes.Equal(got, want) {
			t.Errorf("filter %d, step %d: got %x, want %x", filter, step, got, want)
		}
	})
}

func BenchmarkRow(b *testing.B) {
	for filter, name := range []string{1: "sub", 2: "up", 3: "average", 4: "paeth"} {
		if name == "" {
			continue
		}

		for _, step := range allSteps {
			b.Run(name+"/"+strconv.Itoa(step), func(b *testing.B) {
				random := rand.New(rand.NewPCG(1, 1))
				into, from, above := make([]byte, 12000), make([]byte, 12000), make([]byte, 12000)

				for i := range from {
					from[i], above[i] = byte(random.Uint32()), byte(random.Uint32())
				}

				b.SetBytes(int64(len(from)))

				for b.Loop() {
					Row(byte(filter), into, from, above, step)
				}
			})
		}
	}
}
