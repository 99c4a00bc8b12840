package hevc

// bits reads the fields of a parameter set or of a slice header, the highest bit first
// (clause 7.2). The first error is kept in err. After an error all fields are zero.
type bits struct {
	data []byte
	at   int    // in bits
	part string // the name of the part, for errors
	err  error
}

func (b *bits) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *bits) bit() uint32 {
	if b.err != nil {
		return 0
	}

	if b.at>>3 >= len(b.data) {
		b.fail(truncated("%s, at byte %d", b.part, len(b.data)))

		return 0
	}

	bit := b.data[b.at>>3] >> (7 - b.at&7) & 1
	b.at++

	return uint32(bit)
}

// flag reads u(1).
func (b *bits) flag() bool { return b.bit() == 1 }

// uint reads u(n), at most 32 bits.
func (b *bits) uint(n int) (value uint32) {
	for range n {
		value = value<<1 | b.bit()
	}

	return value
}

// skip skips n bits.
func (b *bits) skip(n int) {
	if b.err == nil && n > 8*len(b.data)-b.at {
		b.fail(truncated("%s, at byte %d", b.part, len(b.data)))
	}

	if b.err == nil {
		b.at += n
	}
}

// golomb reads ue(v), an unsigned Exp-Golomb code (clause 9.2).
func (b *bits) golomb() uint32 {
	const most = 32

	zeros := 0
	for !b.flag() {
		zeros++

		if zeros == most {
			b.fail(corrupt("an Exp-Golomb code with more than 31 zeros in %s, at byte %d", b.part, b.at>>3))
		}

		if b.err != nil {
			return 0
		}
	}

	return 1<<zeros - 1 + b.uint(zeros)
}

// limited reads ue(v) that must not exceed a limit. The name is that of the field in the
// standard.
func (b *bits) limited(name string, limit int) int {
	value := b.golomb()
	if uint64(value) > uint64(limit) {
		b.fail(corrupt("%s of %d in %s, more than %d", name, value, b.part, limit))

		return 0
	}

	return int(value)
}

// signed reads se(v) that must be in a range (clause 9.2.2).
func (b *bits) signed(name string, from, to int) int {
	code := int(b.golomb())

	value := (code + 1) / 2
	if code%2 == 0 {
		value = -value
	}

	if b.err == nil && (value < from || value > to) {
		b.fail(corrupt("%s of %d in %s, not in %d to %d", name, value, b.part, from, to))
	}

	if b.err != nil {
		return 0
	}

	return value
}

// align skips byte_alignment(): a one and zeros up to the next byte (clause 7.3.2.5).
func (b *bits) align() {
	if !b.flag() {
		b.fail(corrupt("no alignment bit after %s, at byte %d", b.part, b.at>>3))
	}

	b.at = (b.at + 7) &^ 7
}
