package inflate

import "encoding/binary"

// adler is a checksum (RFC 1950, 8.2): a is 1 plus the sum of all bytes, and b is the sum
// of the values of a after each byte, both modulo 65,521.
type adler struct{ a, b uint64 }

// modulus is the largest prime below 2^16.
const modulus = 65521

// value returns the checksum as it is stored.
func (s *adler) value() uint32 { return uint32(s.b<<16 | s.a) }

// The groups of add: 16 words of 8 bytes.
const (
	wordBytes  = 8
	groupWords = 16
	groupBytes = groupWords * wordBytes

	// mostBytes limits the bytes between two reductions. After so many bytes a is below
	// 2^25, and b is below 2^42.
	mostBytes = 1 << 16
)

// add includes bytes in the checksum.
func (s *adler) add(bytes []byte) {
	for len(bytes) > 0 {
		some := bytes[:min(len(bytes), mostBytes)]
		bytes = bytes[len(some):]

		for len(some) >= groupBytes {
			s.group((*[groupBytes]byte)(some))
			some = some[groupBytes:]
		}

		for _, value := range some {
			s.a += uint64(value)
			s.b += s.a
		}

		s.a %= modulus
		s.b %= modulus
	}
}

// group includes 128 bytes.
//
// It adds the bytes of a word in the same four lanes of 16 bits: the even bytes, and the
// odd bytes. The lanes do not overflow:
//   - sum, over both kinds of bytes, is at most 16 × 510 in a lane;
//   - odd is at most 16 × 255;
//   - before, the sum of the values of sum before each word, is at most (0 + … + 15) × 510,
//     which is 61,200.
//
// A byte of the group counts in b once for each byte from itself to the end of the group:
// 8 times for each word after its own, and 8, 7, … 1 times for its own.
func (s *adler) group(bytes *[groupBytes]byte) {
	const (
		lanes = 0x00ff00ff00ff00ff
		ones  = 0x0001000100010001
		// After a multiplication, the highest lane has 4 times the lowest lane, 3 times the
		// next one, and so on: at most 10 × 16 × 255.
		falling = 0x0004000300020001
		pairs   = 0x0000ffff0000ffff
	)

	var sum, odd, before uint64

	for i := 0; i < groupBytes; i += wordBytes {
		word := binary.LittleEndian.Uint64(bytes[i:])
		second := word >> 8 & lanes
		before += sum
		sum += word&lanes + second
		odd += second
	}

	// The sum of the lanes of before needs more than 16 bits.
	before = before&pairs + before>>16&pairs
	before = before&0xffffffff + before>>32

	// The weights are 8, 6, 4, 2 for even bytes, and 7, 5, 3, 1 for odd bytes.
	even := sum - odd
	own := 2*(even*falling>>48+odd*falling>>48) - odd*ones>>48

	s.b += groupBytes*s.a + wordBytes*before + own
	s.a += sum * ones >> 48
}
