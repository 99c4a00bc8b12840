package resize

import "triptych/picture/planes"

// Where a picture is transparent its color means nothing, and must not bleed
// into what is filtered from it and from an opaque neighbour. So colors are
// multiplied by alpha before they are resized, and divided by alpha after.

const opaque = 255

// Premultiply multiplies colors by alpha ÷ 255, rounded to nearest, in place. All
// planes have alpha's size.
func Premultiply(colors []planes.Plane, alpha planes.Plane) { eachRow(colors, alpha, PremultiplyRow) }

// PremultiplyRow is [Premultiply] for a row of one color. An alpha of 255 changes
// nothing.
func PremultiplyRow(row, alpha []byte) {
	alpha = alpha[:len(row)]

	for x, value := range row {
		// (n + n/256) / 256 with n = product + ½·255 rounded up is the product ÷ 255,
		// rounded, for all products of two bytes; the tests try them all.
		n := uint32(value)*uint32(alpha[x]) + 128
		row[x] = byte((n + n>>8) >> 8) //nolint:gosec // At most 255.
	}
}

// Unpremultiply divides colors by alpha ÷ 255, rounded to nearest and at most
// 255, in place; where alpha is 0 they become 0. A color that was rounded beyond
// its alpha, as the filter's overshoot makes them, comes out as 255.
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
