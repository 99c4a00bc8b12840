package inflate_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/inflate"
)

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
