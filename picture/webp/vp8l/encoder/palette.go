package encoder

import (
	"slices"

	"triptych/picture/planes"
	"triptych/picture/webp/vp8l"
)

// mostIndexed is the number of values up to which several indices fit into a pixel.
const mostIndexed = 16

// indexed returns the values of a plane. It replaces few values by bundles of indices, and
// then writes the transform (RFC 9649, 4.4).
func indexed(w *bitWriter, plane *planes.Plane) *pixels {
	palette := valuesOf(plane)
	if len(palette) > mostIndexed {
		values := make([]byte, 0, plane.Width*plane.Height)
		for y := range plane.Height {
			values = append(values, plane.Row(y)...)
		}

		return &pixels{values, plane.Width}
	}

	const typeBits, sizeBits = 2, 8

	w.write(1, 1)
	w.write(vp8l.ColorIndexing, typeBits)
	w.write(uint32(len(palette)-1), sizeBits)
	writePalette(w, palette)

	return bundled(plane, palette)
}

// valuesOf returns the values of a plane in ascending order.
func valuesOf(plane *planes.Plane) []byte {
	var (
		found  [vp8l.Literals]bool
		values []byte
	)

	for y := range plane.Height {
		for _, v := range plane.Row(y) {
			found[v] = true
		}
	}

	for v, ok := range found {
		if ok {
			values = append(values, byte(v))
		}
	}

	return values
}

// writePalette writes the table of colors as an image of one row. Each color is stored as
// the difference from the one before.
func writePalette(w *bitWriter, palette []byte) {
	w.write(0, 1) // no cache of colors

	tokens := make([]token, len(palette))
	previous := byte(0)

	for i, v := range palette {
		tokens[i] = literal(v - previous)
		previous = v
	}

	img := pixels{width: len(palette)}
	img.write(w, tokens)
}

// bundled returns the indices of a plane in bundles. The lowest bits have the leftmost
// pixel.
func bundled(plane *planes.Plane, palette []byte) *pixels {
	const pixelBits = 8

	var indices [vp8l.Literals]byte
	for i, v := range palette {
		indices[v] = byte(i)
	}

	width := vp8l.BundleBits(len(palette))
	each := pixelBits / width
	wide := (plane.Width + each - 1) / each
	values := make([]byte, 0, wide*plane.Height)

	for y := range plane.Height {
		for bundle := range slices.Chunk(plane.Row(y), each) {
			pixel := byte(0)
			for i, v := range bundle {
				pixel |= indices[v] << (i * width)
			}

			values = append(values, pixel)
		}
	}

	return &pixels{values, wide}
}
