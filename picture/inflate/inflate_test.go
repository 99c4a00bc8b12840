package inflate_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"triptych/picture/failure"
	"triptych/picture/inflate"
)

func fixed() *rand.Rand { return rand.New(rand.NewPCG(11, 12)) }

// cut returns data in parts of random lengths, some of which are empty.
func cut(random *rand.Rand, data []byte, most int) [][]byte {
	var parts [][]byte

	for len(data) > 0 {
		n := min(random.IntN(most+1), len(data))
		parts = append(parts, data[:n:n])
		data = data[n:]
	}

	return parts
}

// unpack returns the output of a reader, in rows of a length.
func unpack(reader *inflate.Reader, row int) ([]byte, error) {
	var output []byte

	for {
		next, err := reader.Next(row)
		output = append(output, next...)

		if errors.Is(err, io.EOF) {
			return output, nil
		}

		if err != nil {
			return output, err
		}
	}
}

// pair has a reader of each package, for many streams.
type pair struct {
	ours     *inflate.Reader
	standard io.ReadCloser
}

func newPair() *pair { return &pair{ours: inflate.NewReader(inflate.Parts())} }

// unpackStandard returns the output of compress/zlib.
func (p *pair) unpackStandard(packed []byte) (output []byte, err error) {
	if p.standard == nil {
		p.standard, err = zlib.NewReader(bytes.NewReader(packed))
	} else {
		err = p.standard.(zlib.Resetter).Reset(bytes.NewReader(packed), nil)
	}

	if err != nil {
		return nil, err
	}

	return io.ReadAll(p.standard)
}

// same compares the reader with compress/zlib for a stream of any bytes.
func (p *pair) same(t testing.TB, packed []byte, parts [][]byte, row int) {
	t.Helper()

	const dictionary = 1 << 5

	p.ours.Reset(inflate.Parts(parts...))
	got, err := unpack(p.ours, row)

	want, wantErr := p.unpackStandard(packed)
	if wantErr != nil {
		want = want[:min(len(want), len(got))] // Ours may stop later, or earlier without an end of a block.
	}

	switch {
	case err != nil && failure.KindOf(err) == "":
		t.Fatalf("not a failure: %v", err)
	case len(packed) > 1 && packed[1]&dictionary != 0 && err != nil:
	case (err == nil) != (wantErr == nil):
		t.Fatalf("ours: %v, compress/zlib: %v", err, wantErr)
	case !bytes.HasPrefix(got, want) || err == nil && len(got) != len(want):
		t.Fatalf("%d bytes, want %d, the first difference at %d", len(got), len(want), difference(got, want))
	}
}

// difference is the place of the first difference.
func difference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}

	return min(len(a), len(b))
}

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

func TestReader_truncated(t *testing.T) {
	random, readers := fixed(), newPair()
	reader := inflate.NewReader(inflate.Parts())

	for name, data := range contents(random, 400) {
		for _, level := range levels {
			packed := pack(t, data, level)

			for length := range packed {
				cutAt := packed[:length]
				readers.same(t, cutAt, [][]byte{cutAt}, 100)

				reader.Reset(inflate.Parts(cut(random, cutAt, 9)...))

				got, err := unpack(reader, 100)
				if !failure.Is(err, failure.Truncated) || !bytes.HasPrefix(data, got) {
					t.Fatalf("%s, level %d, %d of %d bytes: %v", name, level, length, len(packed), err)
				}
			}
		}
	}
}

func TestReader_wrongBits(t *testing.T) {
	random, readers := fixed(), newPair()

	for _, data := range contents(random, 200) {
		for _, level := range []int{1, 6, -2} {
			packed := pack(t, data, level)

			for at := range len(packed) * 8 {
				wrong := bytes.Clone(packed)
				wrong[at/8] ^= 1 << (at % 8)

				readers.same(t, wrong, cut(random, wrong, 40), 70)
			}
		}
	}
}

// Random complete codes have all lengths up to 15, so both second tables are used.
func TestReader_longCodes(t *testing.T) {
	random, readers := fixed(), newPair()

	for range 300 {
		literals := completeLengths(random, 286, 2+random.IntN(285), 15)
		if literals[256] == 0 {
			continue
		}

		distances := completeLengths(random, 30, 2+random.IntN(29), 15)

		var writer bitWriter

		writer.dynamicHeader(literals, distances)

		literalCodes, distanceCodes := canonical(literals), canonical(distances)

		for range 2000 {
			symbol := random.IntN(286)
			if symbol == 256 || literalCodes[symbol].length == 0 {
				continue
			}

			writer.code(literalCodes[symbol])

			if symbol < 256 {
				continue
			}

			writer.write(random.Uint64(), lengthExtra(symbol))

			place := random.IntN(30)
			for distanceCodes[place].length == 0 || place > 16 && random.IntN(4) > 0 {
				place = random.IntN(30)
				if distanceCodes[place].length > 0 && random.IntN(20) == 0 {
					break
				}
			}

			writer.code(distanceCodes[place])
			writer.write(random.Uint64(), uint(max(place/2-1, 0)))
		}

		writer.code(literalCodes[256])

		packed := stream(writer.bytes)
		readers.same(t, packed, cut(random, packed, 3000), 1000)
	}
}

