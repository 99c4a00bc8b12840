package resize

import "triptych/picture/planes"

// The color of a transparent pixel has no meaning. It must not influence a result that is
// filtered from this pixel and an opaque neighbor. Therefore colors are multiplied by
// alpha before they are resized, and divided by alpha after that.

const opaque = 255

// Premultiply multiplies colors by alpha ÷ 255, rounded to nearest, in place. All planes
// have the size of alpha.
func Premultiply(colors []planes.Plane, alpha planes.Plane) { eachRow(colors, alpha, PremultiplyRow) }

// PremultiplyRow is [Premultiply] for a row of one color. An alpha of 255 changes
// nothing.
func PremultiplyRow(row, alpha []byte) {
	alpha = alpha[:len(row)]

	for x, value := range row {
		// (n + n/256) / 256 with n = product + ½·255 rounded up is the product ÷ 255,
		// rounded, for all products of two bytes. The tests check all of them.
		n := uint32(value)*uint32(alpha[x]) + 128
		row[x] = byte((n + n>>8) >> 8) //nolint:gosec // At most 255.
	}
}

// Unpremultiply divides colors by alpha ÷ 255, rounded to nearest and limited to 255, in
// place. If alpha is 0, they become 0. A color can exceed its alpha by rounding and by
// the overshoot of the filter. The result is then 255.
func Unpremultiply(colors []planes.Plane, alpha planes.Plane) {
	eachRow(colors, alpha, func(row, a []byte) {
		for x, value := range row {
			switch part := uint32(a[x]); part {
			case opaque:
			case 0:
				row[x] = 0
			default:
				row[x] = byte(min((uint32(value)*opaque+part/2)/part, opaque))
			}
		}
	})
}

func eachRow(colors []planes.Plane, alpha planes.Plane, do func(row, a []byte)) {
	for i := range colors {
		for y := range alpha.Height {
			do(colors[i].Row(y)[:alpha.Width], alpha.Row(y))
		}
	}
}
