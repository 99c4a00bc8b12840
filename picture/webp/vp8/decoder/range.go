package decoder

// The samples of a VP8 in a WebP have the range of ITU-R BT.601 (RFC 9649, 2.5): 16 to 235,
// and 16 to 240 for chroma. Those of planes.YCbCr have the range of JFIF, 0 to 255.
var (
	fullLuma   = newRange(16, 219, 0)
	fullChroma = newRange(128, 224, 128)
)

// newRange returns a table that widens a range of samples around a zero to 255, and moves the
// zero.
func newRange(zero, width, target int) (table [256]byte) {
	const full, half = 255, 2

	for sample := range table {
		distance := (sample - zero) * full
		if distance < 0 {
			distance -= width / half
		} else {
			distance += width / half
		}

		table[sample] = byte(max(0, min(full, target+distance/width)))
	}

	return table
}

func widen(samples []byte, table *[256]byte) {
	for i, sample := range samples {
		samples[i] = table[sample]
	}
}
