package raster

import "triptych/picture/deinterleave"

// parts is a row in planes, 8 bits per sample.
type parts struct {
	planes [4][]byte // as many as the model has
	alpha  []byte    // nil if there is no alpha
}

// split deinterleaves a row.
func (l *Layout) split(row []byte, into parts) {
	colors := into.planes[:l.Model.Components()]

	switch samples := l.Samples(); {
	case l.Palette != nil:
		l.look(row, into)
	case l.Deep:
		for i, samplesOf := range colors {
			each(samplesOf, row[2*i:], 2*samples) // The high byte of two.
		}

		each(into.alpha, row[2*(samples-1):], 2*samples)
	case samples == 1:
		copy(colors[0], row)
	case samples == 3:
		deinterleave.Three(colors[0], colors[1], colors[2], row)
	case samples == 4: // RGB with alpha, or CMYK.
		last := into.alpha
		if last == nil {
			last = colors[3]
		}

		deinterleave.Four(colors[0], colors[1], colors[2], last, row)
	default:
		for i, samplesOf := range colors {
			each(samplesOf, row[i:], samples)
		}

		each(into.alpha, row[samples-1:], samples)
	}
}

// each copies every step-th byte.
func each(into, row []byte, step int) {
	for i := range into {
		into[i] = row[i*step]
	}
}

// look replaces indexes by the colors of the palette. An index beyond the palette is
// black.
func (l *Layout) look(row []byte, into parts) {
	var colors [256][3]byte

	copy(colors[:], l.Palette)

	step := l.Samples()
	red, green, blue := into.planes[0], into.planes[1], into.planes[2]

	for i := range red {
		color := &colors[row[i*step]]
		red[i], green[i], blue[i] = color[0], color[1], color[2]
	}

	each(into.alpha, row[step-1:], step)
}