// lengthExtra is the number of extra bits of a length (3.2.5).
func lengthExtra(symbol int) uint {
	if symbol < 265 || symbol == 285 {
		return 0
	}

	return uint(symbol-261) / 4
}

// A match may begin at each distance, and may have each length.
func TestReader_allMatches(t *testing.T) {
	random, readers := fixed(), newPair()

	literals := make([]byte, 286)
	for i := range literals {
		literals[i] = 8
		if i < 226 {
			literals[i] = 8
		}
	}

	for i := 226; i < 286; i++ { // 226 codes of 8 bits and 60 of 9.
		literals[i] = 9
	}

	distances := make([]byte, 30)
	for i := range distances {
		distances[i] = 5
		if i < 2 {
			distances[i] = 4
		}
	}

	literalCodes, distanceCodes := canonical(literals), canonical(distances)

	for distance := 1; distance < 40; distance++ {
		var writer bitWriter

		writer.dynamicHeader(literals, distances)

		for range distance {
			writer.code(literalCodes[random.IntN(226)])
		}

		for length := 3; length <= 258; length++ {
			symbol, base := 257, 3
			for symbol < 284 && base+1<<lengthExtra(symbol) <= length {
				base += 1 << lengthExtra(symbol)
				symbol++
			}

			writer.code(literalCodes[symbol])
			writer.write(uint64(length-base), lengthExtra(symbol))

			place, from := 0, 1
			for from+1<<max(place/2-1, 0) <= distance {
				from += 1 << max(place/2-1, 0)
				place++
			}

			writer.code(distanceCodes[place])
			writer.write(uint64(distance-from), uint(max(place/2-1, 0)))
			writer.code(literalCodes[random.IntN(226)])
		}

		writer.code(literalCodes[256])

		packed := stream(writer.bytes)
		readers.same(t, packed, [][]byte{packed}, 1000)
	}
}

func TestReader_errors(t *testing.T) {
	lengths := func(literals, distances []byte) []byte {
		var writer bitWriter

		writer.dynamicHeader(literals, distances)
		writer.write(0, 64)

		return stream(writer.bytes)
	}
	with := func(count int, values ...byte) []byte { return append(values, make([]byte, count-len(values))...) }
	bitsOf := func(pairs ...uint64) []byte {
		var writer bitWriter

		for i := 0; i < len(pairs); i += 2 {
			writer.write(pairs[i], uint(pairs[i+1]))
		}

		return append([]byte{0x78, 0x9c}, writer.bytes...)
	}

	ended := make([]byte, 257)
	ended[256] = 1

	good := pack(t, []byte("abcabcabc"), 6)

	for name, c := range map[string]struct {
		packed []byte
		kind   failure.Kind
		say    string
	}{
		"no bytes":                        {nil, failure.Truncated, "too early, offset 0"},
		"one byte":                        {good[:1], failure.Truncated, "too early, offset 1"},
		"another method":                  {[]byte("\x77\x85"), failure.Corrupt, "invalid header"},
		"too large a window":              {[]byte("\x88\x1c"), failure.Corrupt, "invalid header"},
		"a wrong check of the header":     {[]byte("\x78\x9d"), failure.Corrupt, "invalid header"},
		"a dictionary":                    {[]byte("\x78\xbb"), failure.Corrupt, "preset dictionary"},
		"a reserved type":                 {bitsOf(7, 3), failure.Corrupt, "type of block"},
		"a wrong length of stored bytes":  {bitsOf(1, 8, 5, 16, 5, 16), failure.Corrupt, "stored block"},
		"half a length of stored bytes":   {bitsOf(1, 8, 5, 16), failure.Truncated, "too early, offset 5"},
		"too few stored bytes":            {bitsOf(1, 8, 5, 16, 0xfffa, 16, 7, 8), failure.Truncated, "too early, offset 8"},
		"287 codes":                       {bitsOf(5, 3, 30, 5, 0, 5, 0, 4), failure.Corrupt, "287 codes"},
		"31 codes of distances":           {bitsOf(5, 3, 0, 5, 30, 5, 0, 4), failure.Corrupt, "31 of distances"},
		"too many codes of lengths":       {bitsOf(5, 3, 0, 5, 0, 5, 0, 4, 0o1111, 12), failure.Corrupt, "code of lengths"},
		"too few codes of lengths":        {bitsOf(5, 3, 0, 5, 0, 5, 0, 4, 0o7777, 12), failure.Corrupt, "code of lengths"},
		"no codes of lengths":             {bitsOf(5, 3, 0, 5, 0, 5, 0, 4, 0, 12), failure.Corrupt, "code of a length"},
		"a repetition of nothing":         {bitsOf(5, 3, 0, 5, 0, 5, 0, 4, 0o0011, 12, 0, 1), failure.Corrupt, "repetition"},
		"too many lengths":                {bitsOf(5, 3, 0, 5, 0, 5, 0, 4, 0o0110, 12, 1, 1, 127, 7, 1, 1, 127, 7), failure.Corrupt, "too many lengths"},
		"no end of the block":             {lengths(with(257, 1, 1), with(1, 1)), failure.Corrupt, "end of a block"},
		"a code that is not complete":     {lengths(append(with(256, 2, 2), 2), with(1, 1)), failure.Corrupt, "literals and lengths"},
		"too many codes":                  {lengths(append(with(256, 1, 1), 1), with(1, 1)), failure.Corrupt, "literals and lengths"},
		"distances that are not complete": {lengths(ended, with(1, 2)), failure.Corrupt, "code of distances"},
		"an unused code":                  {bitsOf(3, 3, 0b01100011, 8), failure.Corrupt, "literal or length"},
		"an unused distance":              {bitsOf(3, 3, 0b00001100, 8, 0b1000000, 7, 0b11111, 5, 0, 20), failure.Corrupt, "distance"},
		"a distance before the start":     {bitsOf(3, 3, 0b1000000, 7, 0, 5, 0, 20), failure.Corrupt, "distance 1 after 0 bytes"},
		"a wrong checksum":                {append(bytes.Clone(good[:len(good)-1]), good[len(good)-1]^1), failure.Corrupt, "invalid checksum"},
		"no checksum":                     {good[:len(good)-4], failure.Truncated, "too early"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := unpackStandard(c.packed); err == nil {
				t.Error("compress/zlib accepts it")
			}

			_, err := unpack(inflate.NewReader(inflate.Parts(c.packed)), 10)

			broken, ok := errors.AsType[*failure.Error](err)
			if !ok || broken.Kind != c.kind || !strings.Contains(fmt.Sprintf("%v, offset %d", err, broken.Offset), c.say) {
				t.Errorf("got %v, want %s with %q", err, c.kind, c.say)
			}
		})
	}
}

