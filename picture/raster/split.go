package raster

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
		splitThree(row, colors[0], colors[1], colors[2])
	case samples == 4: // RGB with alpha, or CMYK.
		last := into.alpha
		if last == nil {
			last = colors[3]
		}

		splitFour(row, colors[0], colors[1], colors[2], last)
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

func splitThree(row, first, second, third []byte) {
	second, third = second[:len(first)], third[:len(first)]

	for i := range first {
		pixel := row[3*i : 3*i+3 : 3*i+3]
		first[i], second[i], third[i] = pixel[0], pixel[1], pixel[2]
	}
}

func splitFour(row, first, second, third, fourth []byte) {
	second, third, fourth = second[:len(first)], third[:len(first)], fourth[:len(first)]

	for i := range first {
		pixel := row[4*i : 4*i+4 : 4*i+4]
		first[i], second[i], third[i], fourth[i] = pixel[0], pixel[1], pixel[2], pixel[3]
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
