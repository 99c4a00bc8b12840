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

func TestBooleans_carry(t *testing.T) {
	// Ones with a low probability of zero put the interval at the upper end. A carry then
	// passes many bytes of 0xff.
	for zeros := range 64 {
		b := newBooleans(nil)
		for i := range 4000 {
			b.write(i%64 != zeros || i < 2000, byte(1+i%3))
		}

		d := newBoolDecoder(b.finish())
		for i := range 4000 {
			if want := i%64 != zeros || i < 2000; d.read(byte(1+i%3)) != want {
				t.Fatalf("%d: bit %d is wrong", zeros, i)
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
