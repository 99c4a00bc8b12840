package resize

import "encoding/binary"

// Plain Go computes two sums at once where possible: one in the lower 32 bits of a 64-bit
// word, one in the upper 32 bits. One multiplication by a weight applies to both, and
// costs no more than a 32-bit multiplication.

// convolvePlain makes the rows of a band, two at a time. The lower half of a word has an
// intermediate of the upper row. The upper half has that of the row below.
func (b *band) convolvePlain() {
	used, length := b.columns()
	if b.words == nil {
		b.words = make([]int64, length)
	}

	words := b.words
	spare := make([]byte, b.dst.Width) // for the row after the last one, if the number of rows is odd

	for y := b.top; y < b.bottom; y += 2 {
		clear(words)

		samples, weights := b.window(y)
		columnPlain(words[:used], samples, b.src.Stride, weights, 0)

		below := spare

		if y+1 < b.bottom {
			samples, weights = b.window(y + 1)
			columnPlain(words[:used], samples, b.src.Stride, weights, 32)

			below = b.dst.Row(y + 1)
		}

		acrossPlain(b.dst.Row(y), below, words, b.x)
	}
}

// columnPlain adds (Σ weights[t] × window[t×stride+x] + ½) ÷ 2⁸, times 2^shift, to
// words[x].
//
// It sums eight columns in four words. A load yields a word with eight samples. A mask
// keeps samples 0 and 4 of that word, one in each half. After a shift by one byte, the
// same mask keeps samples 1 and 5, and so on. A half below zero would borrow from the
// half above, so each half starts with a value that prevents this.
func columnPlain(words []int64, window []byte, stride int, weights []int16, shift uint) {
	const (
		halves = 1<<32 | 1
		begin  = (bias + columnHalf) * halves
		mask   = 0xff * halves
		width  = 8
	)

	x := 0
	for ; x+width <= len(words); x += width {
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

		out := (*[width]int64)(words[x:])
		out[0] += unbias(s0) << (shift & 63)
		out[1] += unbias(s1) << (shift & 63)
		out[2] += unbias(s2) << (shift & 63)
		out[3] += unbias(s3) << (shift & 63)
		out[4] += unbias(s0>>32) << (shift & 63)
		out[5] += unbias(s1>>32) << (shift & 63)
		out[6] += unbias(s2>>32) << (shift & 63)
		out[7] += unbias(s3>>32) << (shift & 63)
	}

	for ; x < len(words); x++ {
		sum, at := int32(columnHalf), x

		for _, weight := range weights {
			sum += int32(weight) * int32(window[at])
			at += stride
		}

		words[x] += int64(sum>>columnShift) << (shift & 63)
	}
}

// bias is larger than the maximum 255 × 2 × 16,384 of a sum, and a multiple of 2⁸.
const bias = 1 << 30

// unbias returns the final sum in the lower half of a word of columnPlain.
func unbias(sum uint64) int64 { return int64(uint32(sum)>>columnShift) - bias>>columnShift } //nolint:gosec // The half.

// acrossPlain computes (Σ weights[t] × words[start[x]+t] + ½) ÷ 2²⁰ for two rows, limited
// to 0 to 255, because Lanczos overshoots at edges. Here the lower half may become
// negative and borrow from the upper half. Subtracting the lower half from the word
// corrects this.
func acrossPlain(above, below []byte, words []int64, a *axis) {
	const halves = 1<<32 | 1

	// After a.most taps, all weights are zero.
	taps := (a.most + 1) &^ 1

	below = below[:len(above)]

	for x := range above {
		start := int(a.start[x]) - a.first
		samples, weights := words[start:start+taps], a.weights[x*a.taps:x*a.taps+taps]
		sum := int64(rowHalf * halves)

		// Fixed sizes avoid bounds checks.
		for len(samples) >= rowTaps && len(weights) >= rowTaps {
			s, w := (*[rowTaps]int64)(samples), (*[rowTaps]int16)(weights)
			sum += s[0]*int64(w[0]) + s[1]*int64(w[1]) + s[2]*int64(w[2]) + s[3]*int64(w[3])
			sum += s[4]*int64(w[4]) + s[5]*int64(w[5]) + s[6]*int64(w[6]) + s[7]*int64(w[7])
			samples, weights = samples[rowTaps:], weights[rowTaps:]
		}

		for len(samples) >= 2 && len(weights) >= 2 {
			sum += samples[0]*int64(weights[0]) + samples[1]*int64(weights[1])
			samples, weights = samples[2:], weights[2:]
		}

		lower := int32(sum)                        //nolint:gosec // The half.
		upper := int32((sum - int64(lower)) >> 32) //nolint:gosec // The half.
		above[x] = byte(min(max(lower>>rowShift, 0), 255))
		below[x] = byte(min(max(upper>>rowShift, 0), 255))
	}
}
