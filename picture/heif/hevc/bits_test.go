package hevc

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"triptych/picture/failure"
)

// TestBits_golomb reads the codes of clause 9.2, table 9-2 and 9-3.
func TestBits_golomb(t *testing.T) {
	w := &bitWriter{}
	for value := range 300 {
		w.golomb(value)
		w.signed(value - 150)
	}

	in := &bits{data: w.trailing(), part: "a test"}
	for value := range 300 {
		if got := in.golomb(); got != uint32(value) {
			t.Fatalf("ue(v) is %d, want %d", got, value)
		}

		if got := in.signed("value", -150, 150); got != value-150 {
			t.Fatalf("se(v) is %d, want %d", got, value-150)
		}
	}

	if in = (&bits{data: []byte{0b01001100}}); in.golomb() != 1 || in.golomb() != 2 {
		t.Error("codes 010 and 011 are not 1 and 2")
	}
}

// TestBits_errors checks that the first error stays, and that fields after it are zero.
func TestBits_errors(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		read func(*bits)
		kind failure.Kind
	}{
		"the data ends":         {[]byte{0xff}, func(b *bits) { b.uint(9) }, failure.Truncated},
		"a skip over the end":   {[]byte{0xff}, func(b *bits) { b.skip(9) }, failure.Truncated},
		"a long code":           {make([]byte, 9), func(b *bits) { b.golomb() }, failure.Corrupt},
		"a value over a limit":  {[]byte{0b00100000}, func(b *bits) { b.limited("value", 2) }, failure.Corrupt},
		"a value below a range": {[]byte{0b00101000}, func(b *bits) { b.signed("value", -1, 1) }, failure.Corrupt},
		"no alignment":          {[]byte{0}, func(b *bits) { b.align() }, failure.Corrupt},
	} {
		t.Run(name, func(t *testing.T) {
			in := &bits{data: c.data, part: "a test"}
			c.read(in)

			if !failure.Is(in.err, c.kind) {
				t.Errorf("%v, want %s", in.err, c.kind)
			}

			first := in.err

			if in.uint(3) != 0 || in.flag() || in.golomb() != 0 || in.limited("value", 9) != 0 || in.signed("value", 1, 2) != 0 || !errors.Is(in.err, first) {
				t.Error("a field after an error is not zero")
			}
		})
	}
}

// TestUnescaped removes the emulation prevention bytes that an encoder inserts.
func TestUnescaped(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))

	for range 20000 {
		payload := make([]byte, random.IntN(40))
		for i := range payload {
			payload[i] = byte(random.IntN(5))
		}

		coded := escaped(0, payload)[unitHeader:]

		got, _ := unescaped(coded)
		if !bytes.Equal(got, payload) {
			t.Fatalf("%v becomes %v", payload, got)
		}
	}
}

// TestUnit_positions converts an entry point, which counts emulation prevention bytes. The
// bytes before the data and before the entry point are not zero, as in a slice.
func TestUnit_positions(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 3))
	size := func(payload []byte) int { return len(escaped(0, payload)) - unitHeader }

	for range 20000 {
		payload := make([]byte, 2+random.IntN(40))
		for i := range payload {
			payload[i] = byte(random.IntN(4))
		}

		from := 1 + random.IntN(len(payload)-1)
		to := from + 1 + random.IntN(len(payload)-from)
		payload[from-1], payload[to-1] = 9, 9

		u := unit{}
		_, u.removed = unescaped(escaped(0, payload)[unitHeader:])

		coded := size(payload[:to]) - size(payload[:from])
		if got := u.positions(from, []int{coded}); got[0] != to-from {
			t.Fatalf("%v from %d to %d: %d becomes %d", payload, from, to, coded, got[0])
		}
	}
}

// TestNewUnit_headers checks the fields of a NAL unit's header.
func TestNewUnit_headers(t *testing.T) {
	if u, ok, err := newUnit([]byte{typeSPS << 1, 1, 0, 0, 3, 1}); err != nil || !ok || u.kind != typeSPS || !bytes.Equal(u.payload, []byte{0, 0, 1}) {
		t.Error(u, ok, err)
	}

	if _, ok, err := newUnit([]byte{typeSPS<<1 | 1, 1, 0}); ok || err != nil {
		t.Error("a unit of another layer is read")
	}

	for _, data := range [][]byte{{0x42}, {0x80, 1, 0}} {
		if _, _, err := newUnit(data); !failure.Is(err, failure.Corrupt) {
			t.Errorf("% x: %v", data, err)
		}
	}
}

// TestConfigured_cut checks that no part of a configuration record is read beyond its end.
func TestConfigured_cut(t *testing.T) {
	record := append(make([]byte, arraysAt), 2, 33, 0, 1, 0, 2, 7, 8, 34, 0, 2, 0, 1, 5, 0, 0)

	var units [][]byte

	visit := func(data []byte) error {
		units = append(units, data)

		return nil
	}

	if err := configured(record, visit); err != nil || len(units) != 3 || !bytes.Equal(units[0], []byte{7, 8}) {
		t.Error(units, err)
	}

	for length := range record {
		if err := configured(record[:length], visit); !failure.Is(err, failure.Truncated) {
			t.Errorf("%d bytes: %v", length, err)
		}
	}
}
