package tiff

import (
	"encoding/binary"

	meta "triptych/picture/metadata/tiff"
	"triptych/picture/png/unfilter"
)

// unpredict adds to each sample its left neighbor (section 14), in the byte order of the
// file.
func (r *Reader) unpredict(row []byte) []byte {
	step := r.each()
	r.sums = room(r.sums, len(row))

	if r.page.Bits == 8 {
		unpredictBytes(r.sums, row, step)

		return r.sums
	}

	step *= 2

	copy(r.sums, row[:min(step, len(row))])

	for i := step; i+2 <= len(row); i += 2 {
		r.page.Order.PutUint16(r.sums[i:], r.page.Order.Uint16(row[i:])+r.page.Order.Uint16(r.sums[i-step:]))
	}

	return r.sums
}

// unpredictBytes adds to each byte the one that is step bytes before it. This is the same
// as the filter Sub of PNG.
func unpredictBytes(into, row []byte, step int) {
	if unfilter.Steps(step) {
		unfilter.Row(unfilter.Sub, into, row, into, step)

		return
	}

	copy(into, row[:min(step, len(row))])

	for i := step; i < len(row); i++ {
		into[i] = row[i] + into[i-step]
	}
}

// unpack converts each sample of up to 8 bits to one byte, and others to two bytes, the
// high one first. Samples of fewer bits are scaled to the whole range, but indexes are
// not.
func (r *Reader) unpack(row []byte) []byte {
	if r.page.Bits == 8 || r.page.Bits == 16 && r.page.Order == binary.BigEndian {
		return row
	}

	count := r.page.BlockWidth * r.each()
	r.parts = room(r.parts, count*r.wide())

	switch r.page.Bits {
	case 16:
		for i := range count {
			r.parts[2*i], r.parts[2*i+1] = row[2*i+1], row[2*i]
		}
	case 12:
		unpackTwelve(r.parts, row, count)
	default:
		factor := byte(1)
		if r.page.Photometric != meta.Palette {
			factor = 255 / (1<<r.page.Bits - 1)
		}

		unpackFew(r.parts, row, r.page.Bits, factor)
	}

	return r.parts
}

// unpackTwelve reads samples of 12 bits, the high bits first.
func unpackTwelve(into, row []byte, count int) {
	for i := range count {
		at := 3 * i / 2

		value := uint16(row[at])<<4 | uint16(row[at+1])>>4
		if i%2 == 1 {
			value = uint16(row[at]&15)<<8 | uint16(row[at+1])
		}

		binary.BigEndian.PutUint16(into[2*i:], value<<4|value>>8)
	}
}

// unpackFew reads samples of 1, 2 or 4 bits, the high bits first.
func unpackFew(into, row []byte, bits int, factor byte) {
	mask := byte(1<<bits - 1)

	for i := range into {
		at := i * bits
		into[i] = row[at/8] >> (8 - bits - at%8) & mask * factor
	}
}

// arrange converts a row to the layout: it removes ignored samples, makes black zero, and
// divides the colors by associated alpha.
func (r *Reader) arrange(samples []byte) []byte {
	inverted := r.page.Photometric == meta.WhiteIsZero
	stored, kept := r.page.Samples, r.Layout.Samples()

	if !inverted && !r.page.Associated && stored == kept {
		return samples[:r.Layout.RowBytes()]
	}

	r.row = room(r.row, r.Layout.RowBytes())

	if stored == kept {
		copy(r.row, samples)
	} else {
		r.keep(samples)
	}

	if inverted {
		r.invert()
	}

	if r.page.Associated {
		r.divide()
	}

	return r.row
}

// keep copies colors and alpha.
func (r *Reader) keep(samples []byte) {
	wide := r.wide()
	stored, kept := r.page.Samples*wide, r.Layout.Samples()*wide
	colors := r.page.Colors() * wide

	for x := range r.page.Width {
		from, into := samples[x*stored:(x+1)*stored], r.row[x*kept:(x+1)*kept]
		copy(into, from[:colors])

		if r.page.Alpha > 0 {
			copy(into[colors:], from[r.page.Alpha*wide:(r.page.Alpha+1)*wide])
		}
	}
}

// invert inverts gray, not alpha.
func (r *Reader) invert() {
	wide := r.wide()
	step := r.Layout.Samples() * wide

	for at := 0; at < len(r.row); at += step {
		for i := range wide {
			r.row[at+i] = ^r.row[at+i]
		}
	}
}

// divide divides the colors by alpha. A color beyond its alpha gets the maximum.
func (r *Reader) divide() {
	step := r.Layout.Samples()

	if !r.Layout.Deep {
		for pixels := r.row; len(pixels) >= step; pixels = pixels[step:] {
			divideBytes(pixels[:step-1], uint32(pixels[step-1]))
		}

		return
	}

	for pixels := r.row; len(pixels) >= 2*step; pixels = pixels[2*step:] {
		alpha := uint32(binary.BigEndian.Uint16(pixels[2*(step-1):]))

		for at := 0; at < 2*(step-1); at += 2 {
			color := uint32(binary.BigEndian.Uint16(pixels[at:]))
			binary.BigEndian.PutUint16(pixels[at:], uint16(quotient(color, alpha))) //nolint:gosec // 16 bits.
		}
	}
}

func divideBytes(colors []byte, alpha uint32) {
	if alpha == 255 {
		return
	}

	for i, color := range colors {
		colors[i] = byte(quotient(uint32(color), alpha) >> 8) //nolint:gosec // 8 bits.
	}
}

// quotient is a color divided by its alpha, with 16 bits.
func quotient(color, alpha uint32) uint32 {
	const most = 1<<16 - 1

	if alpha == 0 {
		return 0
	}

	return min(color*most/alpha, most)
}
