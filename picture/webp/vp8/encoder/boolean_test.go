package encoder

import (
	"math/rand/v2"
	"testing"
)

// boolDecoder is the boolean decoder, bit by bit (RFC 6386, 7.3).
type boolDecoder struct {
	data        []byte
	value, span uint32
	shifted     int
}

func newBoolDecoder(data []byte) *boolDecoder {
	d := &boolDecoder{data: data, span: 255}
	d.value = d.next()<<8 | d.next()

	return d
}

func (d *boolDecoder) next() uint32 {
	if len(d.data) == 0 {
		return 0
	}

	b := d.data[0]
	d.data = d.data[1:]

	return uint32(b)
}

func (d *boolDecoder) read(probability byte) bool {
	split := 1 + ((d.span-1)*uint32(probability))>>8
	bit := d.value >= split<<8

	if bit {
		d.span -= split
		d.value -= split << 8
	} else {
		d.span = split
	}

	for d.span < 128 {
		d.value <<= 1
		d.span <<= 1

		if d.shifted++; d.shifted == 8 {
			d.shifted = 0
			d.value |= d.next()
		}
	}

	return bit
}

func TestBooleans_write(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 2))
		likely := random.IntN(257) // how often a bit is the likely one
		count := random.IntN(3000)
		bits, probabilities := make([]bool, count), make([]byte, count)
		b := newBooleans([]byte{0xff})

		for i := range bits {
			probabilities[i] = byte(1 + random.IntN(255))
			bits[i] = probabilities[i] < 128

			if random.IntN(256) >= likely {
				bits[i] = !bits[i]
			}

			b.write(bits[i], probabilities[i])
		}

		out := b.finish()
		if out[0] != 0xff {
			t.Fatalf("seed %d: a carry changed the bytes before the first one", seed)
		}

		d := newBoolDecoder(out[1:])
		for i, want := range bits {
			if d.read(probabilities[i]) != want {
				t.Fatalf("seed %d: bit %d of %d is wrong", seed, i, count)
			}
		}
	}
}

// TestBooleans_carry keeps the interval around one half until the bytes 0x7f and 0xff, in
// this order, are written. Then the interval moves above one half, and these bytes become
// 0x80 and 0.
func TestBooleans_carry(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 3))
		b := newBooleans(nil)

		var (
			bits          []bool
			probabilities []byte
		)

		write := func(above bool) {
			half := uint64(1) << (b.pending - 1)
			if len(b.out) > 0 {
				half *= 2
			}

			p := byte(1 + random.IntN(255))
			split := uint64(1 + (b.span-1)*uint32(p)>>8)
			bit := above || b.low+split <= half
			bits, probabilities = append(bits, bit), append(probabilities, p)
			b.write(bit, p)
		}

		for range 40 + random.IntN(600) {
			write(false)
		}

		for range 100 {
			write(true)
		}

		out := b.finish()

		if out[0] != 0x80 || out[1] != 0 {
			t.Fatalf("seed %d: %x", seed, out)
		}

		d := newBoolDecoder(out)
		for i, want := range bits {
			if d.read(probabilities[i]) != want {
				t.Fatalf("seed %d: bit %d is wrong", seed, i)
			}
		}
	}
}

func TestBooleans_numbers(t *testing.T) {
	b := newBooleans(nil)
	b.literal(0x5a5, 11)
	b.optional(0, 4)
	b.optional(-9, 4)
	b.optional(15, 4)

	d := newBoolDecoder(b.finish())
	got := ""

	for range 11 + 1 + 6 + 6 {
		got += map[bool]string{false: "0", true: "1"}[d.read(128)]
	}

	if want := "10110100101" + "0" + "110011" + "111110"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}