// The error arrives after the last byte before it, and again at each call.
func TestReader_Next_errorAfterOutput(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789"), 10)
	packed := pack(t, data, 6)
	packed[len(packed)-1] ^= 1

	reader := inflate.NewReader(inflate.Parts(packed))

	for range 9 {
		if row, err := reader.Next(10); err != nil || string(row) != "0123456789" {
			t.Fatalf("got %q, %v", row, err)
		}
	}

	if rest, err := reader.Next(30); string(rest) != "0123456789" || !failure.Is(err, failure.Corrupt) {
		t.Errorf("got %q, %v", rest, err)
	}

	for range 2 {
		if rest, err := reader.Next(1); len(rest) > 0 || !failure.Is(err, failure.Corrupt) {
			t.Errorf("got %q, %v", rest, err)
		}
	}

	if _, err := reader.Next(inflate.MaxNext + 1); !errors.Is(err, io.ErrShortBuffer) {
		t.Errorf("got %v", err)
	}
}

// emptyBlocks returns a stream of count blocks that have no data, before one byte of data.
func emptyBlocks(kind string, count int) []byte {
	var writer bitWriter

	for range count {
		switch kind {
		case "stored":
			writer.write(0, 3)
			writer.write(0, -writer.n%8)
			writer.write(0xffff0000, 32)
		case "fixed":
			writer.write(2, 3)
			writer.write(0, 7)
		default:
			// Codes of one bit for the end of the block, and for one distance.
			writer.write(4, 3)
			writer.write(14<<10, 14)
			writer.write(0o100, 9) // Symbol 18, of 1 bit.
			writer.write(0, 42)
			writer.write(1, 3) // Symbol 1, of 1 bit.
			writer.write(1|127<<1, 8)
			writer.write(1|107<<1, 8)
			writer.write(0, 2)
			writer.write(0, 1)
		}
	}

	writer.write(3, 3)
	writer.write(0b10000110, 8) // The byte "1".
	writer.write(0, 7)

	return stream(writer.bytes)
}

// A stream whose blocks have no data ends with an error after bounded work.
func TestReader_emptyBlocks(t *testing.T) {
	for kind, accepted := range map[string]int{"stored": 16_000, "fixed": 16_000, "dynamic": 1000} {
		t.Run(kind, func(t *testing.T) {
			got, err := unpack(inflate.NewReader(inflate.Parts(emptyBlocks(kind, accepted))), 100)
			if err != nil || string(got) != "1" {
				t.Errorf("%d blocks: got %q, %v", accepted, got, err)
			}

			many := emptyBlocks(kind, 2*accepted)
			if output, err := unpackStandard(many); err != nil || string(output) != "1" {
				t.Fatalf("compress/zlib: %q, %v", output, err)
			}

			reader := inflate.NewReader(inflate.Parts(many))
			if _, err := reader.Next(1); !failure.Is(err, failure.Corrupt) || !strings.Contains(err.Error(), "too many blocks") {
				t.Errorf("%d blocks: %v", 2*accepted, err)
			}

			if used := reader.Offset(); used > int64(len(many))*3/4 {
				t.Errorf("%d of %d bytes were used before the error", used, len(many))
			}
		})
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
