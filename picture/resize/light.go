package resize

import "triptych/picture/planes"

// convert converts the next row of the source to light.
func (l *Linear) convert(windows []planes.Window) {
	var rows [4][]byte

	for i := range windows {
		rows[i] = windows[i].Row(l.rowOf(i) - windows[i].Top)
	}

	first, beyond := l.columns.first, l.columns.beyond

	if l.src.Model == planes.YCbCr {
		l.convertYCbCr(rows[0][first:beyond], rows[1], rows[2])
	} else {
		for i := range l.src.Planes {
			light := l.light[i]
			for x, sample := range rows[i][first:beyond] {
				light[x] = toLinear[sample]
			}
		}
	}

	if l.alpha {
		l.multiply(rows[len(l.src.Planes)][first:beyond])
	}
}

// convertYCbCr converts a row by the formulas of JFIF 1.02, page 4, with 16 fractional
// bits. Each sample of subsampled chroma is repeated: the filter makes the image smaller,
// and smooths it.
func (l *Linear) convertYCbCr(luma, cb, cr []byte) {
	const (
		bits, half, center = 16, 1 << 15, 128
		rCr                = 91881        // 1.402
		gCb, gCr           = 22554, 46802 // 0.34414, 0.71414
		bCb                = 116130       // 1.772
	)

	red, green, blue, from := l.light[0][:len(luma)], l.light[1][:len(luma)], l.light[2][:len(luma)], l.from[:len(luma)]

	for x, sample := range luma {
		y := int32(sample)<<bits + half
		b, r := int32(cb[from[x]])-center, int32(cr[from[x]])-center

		red[x] = toLinear[level((y+rCr*r)>>bits)]
		green[x] = toLinear[level((y-gCb*b-gCr*r)>>bits)]
		blue[x] = toLinear[level((y+bCb*b)>>bits)]
	}
}

func level(value int32) uint8 { return uint8(min(max(value, 0), 255)) }

// multiply multiplies the light of all colors by alpha, and converts alpha to the same
// precision.
func (l *Linear) multiply(alpha []byte) {
	const opaque = 255

	last := len(l.light) - 1

	for x, a := range alpha {
		if a != opaque {
			for _, channel := range l.light[:last] {
				channel[x] = (channel[x]*int32(a) + opaque/2) / opaque
			}
		}

		l.light[last][x] = (int32(a)*linearOne + opaque/2) / opaque
	}
}

// complete makes a row of the result from its sums.
func (l *Linear) complete(s *sums) {
	const half = 1 << (weightBits - 1)

	taps, width := l.columns.most, l.layout.dst.Planes[0].Width

	for i, channel := range s.channels {
		for x, sum := range channel {
			l.line[x] = (sum + half) >> weightBits
		}

		// The results replace the sums, which are not needed any more. There may be more
		// results than columns.
		if cap(channel) < width {
			channel = make([]int32, width)
		}

		out := channel[:width]

		for x := range out {
			start := int(l.columns.start[x]) - l.columns.first
			samples, weights := l.line[start:start+taps], l.columns.weights[x*l.columns.taps:x*l.columns.taps+taps]
			sum := int32(half)

			for t, weight := range weights {
				sum += int32(weight) * samples[t]
			}

			out[x] = max(sum>>weightBits, 0) // encode limits the overshoot.
		}

		s.channels[i] = channel[:max(width, len(channel))]
	}

	l.encode(s)

	for i := range s.channels {
		s.channels[i] = s.channels[i][:l.length()]
	}
}

// encode converts the light of a row to sRGB.
func (l *Linear) encode(s *sums) {
	colors := len(s.channels)

	if l.alpha {
		colors--

		alpha := s.channels[colors]
		row := l.layout.dst.Planes[colors].Row(s.row)

		for x := range row {
			row[x] = uint8((min(alpha[x], linearOne)*255 + linearOne/2) >> linearBits) //nolint:gosec // At most 255.

			// Colors and alpha overshoot by the same factor.
			for _, channel := range s.channels[:colors] {
				if alpha[x] > 0 {
					channel[x] = channel[x] << linearBits / alpha[x]
				}
			}
		}
	}

	for i, channel := range s.channels[:colors] {
		row := l.layout.dst.Planes[i].Row(s.row)
		for x := range row {
			row[x] = fromLinear[min(channel[x], linearOne)]
		}
	}
}
