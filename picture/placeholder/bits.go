package placeholder

import "math"

// bits fills bytes, starting with their lowest bits.
type bits struct {
	bytes []byte
	used  int // number of bits written
}

// put writes the lowest width bits of a number.
func (b *bits) put(width int, number uint) {
	const perByte = 8

	for i := range width {
		if b.used%perByte == 0 {
			b.bytes = append(b.bytes, 0)
		}

		b.bytes[b.used/perByte] |= byte(number>>i&1) << (b.used % perByte)
		b.used++
	}
}

// share writes a value between 0 and 1 in width bits, rounded to nearest. 1 has all bits
// set.
func (b *bits) share(width int, value float64) {
	most := float64(uint(1)<<width - 1)
	b.put(width, uint(math.Floor(max(0, min(1, value))*most+0.5)))
}

// flag writes one bit.
func (b *bits) flag(set bool) {
	var number uint
	if set {
		number = 1
	}

	b.put(1, number)
}
