package inflate_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"triptych/picture/inflate"
)

func TestReader_allLevels(t *testing.T) {
	random := fixed()

	for _, length := range []int{0, 1, 2, 7, 100, 5000, 200_000} {
		for name, data := range contents(random, length) {
			for _, level := range levels {
				if length > 5000 && level%2 != 0 {
					continue // Packing takes long.
				}

				for i, packed := range [][]byte{pack(t, data, level), packOther(t, data, level)} {
					row := 1 + random.IntN(min(max(length, 1), inflate.MaxNext))

					got, err := unpack(inflate.NewReader(inflate.Parts(cut(random, packed, 1+random.IntN(10_000))...)), row)
					if err != nil || !bytes.Equal(got, data) {
						t.Fatalf("%s, %d bytes, level %d, writer %d: %d bytes, %v, the first difference at %d",
							name, length, level, i, len(got), err, difference(got, data))
					}
				}
			}
		}
	}
}

func TestReader_samples(t *testing.T) {
	for name, packed := range sampleStreams(t) {
		want, err := unpackStandard(packed)
		if err != nil {
			t.Fatal(err)
		}

		for _, row := range []int{1, 1000, inflate.MaxNext} {
			got, err := unpack(inflate.NewReader(inflate.Parts(packed)), row)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %d bytes, want %d, %v", name, len(got), len(want), err)
			}
		}
	}
}

// An encoder that is flushed after each row, however short, writes an accepted stream.
func TestReader_flushedRows(t *testing.T) {
	random := fixed()

	for _, row := range []int{1, 2, 7, 40} {
		for _, level := range []int{1, 6, -2} {
			data := contents(random, 10_000*row)["pixels"]

			var packed bytes.Buffer

			writer, err := zlib.NewWriterLevel(&packed, level)
			if err != nil {
				t.Fatal(err)
			}

			for at := 0; at < len(data); at += row {
				if _, err := writer.Write(data[at : at+row]); err != nil {
					t.Fatal(err)
				}

				if err := writer.Flush(); err != nil {
					t.Fatal(err)
				}
			}

			if err := writer.Close(); err != nil {
				t.Fatal(err)
			}

			got, err := unpack(inflate.NewReader(inflate.Parts(packed.Bytes())), 10_000)
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("rows of %d bytes, level %d: %d bytes, %v", row, level, len(got), err)
			}
		}
	}
}

// Bytes after the stream are not read as data, and Offset is the length of the stream.
func TestReader_Offset(t *testing.T) {
	random := fixed()
	data := contents(random, 50_000)["pixels"]
	packed := pack(t, data, 6)
	file := append(bytes.Clone(packed), "more than eight bytes behind it"...)

	for most := 1; most < 200_000; most *= 3 {
		reader := inflate.NewReader(inflate.Parts(cut(random, file, most)...))
		if got, err := unpack(reader, 600); err != nil || !bytes.Equal(got, data) {
			t.Fatal(err)
		}

		if got := reader.Offset(); got != int64(len(packed)) {
			t.Errorf("parts of up to %d bytes: got %d, want %d", most, got, len(packed))
		}
	}
}

func TestReader_Read(t *testing.T) {
	random := fixed()
	data := contents(random, 400_000)["runs"]
	reader := inflate.NewReader(inflate.Parts(pack(t, data, 6)))

	got, err := io.ReadAll(reader)
	if err != nil || !bytes.Equal(got, data) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}

	if n, err := reader.Read(nil); n != 0 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
}

// The output of any data, in any parts and any rows, is the data.
func TestReader_roundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var data []byte

		for range rapid.IntRange(0, 6).Draw(r, "pieces") {
			unit := rapid.SliceOfN(rapid.Byte(), 1, 60).Draw(r, "unit")
			data = append(data, bytes.Repeat(unit, rapid.IntRange(1, 3000).Draw(r, "times"))...)

			// A match far back.
			if from := len(data) - rapid.IntRange(1, 32<<10).Draw(r, "back"); from >= 0 {
				data = append(data, data[from:from+min(len(data)-from, 300)]...)
			}
		}

		packed := pack(t, data, rapid.SampledFrom(levels).Draw(r, "level"))
		random := rand.New(rand.NewPCG(1, rapid.Uint64().Draw(r, "parts")))
		reader := inflate.NewReader(inflate.Parts(cut(random, packed, rapid.IntRange(1, 5000).Draw(r, "part"))...))

		var got []byte

		for {
			row, err := reader.Next(rapid.IntRange(1, inflate.MaxNext).Draw(r, "row"))
			got = append(got, row...)

			if errors.Is(err, io.EOF) {
				break
			}

			if err != nil {
				r.Fatal(err)
			}
		}

		if !bytes.Equal(got, data) {
			r.Fatalf("%d bytes, want %d, the first difference at %d", len(got), len(data), difference(got, data))
		}
	})
}

// The reader allocates nothing for a stream, whatever the stream contains.
func TestReader_Reset_allocatesNothing(t *testing.T) {
	packed := pack(t, contents(fixed(), 100_000)["skewed"], 6)
	source := &again{part: packed}
	reader := inflate.NewReader(source)

	allocations := testing.AllocsPerRun(10, func() {
		source.done = false
		reader.Reset(source)

		for {
			if _, err := reader.Next(1000); err != nil {
				return
			}
		}
	})

	if allocations > 0 {
		t.Errorf("%v allocations", allocations)
	}
}

// again is a source of one part that can start again.
type again struct {
	part []byte
	done bool
}

func (a *again) Next() ([]byte, bool) {
	done := a.done
	a.done = true

	return a.part, !done
}

// FuzzReader compares the reader with compress/zlib on any bytes.
func FuzzReader(f *testing.F) {
	random := fixed()

	for _, data := range contents(random, 400) {
		for _, level := range []int{0, 1, 6, -2} {
			f.Add(pack(f, data, level), false, uint16(10), uint16(100))
			f.Add(pack(f, data, level)[2:], true, uint16(1), uint16(1000))
		}
	}

	f.Fuzz(func(t *testing.T, packed []byte, raw bool, part, row uint16) {
		if raw {
			packed = stream(packed)
		}

		random := rand.New(rand.NewPCG(uint64(part), uint64(row)))
		newPair().same(t, packed, cut(random, packed, 1+int(part)), 1+int(row))
	})
}
