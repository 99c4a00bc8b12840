package resize

import "encoding/binary"

// columnPlain computes row[x] = (Σ weights[t] × window[t×stride+x] + ½) / 2⁸.
//
// Eight columns are summed in four 64-bit words, two 32-bit lanes in each: a word
// of eight samples, masked, is samples 0 and 4 in their lanes, shifted by a byte
// samples 1 and 5, and so on, and one multiplication weighs both. A lane that
// went below zero would borrow from the one above; each starts so high that none
// does.
func columnPlain(row []int16, window []byte, stride int, weights []int16) {
	const (
		lanes = 1<<32 | 1
		bias  = 1 << 30 // beyond 255 × 2 × 16,384, and a multiple of 2⁸
		begin = (bias + columnHalf) * lanes
		mask  = 0xff * lanes
		width = 8
	)

	x := 0
	for ; x+width <= len(row); x += width {
		s0, s1, s2, s3 := uint64(begin), uint64(begin), uint64(begin), uint64(begin)
		at := x

		for _, weight := range weights {
			samples := binary.LittleEndian.Uint64(window[at:])
			w := uint64(weight) //nolint:gosec // Two's complement: products and sums wrap to the right value.
			s0 += (samples & mask) * w
			s1 += (samples >> 8 & mask) * w
			s2 += (samples >> 16 & mask) * w
			s3 += (samples >> 24 & mask) * w
			at += stride
		}

		out := (*[width]int16)(row[x:])
		out[0], out[4] = unbias(s0), unbias(s0>>32)
		out[1], out[5] = unbias(s1), unbias(s1>>32)
		out[2], out[6] = unbias(s2), unbias(s2>>32)
		out[3], out[7] = unbias(s3), unbias(s3>>32)
	}

	for ; x < len(row); x++ {
		sum, at := int32(columnHalf), x

		for _, weight := range weights {
			sum += int32(weight) * int32(window[at])
			at += stride
		}

		row[x] = int16(sum >> columnShift)
	}
}

// unbias ends the sum of columnPlain's lower lane.
func unbias(sum uint64) int16 {
	const bias = 1 << 30

	return int16(int32(uint32(sum)-bias) >> columnShift) //nolint:gosec // The lane, and then see columnShift.
}

// acrossPlain computes dst[x] = (Σ weights[t] × row[start[x]+t] + ½) / 2²⁰, held
// between 0 and 255: Lanczos overshoots at edges.
func acrossPlain(dst []byte, row []int16, a *axis) {
	weights := a.weights

	for x := range dst {
		start := int(a.start[x]) - a.first
		samples := row[start : start+a.taps]
		sum := int32(rowHalf)

		// Taps come in eights; fixed sizes spare the checks of bounds.
		for len(samples) >= rowTaps && len(weights) >= rowTaps {
			s, w := (*[rowTaps]int16)(samples), (*[rowTaps]int16)(weights)
			sum += int32(s[0])*int32(w[0]) + int32(s[1])*int32(w[1]) + int32(s[2])*int32(w[2]) + int32(s[3])*int32(w[3])
			sum += int32(s[4])*int32(w[4]) + int32(s[5])*int32(w[5]) + int32(s[6])*int32(w[6]) + int32(s[7])*int32(w[7])
			samples, weights = samples[rowTaps:], weights[rowTaps:]
		}

		dst[x] = byte(min(max(sum>>rowShift, 0), 255))
	}
}
