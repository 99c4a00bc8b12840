package deflate_test

import (
	"bytes"
	"compress/zlib"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"triptych/picture/deflate"
)

// unpack returns the output of compress/zlib.
func unpack(t testing.TB, packed []byte) []byte {
	t.Helper()

	reader, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}

	data, err := io.ReadAll(reader)
	if err != nil {
		t.Fatalf("after %d bytes: %v", len(data), err)
	}

	return data
}

// pack compresses data, in parts of random lengths.
func pack(random *rand.Rand, data []byte, most int) []byte {
	return packEffort(random, data, most, deflate.Fast)
}

func packEffort(random *rand.Rand, data []byte, most int, effort deflate.Effort) []byte {
	writer := deflate.NewWriterEffort(nil, effort)

	for len(data) > 0 {
		n := min(1+random.IntN(most), len(data))
		_, _ = writer.Write(data[:n])
		data = data[n:]
	}

	return writer.Close()
}

// A stream does not depend on the streams that the writer wrote before.
func TestWriter_Reset(t *testing.T) {
	for _, effort := range []deflate.Effort{deflate.Fast, deflate.Medium, deflate.Most} {
		var (
			random = fixed()
			reused = deflate.NewWriterEffort(nil, effort)
		)

		for _, length := range []int{200_000, 0, 1, 7, 300, 5_000, 70_000, 12, 40_000} {
			for _, name := range slices.Sorted(maps.Keys(contents(random, length))) {
				data := contents(random, length)[name]

				reused.Reset(nil)

				_, _ = reused.Write(data)
				fresh := deflate.NewWriterEffort(nil, effort)
				_, _ = fresh.Write(data)

				if !bytes.Equal(reused.Close(), fresh.Close()) {
					t.Errorf("effort %d, %d bytes of %s: a reused writer writes other bytes", effort, length, name)
				}
			}
		}
	}
}

func fixed() *rand.Rand { return rand.New(rand.NewPCG(21, 22)) }

// contents returns data of different kinds.
func contents(random *rand.Rand, length int) map[string][]byte {
	made := map[string][]byte{"zeros": make([]byte, length)}
	noise, skewed, runs := make([]byte, length), make([]byte, length), make([]byte, 0, length)

	for i := range noise {
		noise[i] = byte(random.Uint32())

		for skewed[i] < 200 && random.Uint32()%3 != 0 {
			skewed[i]++
		}

		skewed[i] *= 37
	}

	for len(runs) < length {
		unit := noise[:min(1+random.IntN(12), length)]
		runs = append(runs, bytes.Repeat(unit, 1+random.IntN(300))...)
		runs = append(runs, byte(random.Uint32()))

		if from := len(runs) - random.IntN(33_000); from >= 0 { // A match far back.
			runs = append(runs, runs[from:min(len(runs), from+300)]...)
		}
	}

	made["noise"], made["skewed"], made["runs"] = noise, skewed, runs[:length]
	made["text"] = bytes.Repeat([]byte("Every sentence should be understood at the first reading. "), length/50+1)[:length]

	return made
}

func TestWriter_roundTrip(t *testing.T) {
	random := fixed()

	for _, length := range []int{0, 1, 2, 3, 4, 5, 9, 100, 5000, 65_534, 65_535, 65_536, 400_000} {
		for name, data := range contents(random, length) {
			for _, effort := range []deflate.Effort{deflate.Fast, deflate.Medium, deflate.Most} {
				packed := packEffort(random, data, 1+random.IntN(100_000), effort)

				if got := unpack(t, packed); !bytes.Equal(got, data) {
					t.Errorf("%d bytes of %s, effort %d: got %d other bytes", length, name, effort, len(got))
				}

				if most := length + 5*(length/65_535+1) + 8; len(packed) > most {
					t.Errorf("%d bytes of %s, effort %d: %d bytes, more than %d", length, name, effort, len(packed), most)
				}
			}
		}
	}
}

// The stream does not depend on how the data is divided.
func TestWriter_Write_parts(t *testing.T) {
	random := fixed()

	for name, data := range contents(random, 200_000) {
		if a, b := pack(random, data, 200_000), pack(random, data, 700); !bytes.Equal(a, b) {
			t.Errorf("%s: the streams differ", name)
		}
	}
}

// The result is at most a twentieth larger than that of compress/zlib at its default level.
// Only runs, which it searches more thoroughly, may be two fifths larger.
func TestWriter_size(t *testing.T) {
	random := fixed()

	for name, data := range contents(random, 300_000) {
		var want bytes.Buffer

		writer := zlib.NewWriter(&want)
		_, _ = writer.Write(data)
		_ = writer.Close()

		most := want.Len()*21/20 + 50
		if name == "runs" {
			most = want.Len() * 7 / 5
		}

		if got := len(pack(random, data, 1000)); got > most {
			t.Errorf("%s: %d bytes, compress/zlib %d", name, got, want.Len())
		}
	}
}

// The thorough search needs fewer bytes than the fast one where there are matches.
func TestWriter_effort(t *testing.T) {
	random := fixed()

	for name, data := range contents(random, 300_000) {
		fast := len(packEffort(random, data, 1000, deflate.Fast))
		medium := len(packEffort(random, data, 1000, deflate.Medium))
		most := len(packEffort(random, data, 1000, deflate.Most))

		if name == "runs" && max(medium, most) >= fast || max(medium, most) > fast+fast/100+20 {
			t.Errorf("%s: %d, %d and %d bytes", name, fast, medium, most)
		}
	}
}

// Frequencies that grow like the Fibonacci numbers have the deepest Huffman tree, which is
// above the limit of 15 bits.
func TestWriter_longCodes(t *testing.T) {
	random := fixed()

	var data []byte

	for value, a, b := 0, 1, 1; len(data) < 60_000; value, a, b = value+1, b, a+b {
		data = append(data, bytes.Repeat([]byte{byte(value)}, a)...)
	}

	random.Shuffle(len(data), func(i, j int) { data[i], data[j] = data[j], data[i] })

	if got := unpack(t, pack(random, data, 1000)); !bytes.Equal(got, data) {
		t.Errorf("got %d other bytes", len(got))
	}
}

// FuzzWriter compresses any data, and decompresses it with compress/zlib.
func FuzzWriter(f *testing.F) {
	for _, data := range contents(fixed(), 600) {
		f.Add(data, uint8(1), uint16(100))
		f.Add(data, uint8(200), uint16(3))
	}

	f.Fuzz(func(t *testing.T, data []byte, times uint8, part uint16) {
		data = bytes.Repeat(data, 1+int(times))
		if len(data) > 1<<18 {
			data = data[:1<<18]
		}

		for _, effort := range []deflate.Effort{deflate.Fast, deflate.Medium, deflate.Most} {
			if got := unpack(t, packEffort(fixed(), data, 1+int(part), effort)); !bytes.Equal(got, data) {
				t.Fatalf("effort %d: the output differs", effort)
			}
		}
	})
}
