package inflate_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

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
