package decoder

import "encoding/binary"

// reader reads bits, the lowest of a byte first (RFC 9649, 3.2). It reads past the end of the
// data as if zeros followed.
type reader struct {
	data  []byte
	at    int    // the next byte to load
	value uint64 // the next bits, the first one lowest
	count int    // valid bits of value
	limit int64  // bits that may be read; see over
	given int64  // bits that were loaded, including zeros after the end
}

func newReader(data []byte) reader {
	// As in libwebp, a stream of fewer than eight bytes is read as if it had eight.
	const fewest = 64

	return reader{data: data, limit: max(fewest, 8*int64(len(data)))}
}

// fill makes at least 56 bits available.
func (r *reader) fill() {
	if r.at+8 <= len(r.data) {
		r.value |= binary.LittleEndian.Uint64(r.data[r.at:]) << r.count
		bytes := (63 - r.count) >> 3
		r.at += bytes
		r.count += 8 * bytes
		r.given += int64(8 * bytes)

		return
	}

	for r.count <= 56 {
		if r.at < len(r.data) {
			r.value |= uint64(r.data[r.at]) << r.count
			r.at++
		}

		r.count += 8
		r.given += 8
	}
}

// bits reads a number of at most 32 bits.
func (r *reader) bits(n int) int {
	if r.count < n {
		r.fill()
	}

	value := r.value & (1<<n - 1)
	r.value >>= n
	r.count -= n

	return int(value)
}

func (r *reader) flag() bool { return r.bits(1) == 1 }

// over reports whether more bits were read than the data has.
func (r *reader) over() bool { return r.given-int64(r.count) > r.limit }
